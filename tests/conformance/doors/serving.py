"""What a door writes, on a loopback server, for the SDKs to read. The server decodes what the SDK sent, as the gateway would."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from routing.calls import (
    AnswerMessage,
    ChatRequest,
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
from routing.wire.google import google_format
from routing.wire.interface import AnswerIdentity, DoorFormat
from routing.wire.messages import MessagesFormat
from routing.wire.responses import ResponsesFormat
from tests.routing.loopback import Connection, Handler, Received, head

IDENTITY = AnswerIdentity("0193a1b2c3d4e5f60718293a4b5c6d7e", "gpt-5.4", 1_700_000_000)
USAGE = Usage(input_tokens=100, output_tokens=9, cached_input_tokens=40, cache_write_tokens=30, reasoning_tokens=4)
CALLS = [
    ToolCall(id="call_1", function=FunctionCall("weather", '{"city":"Taipei"}')),
    ToolCall(id="call_2", function=FunctionCall("clock", "{}")),
]
REFUSED = {
    "message": "The text holds personal data.",
    "type": "policy_violation",
    "param": None,
    "code": "pii_leak",
    "govern": {"violation_id": "v1", "rule": "card", "guard": "pii", "revision": 7, "link": None},
}


def completion(*, calls: bool = False) -> Completion:
    """An answer with signed reasoning and text, and with two calls if they are wanted."""
    message = AnswerMessage(
        content="Warm, 28 °C.",
        reasoning="Taipei in July.",
        thinking_blocks=[ThinkingPart(thinking="Taipei in July.", signature="c2lnbmVk")],
        tool_calls=CALLS if calls else [],
    )
    choice = Choice(message=message, finish_reason="tool_calls" if calls else "stop")
    return Completion(choices=[choice], usage=USAGE)


def chunks(*, calls: bool = False) -> list[Chunk]:
    """The same answer as a provider streams it."""
    deltas = [
        Delta(role="assistant"),
        Delta(reasoning="Taipei "),
        Delta(reasoning="in July."),
        Delta(thinking_blocks=[ThinkingPart(thinking="Taipei in July.", signature="c2lnbmVk")]),
        Delta(content="Warm, "),
        Delta(content="28 °C."),
    ]
    if calls:
        deltas += [
            Delta(tool_calls=[ToolCallDelta(index=0, id="call_1", type="function", name="weather")]),
            Delta(tool_calls=[ToolCallDelta(index=1, id="call_2", type="function", name="clock")]),
            Delta(tool_calls=[ToolCallDelta(index=0, arguments='{"city":"Tai')]),
            Delta(tool_calls=[ToolCallDelta(index=0, arguments='pei"}'), ToolCallDelta(index=1, arguments="{}")]),
        ]
    deltas.append(Delta(finish_reason="tool_calls" if calls else "stop"))
    return [*[Chunk(deltas=[delta]) for delta in deltas], Chunk(usage=USAGE)]


def format_of(path: str) -> DoorFormat:
    """The format that serves a path with its query."""
    parts = urlsplit(path)
    found = {"/v1/messages": MessagesFormat(), "/v1/responses": ResponsesFormat()}.get(parts.path)
    form = found or google_format(parts.path, parts.query)
    assert form is not None, path
    return form


class Seen:
    """The requests as they were understood."""

    def __init__(self) -> None:
        self.requests: list[ChatRequest] = []


def door(seen: Seen, *, calls: bool = False, streamed: list[Chunk] | None = None, fails: bool = False) -> Handler:
    """Answers as the door does: whole, or streamed if the request says so; `fails` breaks the stream off with a refusal."""

    async def handler(received: Received, connection: Connection) -> None:
        form = format_of(received.path)
        request = form.decode(received.body, urlsplit(received.path).path)
        seen.requests.append(request)
        if not request.stream:
            body = form.encode(completion(calls=calls), IDENTITY)
            await connection.write(head(content_length=str(len(body))) + body)
            return
        media_type = getattr(form, "stream_media_type", "text/event-stream")
        await connection.write(head(200, media_type, transfer_encoding="chunked"))
        encoder = form.stream(request, IDENTITY)
        pieces = chunks(calls=calls) if streamed is None else streamed
        for chunk in pieces[:5] if fails else pieces:
            await _write(connection, encoder.chunk(chunk))
        await _write(connection, encoder.error(REFUSED, 403) if fails else encoder.end(pieces[-1].usage))
        await connection.write(b"0\r\n\r\n")

    return handler


async def _write(connection: Connection, data: bytes) -> None:
    """In two pieces, so that events are cut."""
    half = len(data) // 2
    for piece in (data[:half], data[half:]):
        if piece:
            await connection.write(b"%x\r\n%b\r\n" % (len(piece), piece))


def refusing(status: int, error: dict[str, Any]) -> Handler:
    """Answers with a refusal in the door's envelope."""

    async def handler(received: Received, connection: Connection) -> None:
        body = format_of(received.path).error(error, status, str(UUID(IDENTITY.call_id)))
        await connection.write(head(status, content_length=str(len(body)), x_should_retry="false") + body)

    return handler
