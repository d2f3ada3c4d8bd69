"""Answers of a provider under test, whole or collected from their chunks, in the words of the expectations."""

import json
from collections.abc import Iterable
from typing import Any

from routing.calls import Chunk, Completion, Usage
from tests.conformance.expectations import Expected


def counts(usage: Usage | None) -> tuple[int, int, int, int] | None:
    """Input, output, cached input, reasoning; None where the provider was silent."""
    if usage is None or usage == Usage(estimated=True):
        return None
    return usage.input_tokens, usage.output_tokens, usage.cached_input_tokens, usage.reasoning_tokens


def _arguments(kind: str | None, text: str) -> Any:
    try:
        return text if kind == "custom" else json.loads(text or "{}")
    except ValueError:
        return text


def of_completion(completion: Completion) -> Expected:
    """The first choice."""
    choice = completion.choices[0]
    calls = [
        (call.name, _arguments(call.type, call.custom.input if call.custom else call.function.arguments))
        for call in choice.message.tool_calls
    ]
    return Expected(choice.message.content or "", calls, choice.finish_reason, counts(completion.usage))


def of_chunks(chunks: Iterable[Chunk]) -> Expected:
    """The first choice. Fails if tool calls are not numbered densely, or named more than once."""
    content, reason, usage = "", "", None
    calls: list[list[str]] = []
    for chunk in chunks:
        usage = chunk.usage or usage
        for delta in chunk.deltas:
            if delta.index != 0:
                continue
            content += delta.content or ""
            reason = delta.finish_reason or reason
            for piece in delta.tool_calls:
                if piece.index == len(calls):
                    assert piece.id
                    assert piece.name
                    calls.append([piece.name, "", piece.type or ""])
                else:
                    assert piece.id is None
                    assert piece.name is None
                calls[piece.index][1] += piece.arguments
    return Expected(content, [(name, _arguments(kind, text)) for name, text, kind in calls], reason, counts(usage))
