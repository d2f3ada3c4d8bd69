"""The doors under test, what they write read back by the plainest means, and the providers of their formats."""

import json
from typing import Any, NamedTuple

from routing.calls import ChatRequest, Chunk, Completion, Usage
from routing.wire.chat import ChatFormat
from routing.wire.google import google_format
from routing.wire.interface import AnswerIdentity, DoorFormat
from routing.wire.messages import MessagesFormat
from routing.wire.messages.write_stream import MessageStream
from routing.wire.responses import ResponsesFormat
from routing.wire.responses.write_stream import ResponseStream

CALL_ID = "0193a1b2c3d4e5f60718293a4b5c6d7e"
REQUEST_ID = "0193a1b2-c3d4-e5f6-0718-293a4b5c6d7e"
"""The same id as headers have it."""
IDENTITY = AnswerIdentity(CALL_ID, "gpt-5.4", 1_700_000_000)

GENERATE = "/v1beta/models/gpt-5.4:generateContent"
STREAM_GENERATE = "/v1beta/models/gpt-5.4:streamGenerateContent"


class Door(NamedTuple):
    """A format with a path that it serves, whole and streamed."""

    name: str
    whole: DoorFormat
    streamed: DoorFormat
    path: str = ""
    stream_path: str = ""


def google(path: str, query: str = "") -> DoorFormat:
    """Google's format for a path."""
    found = google_format(path, query)
    assert found is not None
    return found


MESSAGES = Door("messages", MessagesFormat(), MessagesFormat(), "/v1/messages", "/v1/messages")
RESPONSES = Door("responses", ResponsesFormat(), ResponsesFormat(), "/v1/responses", "/v1/responses")
GOOGLE = Door("google", google(GENERATE), google(STREAM_GENERATE, "alt=sse"), GENERATE, STREAM_GENERATE)
CHAT = Door("chat", ChatFormat(), ChatFormat())
DOORS = [MESSAGES, RESPONSES, GOOGLE]


def any_request(model: str = "gpt-5.4") -> ChatRequest:
    """A request for encoders that do not look at it."""
    return ChatFormat().decode(
        json.dumps({"model": model, "messages": [{"role": "user", "content": "Hi"}]}).encode(), ""
    )


def decode(door: Door, body: dict[str, Any], path: str | None = None) -> ChatRequest:
    """A body as compact JSON, decoded."""
    return door.whole.decode(json.dumps(body, separators=(",", ":")).encode(), door.path if path is None else path)


def encode(door: Door, completion: Completion) -> Any:
    """An answer as the door writes it."""
    return json.loads(door.whole.encode(completion, IDENTITY))


def stream(door: Door, chunks: list[Chunk], usage: Usage | None = None, *, flowing: bool = False) -> bytes:
    """A streamed answer as the door writes it. The usage is the last chunk's, unless it is given. `flowing`: no guard looks at it."""
    encoder = door.streamed.stream(any_request(), IDENTITY)
    if flowing and isinstance(encoder, MessageStream | ResponseStream):
        encoder.let_calls_flow()
    written = b"".join(encoder.chunk(chunk) for chunk in chunks)
    last = next((chunk.usage for chunk in reversed(chunks) if chunk.usage is not None), None)
    return written + encoder.end(usage or last)


def events(written: bytes) -> list[dict[str, Any]]:
    """The data of each event. Fails for an event whose name is not the type of its data."""
    found = []
    for block in written.decode().replace("\r\n", "\n").split("\n\n"):
        if not block:
            continue
        lines = dict(line.split(": ", 1) for line in block.split("\n"))
        data = json.loads(lines["data"])
        assert lines.get("event") in (None, data.get("type"))
        found.append(data)
    return found


def reassembled(door: Door, written: bytes) -> Any:
    """A streamed answer as the whole one that its events tell."""
    return _REASSEMBLE[door.name](events(written))


def _message(told: list[dict[str, Any]]) -> dict[str, Any]:
    assert told[0]["type"] == "message_start"
    assert told[-1]["type"] == "message_stop"
    message = told[0]["message"]
    fragments: dict[int, str] = {}
    open_blocks = set()
    for event in told[1:-1]:
        kind = event["type"]
        if kind == "content_block_start":
            assert event["index"] == len(message["content"])
            message["content"].append(event["content_block"])
            open_blocks.add(event["index"])
        elif kind == "content_block_delta":
            assert event["index"] in open_blocks
            _add(message["content"][event["index"]], event["delta"], fragments, event["index"])
        elif kind == "content_block_stop":
            open_blocks.remove(event["index"])
            if event["index"] in fragments:
                message["content"][event["index"]]["input"] = json.loads(fragments[event["index"]])
        else:
            assert kind == "message_delta"
            assert not open_blocks
            message |= event["delta"]
            message["usage"] = event["usage"]
    return message


def _add(block: dict[str, Any], delta: dict[str, Any], fragments: dict[int, str], index: int) -> None:
    if delta["type"] == "text_delta":
        block["text"] += delta["text"]
    elif delta["type"] == "thinking_delta":
        block["thinking"] += delta["thinking"]
    elif delta["type"] == "signature_delta":
        block["signature"] += delta["signature"]
    elif delta["type"] == "citations_delta":
        block.setdefault("citations", []).append(delta["citation"])
    else:
        fragments[index] = fragments.get(index, "") + delta["partial_json"]


def _response(told: list[dict[str, Any]]) -> dict[str, Any]:
    """From the items that were done; the texts told piece by piece must be those of the items."""
    assert [event["sequence_number"] for event in told] == list(range(len(told)))
    assert [event["type"] for event in told[:2]] == ["response.created", "response.in_progress"]
    output: dict[int, Any] = {}
    pieces: dict[tuple[int, str], str] = {}
    for event in told[2:-1]:
        kind = event["type"]
        if kind == "response.output_item.done":
            output[event["output_index"]] = event["item"]
        elif kind.endswith(".delta"):
            place = (event["output_index"], kind.split(".")[1].removesuffix("_text"))
            pieces[place] = pieces.get(place, "") + event["delta"]
    final = told[-1]
    assert final["type"] == f"response.{final['response']['status']}"
    assert [output[index] for index in sorted(output)] == final["response"]["output"]
    for (index, kind), text in pieces.items():
        assert _told(output[index], kind) == text
    return final["response"]


def _told(item: dict[str, Any], kind: str) -> str:
    if kind == "reasoning_summary":
        return "".join(part["text"] for part in item["summary"])
    if kind in ("function_call_arguments", "custom_tool_call_input"):
        return item.get("arguments", item.get("input"))
    field = "refusal" if kind == "refusal" else "text"
    return "".join(part.get(field, "") for part in item["content"])


def _generate(told: list[dict[str, Any]]) -> dict[str, Any]:
    whole = dict(told[-1])
    candidates: dict[int, dict[str, Any]] = {}
    for answer in told:
        for candidate in answer.get("candidates", []):
            known = candidates.setdefault(candidate["index"], {"content": {"parts": [], "role": "model"}})
            known |= {name: value for name, value in candidate.items() if name != "content"}
            for part in candidate["content"]["parts"]:
                _join(known["content"]["parts"], part)
    if candidates:
        whole["candidates"] = [candidates[index] for index in sorted(candidates)]
    return whole


def _join(parts: list[dict[str, Any]], part: dict[str, Any]) -> None:
    last = parts[-1] if parts else {}
    if (
        "text" in part
        and "text" in last
        and part.get("thought") == last.get("thought")
        and "thoughtSignature" not in last
    ):
        parts[-1] = {**last, **part, "text": last["text"] + part["text"]}
    else:
        parts.append(part)


_REASSEMBLE = {"messages": _message, "responses": _response, "google": _generate}
