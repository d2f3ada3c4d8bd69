"""Blocks of an answer of Anthropic's come back to it in their order, whatever door the conversation goes through."""

import json
from typing import Any

import pytest

from routing.calls import ChatRequest, Chunk, Completion
from routing.providers import PROVIDERS, Target
from routing.wire.chat import ChatFormat
from routing.wire.events import Event
from tests.routing.wire.doors import GOOGLE, IDENTITY, MESSAGES, RESPONSES, any_request

SIGNED = "EqQBCkYIBxgCKkBn" + "A" * 60 + "=="


def thought(number: int) -> dict[str, Any]:
    return {"type": "thinking", "thinking": f"Thought {number}.", "signature": f"{SIGNED[:-3]}{number}=="}


def call(number: int) -> dict[str, Any]:
    return {"type": "tool_use", "id": f"toolu_{number}", "name": "look", "input": {"at": f"sky {number}"}}


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


HIDDEN = {"type": "redacted_thinking", "data": SIGNED}
SEARCH = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "sky"}}
RESULT = {
    "type": "web_search_tool_result",
    "tool_use_id": "srvtoolu_1",
    "content": [{"type": "web_search_result", "url": "https://example.org/", "encrypted_content": SIGNED}],
}
ANSWERS = {
    "plain": [thought(1), text("Look."), call(1)],
    "search between thoughts": [thought(1), SEARCH, RESULT, thought(2), text("So."), call(1)],
    "thought and call in turn": [thought(1), call(1), thought(2), call(2)],
    "text in pieces": [text("Let me see. "), SEARCH, RESULT, text("It is blue. "), thought(1), text("Sure."), call(1)],
    "hidden": [HIDDEN, call(1), thought(1), text("Hm."), HIDDEN, call(2)],
    "own blocks alone": [SEARCH, RESULT, call(1)],
    "call before text": [call(1), text("Meanwhile.")],
}


def completion(blocks: list[dict[str, Any]]) -> Completion:
    answer = {
        "type": "message",
        "content": blocks,
        "stop_reason": "tool_use",
        "usage": {"input_tokens": 1, "output_tokens": 1},
    }
    read: Completion = PROVIDERS["anthropic"].read_completion(json.dumps(answer).encode())  # type: ignore[attr-defined]
    read.raw = None  # as after a guard has changed something
    return read


def events_of(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The stream of a message."""
    events: list[dict[str, Any]] = [{"type": "message_start", "message": {"id": "m", "usage": {"input_tokens": 1}}}]
    for index, block in enumerate(blocks):
        begun, pieces = dict(block), []
        if block["type"] == "text":
            begun["text"], pieces = "", [{"type": "text_delta", "text": block["text"]}]
        elif block["type"] == "thinking":
            begun |= {"thinking": "", "signature": ""}
            pieces = [
                {"type": "thinking_delta", "thinking": block["thinking"]},
                {"type": "signature_delta", "signature": block["signature"]},
            ]
        elif "input" in block:
            begun["input"], pieces = {}, [{"type": "input_json_delta", "partial_json": json.dumps(block["input"])}]
        events.append({"type": "content_block_start", "index": index, "content_block": begun})
        events += [{"type": "content_block_delta", "index": index, "delta": piece} for piece in pieces]
        events.append({"type": "content_block_stop", "index": index})
    events.append({"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 9}})
    events.append({"type": "message_stop"})
    return events


def chunks(blocks: list[dict[str, Any]]) -> list[Chunk]:
    reader = PROVIDERS["anthropic"].reader()  # type: ignore[attr-defined]
    events = events_of(blocks)
    found = [reader.read(Event(event["type"], json.dumps(event).encode())) for event in events]
    for chunk in found:
        if chunk is not None:
            chunk.raw = None
    return [chunk for chunk in found if chunk is not None]


def sent(request: ChatRequest) -> list[dict[str, Any]]:
    """The assistant's blocks as Anthropic gets them."""
    target = Target("p", "anthropic", "https://example.org", "claude-opus-4-5", max_output_tokens=99)
    body = json.loads(PROVIDERS["anthropic"].encode(request, target, stream=False))
    return next(turn["content"] for turn in body["messages"] if turn["role"] == "assistant")


FLOWING = "flowing"
"""Streamed, and no guard looks."""
RESULTS = [call["id"] for blocks in ANSWERS.values() for call in blocks if call["type"] == "tool_use"]


def through_chat(blocks: list[dict[str, Any]], *, streamed: bool | str) -> ChatRequest:
    door = ChatFormat()
    if streamed:
        encoder = door.stream(any_request(), IDENTITY)
        message: dict[str, Any] = {"role": "assistant", "content": ""}
        for line in b"".join(map(encoder.chunk, chunks(blocks))).decode().splitlines():
            delta = json.loads(line[6:])["choices"][0]["delta"] if line.startswith("data: {") else {}
            message["content"] += delta.get("content") or ""
            for name in ("thinking_blocks", "native_blocks"):
                message.setdefault(name, []).extend(delta.get(name, []))
            for piece in delta.get("tool_calls", []):
                if "id" in piece:
                    message.setdefault("tool_calls", []).append({key: piece[key] for key in ("id", "type", "function")})
                else:
                    message["tool_calls"][piece["index"]]["function"]["arguments"] += piece["function"]["arguments"]
    else:
        message = json.loads(door.encode(completion(blocks), IDENTITY))["choices"][0]["message"]
    results = [{"role": "tool", "tool_call_id": call["id"], "content": "blue"} for call in message["tool_calls"]]
    user = {"role": "user", "content": "Look"}
    return door.decode(json.dumps({"model": "m", "messages": [user, message, *results]}).encode(), "")


def through_responses(blocks: list[dict[str, Any]], *, streamed: bool | str) -> ChatRequest:
    if streamed:
        encoder = RESPONSES.streamed.stream(any_request(), IDENTITY)
        if streamed == FLOWING:
            encoder.let_calls_flow()
        told = b"".join(map(encoder.chunk, chunks(blocks))) + encoder.end(None)
        events = [json.loads(line[6:]) for line in told.decode().splitlines() if line.startswith("data: ")]
        output = [event["item"] for event in events if event["type"] == "response.output_item.done"]
        assert events[-1]["response"]["output"] == output
    else:
        output = json.loads(RESPONSES.whole.encode(completion(blocks), IDENTITY))["output"]
    results = [
        {"type": "function_call_output", "call_id": item["call_id"], "output": "blue"}
        for item in output
        if item["type"] == "function_call"
    ]
    items = [{"role": "user", "content": "Look"}, *output, *results]
    return RESPONSES.whole.decode(json.dumps({"model": "m", "input": items}).encode(), "")


def told(blocks: list[dict[str, Any]], *, flowing: bool = False) -> list[dict[str, Any]]:
    """The blocks that a client puts together from the stream of the door."""
    encoder = MESSAGES.streamed.stream(any_request(), IDENTITY)
    if flowing:
        encoder.let_calls_flow()
    return put_together(b"".join(map(encoder.chunk, chunks(blocks))) + encoder.end(None))


def put_together(stream: bytes) -> list[dict[str, Any]]:
    """The blocks of a stream's events."""
    content: dict[int, dict[str, Any]] = {}
    pieces: dict[int, list[str]] = {}
    for event in [json.loads(line[6:]) for line in stream.decode().splitlines() if line.startswith("data: ")]:
        if event["type"] == "content_block_start":
            content[event["index"]] = event["content_block"]
        elif event["type"] == "content_block_delta":
            block, delta = content[event["index"]], event["delta"]
            for name in ("text", "thinking", "signature"):
                if name in delta:
                    block[name] += delta[name]
            if "partial_json" in delta:
                pieces.setdefault(event["index"], []).append(delta["partial_json"])
    for index, written in pieces.items():
        content[index]["input"] = json.loads("".join(written))
    return [content[index] for index in sorted(content)]


def through_messages(blocks: list[dict[str, Any]], *, streamed: bool | str) -> ChatRequest:
    content = (
        told(blocks, flowing=streamed == FLOWING)
        if streamed
        else json.loads(MESSAGES.whole.encode(completion(blocks), IDENTITY))["content"]
    )
    assert content == blocks, "also after a guard"
    results = [
        {"type": "tool_result", "tool_use_id": b["id"], "content": "blue"} for b in content if b["type"] == "tool_use"
    ]
    turns = [{"role": "user", "content": "Look"}, {"role": "assistant", "content": [*content, text("")]}]
    body = {"model": "m", "max_tokens": 9, "messages": [*turns, {"role": "user", "content": results}]}
    request = MESSAGES.whole.decode(json.dumps({**body, "metadata": {"user_id": "u", "task": "t"}}).encode(), "")
    if streamed:
        request.__dict__["native"] = None  # written anew
    return request


def through_google(blocks: list[dict[str, Any]], *, streamed: bool | str) -> ChatRequest:
    if streamed:
        encoder = GOOGLE.streamed.stream(any_request(), IDENTITY)
        told = b"".join(map(encoder.chunk, chunks(blocks))) + encoder.end(None)
        events = [json.loads(line[6:]) for line in told.decode().splitlines() if line.startswith("data: ")]
        parts = [part for event in events for part in event["candidates"][0].get("content", {}).get("parts", [])]
    else:
        parts = json.loads(GOOGLE.whole.encode(completion(blocks), IDENTITY))["candidates"][0]["content"]["parts"]
    results = [
        {"functionResponse": {"id": part["functionCall"]["id"], "name": "look", "response": {"result": "blue"}}}
        for part in parts
        if "functionCall" in part
    ]
    contents = [("user", [{"text": "Look"}]), ("model", parts), ("user", results)]
    body = {"contents": [{"role": role, "parts": inner} for role, inner in contents]}
    return GOOGLE.whole.decode(json.dumps(body).encode(), GOOGLE.path)


@pytest.mark.parametrize("streamed", [False, True, FLOWING], ids=["whole", "streamed", FLOWING])
@pytest.mark.parametrize("through", [through_chat, through_responses, through_messages, through_google])
@pytest.mark.parametrize("blocks", ANSWERS.values(), ids=ANSWERS)
def test_it_comes_back(blocks: list[dict[str, Any]], through: Any, streamed: bool | str) -> None:
    assert sent(through(blocks, streamed=streamed)) == blocks


def test_without_the_telling_block_the_lists_stand_one_after_the_other() -> None:
    request = through_chat(ANSWERS["thought and call in turn"], streamed=False)
    message = {name: value for name, value in request.tree["messages"][1].items() if name != "native_blocks"}
    changed = request.with_fields(messages=[request.tree["messages"][0], message, *request.tree["messages"][2:]])
    assert sent(changed) == [thought(1), thought(2), call(1), call(2)]


@pytest.mark.parametrize("told", ["call thought", "text:5 text:x own ²", "thought " * 900, "text:" + "9" * 5000])
def test_an_order_of_other_blocks_loses_none(told: str) -> None:
    request = through_chat(ANSWERS["text in pieces"], streamed=False)
    first, message, *rest = request.tree["messages"]
    order = {"type": "native", "kind": "order", "block": {"content": told}}
    natives = [part for part in message["native_blocks"] if part["kind"] != "order"]
    changed = request.with_fields(messages=[first, {**message, "native_blocks": [order, *natives]}, *rest])
    kinds = sorted(block["type"] for block in sent(changed))
    assert kinds == ["server_tool_use", "text", "thinking", "tool_use", "web_search_tool_result"]
