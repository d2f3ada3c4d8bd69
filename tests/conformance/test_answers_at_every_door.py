"""What each kind of provider answers, by kind of block, is told at every door, whole and streamed, and read there by the plainest means."""

import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest

from routing.calls import as_chunks
from routing.providers import PROVIDERS
from tests.routing.wire.doors import CHAT, DOORS, Door, encode, reassembled, stream

BLOCKS = ("text", "thought", "refusal", "call", "custom")
THOUGHT, SAID, REFUSED, TYPED, CITY = "It is above.", "It is blue.", "I will not.", "ls -l", "Taipei"
EXPECTED = {"text": SAID, "thought": THOUGHT, "refusal": REFUSED, "call": CITY, "custom": TYPED}
ARGUMENTS = json.dumps({"city": CITY})
Tree = dict[str, Any]


def of_openai(block: str) -> Tree:
    message: Tree = {"role": "assistant", "content": SAID}
    if block == "thought":
        message["reasoning_content"] = THOUGHT
    elif block == "refusal":
        message = {"role": "assistant", "content": None, "refusal": REFUSED}
    elif block == "call":
        call = {"id": "c1", "type": "function", "function": {"name": "look", "arguments": ARGUMENTS}}
        message = {"role": "assistant", "content": None, "tool_calls": [call]}
    elif block == "custom":
        call = {"id": "c1", "type": "custom", "custom": {"name": "run", "input": TYPED}}
        message = {"role": "assistant", "content": None, "tool_calls": [call]}
    reason = "tool_calls" if "tool_calls" in message else "stop"
    return {"id": "c", "choices": [{"index": 0, "message": message, "finish_reason": reason}]}


def of_responses(block: str) -> Tree:
    part = {"type": "refusal", "refusal": REFUSED} if block == "refusal" else {"type": "output_text", "text": SAID}
    output: list[Tree] = [{"type": "message", "role": "assistant", "content": [part]}]
    if block == "thought":
        output.insert(0, {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": THOUGHT}]})
    elif block == "call":
        output = [{"type": "function_call", "call_id": "c1", "name": "look", "arguments": ARGUMENTS}]
    elif block == "custom":
        output = [{"type": "custom_tool_call", "call_id": "c1", "name": "run", "input": TYPED}]
    return {"id": "resp_1", "object": "response", "status": "completed", "output": output}


def of_anthropic(block: str) -> Tree:
    content: list[Tree] = [{"type": "text", "text": REFUSED if block == "refusal" else SAID}]
    if block == "thought":
        content.insert(0, {"type": "thinking", "thinking": THOUGHT, "signature": "c2lnbmVk"})
    elif block in ("call", "custom"):
        given = {"city": CITY} if block == "call" else {"input": TYPED}
        content = [{"type": "tool_use", "id": "c1", "name": "look", "input": given}]
    reason = {"refusal": "refusal", "call": "tool_use", "custom": "tool_use"}.get(block, "end_turn")
    return {"id": "msg_1", "type": "message", "role": "assistant", "content": content, "stop_reason": reason}


def of_google(block: str) -> Tree:
    parts: list[Tree] = [{"text": REFUSED if block == "refusal" else SAID}]
    if block == "thought":
        parts.insert(0, {"text": THOUGHT, "thought": True})
    elif block in ("call", "custom"):
        given = {"city": CITY} if block == "call" else {"input": TYPED}
        parts = [{"functionCall": {"name": "look", "args": given}, "thoughtSignature": "c2lnbmVk"}]
    reason = "SAFETY" if block == "refusal" else "STOP"
    return {"candidates": [{"content": {"parts": parts, "role": "model"}, "finishReason": reason, "index": 0}]}


ANSWERS = {
    "openai": of_openai,
    "openai_compatible": of_openai,
    "openai_responses": of_responses,
    "anthropic": of_anthropic,
    "google": of_google,
}


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from texts(inner)
    elif isinstance(value, str):
        yield value


def chat_told(written: bytes) -> Tree:
    """A streamed chat as one tree of joined texts."""
    joined: Tree = {}
    for line in written.decode().splitlines():
        if line.startswith("data: {"):
            for choice in json.loads(line[6:])["choices"]:
                for call in choice["delta"].pop("tool_calls", []):
                    for field in ("function", "custom"):
                        for name, said in call.get(field, {}).items():
                            joined[name] = joined.get(name, "") + said
                for name, said in choice["delta"].items():
                    joined[name] = joined.get(name, "") + said if isinstance(said, str) else said
                joined["finish_reason"] = choice["finish_reason"] or joined.get("finish_reason")
    return joined


@pytest.mark.parametrize(
    ("kind", "block", "door", "how"),
    list(itertools.product(ANSWERS, BLOCKS, (CHAT, *DOORS), ("whole", "streamed"))),
    ids=lambda value: getattr(value, "name", value),
)
def test_what_is_answered_is_told(kind: str, block: str, door: Door, how: str) -> None:
    completion = PROVIDERS[kind].read_completion(json.dumps(ANSWERS[kind](block)).encode())  # type: ignore[attr-defined]
    if how == "whole":
        told = encode(door, completion)
    else:
        written = stream(door, as_chunks(completion), completion.usage, flowing=True)
        told = chat_told(written) if door is CHAT else reassembled(door, written)
    found = "\n".join(texts(told))
    assert EXPECTED[block] in found
    if block in ("call", "custom") and kind != "google":  # whose calls had no ids
        assert "c1" in (found if how == "whole" else written.decode())
