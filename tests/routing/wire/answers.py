"""Answers for property tests, whole, and cut into the chunks of a stream."""

import itertools
import json
from typing import Any

from hypothesis import strategies as st

from routing.calls import (
    AnswerMessage,
    Choice,
    Chunk,
    Completion,
    Delta,
    FunctionCall,
    ThinkingPart,
    ToolCall,
    ToolCallDelta,
    Usage,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
NAME = st.from_regex(r"[a-z][a-z_]{0,15}", fullmatch=True)
VALUES = st.dictionaries(
    NAME, st.one_of(TEXT, st.integers(-1000, 1000), st.booleans(), st.lists(TEXT, max_size=2)), max_size=3
)


@st.composite
def usages(draw: st.DrawFn) -> Usage:
    count = st.integers(0, 5000)
    cached, written, reasoning = draw(count), draw(count), draw(count)
    return Usage(
        input_tokens=cached + written + draw(count),
        output_tokens=reasoning + draw(count),
        cached_input_tokens=cached,
        cache_write_tokens=written,
        cache_write_1h_tokens=draw(st.integers(0, written)),
        reasoning_tokens=reasoning,
    )


@st.composite
def tool_calls(draw: st.DrawFn, index: int) -> ToolCall:
    arguments = json.dumps(draw(VALUES), separators=(",", ":"), ensure_ascii=False)
    return ToolCall(id=f"call_{index}", function=FunctionCall(draw(NAME), arguments))


@st.composite
def completions(draw: st.DrawFn) -> Completion:
    """One choice with reasoning, signed or not, text, a refusal and calls, any of them or none."""
    calls = [draw(tool_calls(index)) for index in range(draw(st.integers(0, 3)))]
    content = draw(st.none() | TEXT)
    thought = draw(st.none() | TEXT)
    signed = thought is not None and draw(st.booleans())
    reason = "tool_calls" if calls else draw(st.sampled_from(["stop", "length", "content_filter"]))
    message = AnswerMessage(
        content=content,
        reasoning=thought,
        thinking_blocks=[ThinkingPart(thinking=thought or "", signature="c2lnbmVk")] if signed else [],
        tool_calls=calls,
    )
    return Completion(choices=[Choice(message=message, finish_reason=reason)], usage=draw(usages()), model="upstream")  # type: ignore[arg-type]


@st.composite
def cut(draw: st.DrawFn, text: str | None) -> list[str]:
    """A text in pieces."""
    if not text:
        return []
    places = sorted(draw(st.sets(st.integers(0, len(text)), max_size=4)) | {0, len(text)})
    return [text[start:end] for start, end in itertools.pairwise(places)]


@st.composite
def streamed(draw: st.DrawFn) -> tuple[Completion, list[Chunk]]:
    """An answer, and its chunks: calls in pieces that may interleave, now and then a chunk that says nothing."""
    completion: Completion = draw(completions())
    choice = completion.choices[0]
    message = choice.message
    deltas = [Delta(role="assistant")]
    deltas += [Delta(reasoning=piece) for piece in draw(cut(message.reasoning))]
    if message.thinking_blocks:
        deltas.append(Delta(thinking_blocks=message.thinking_blocks))
    deltas += [Delta(content=piece) for piece in draw(cut(message.content))]
    for index, call in enumerate(message.tool_calls):
        assert call.function is not None
        first = ToolCallDelta(index=index, id=call.id, type="function", name=call.function.name)
        deltas.append(Delta(tool_calls=[first]))
    pieces = [
        (position, ToolCallDelta(index=index, arguments=piece))
        for index, call in enumerate(message.tool_calls)
        for position, piece in enumerate(draw(cut(call.function.arguments if call.function else "")))
    ]
    deltas += [Delta(tool_calls=[piece]) for _, piece in sorted(pieces, key=lambda pair: pair[0])]
    deltas.append(Delta(finish_reason=choice.finish_reason))
    chunks = [Chunk(deltas=[delta]) for delta in deltas]
    if draw(st.booleans()):
        chunks.insert(draw(st.integers(0, len(chunks))), Chunk())
    return completion, [*chunks, Chunk(usage=completion.usage)]


def without_ids(value: Any) -> Any:
    """The value without the ids of items, which differ with the place where an item begins."""
    if isinstance(value, dict):
        return {name: without_ids(inner) for name, inner in value.items() if name != "id"}
    return [without_ids(inner) for inner in value] if isinstance(value, list) else value
