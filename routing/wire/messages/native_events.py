"""Anthropic's own events as far as nothing in them escapes a guard: exactly these fields, each once, and no others."""

from typing import Annotated, Any, Literal

import msgspec

from routing.calls.once import keys_stand_once, keys_written


class _Exact(msgspec.Struct, forbid_unknown_fields=True, frozen=True, tag_field="type"):
    """Of a known type, with known fields."""


Index = Annotated[int, msgspec.Meta(ge=0, le=100_000)]


class TextBlock(_Exact, tag="text", frozen=True):
    """A text that begins; its citations come as events of their own."""

    text: Literal[""]
    citations: None = None


class ThinkingBlock(_Exact, tag="thinking", frozen=True):
    thinking: Literal[""]
    signature: str = ""


class RedactedThinkingBlock(_Exact, tag="redacted_thinking", frozen=True):
    data: str


class TextDelta(_Exact, tag="text_delta", frozen=True):
    text: str


class ThinkingDelta(_Exact, tag="thinking_delta", frozen=True):
    thinking: str


class SignatureDelta(_Exact, tag="signature_delta", frozen=True):
    signature: str


class _Message(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    id: str
    type: Literal["message"]
    role: Literal["assistant"]
    model: str
    content: list[None]
    usage: dict[str, Any]
    stop_reason: None = None
    stop_sequence: None = None
    stop_details: None = None


class _Ending(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    stop_reason: str | None = None
    stop_sequence: str | None = None
    stop_details: None = None


class MessageStart(_Exact, tag="message_start", frozen=True):
    message: _Message


class BlockStart(_Exact, tag="content_block_start", frozen=True):
    index: Index
    content_block: TextBlock | ThinkingBlock | RedactedThinkingBlock


class BlockDelta(_Exact, tag="content_block_delta", frozen=True):
    index: Index
    delta: TextDelta | ThinkingDelta | SignatureDelta


class BlockStop(_Exact, tag="content_block_stop", frozen=True):
    index: Index


class MessageDelta(_Exact, tag="message_delta", frozen=True):
    delta: _Ending
    usage: dict[str, Any]


class MessageStop(_Exact, tag="message_stop", frozen=True):
    pass


class Ping(_Exact, tag="ping", frozen=True):
    pass


_KEYS_OF_DELTA = 5
Event = MessageStart | BlockStart | BlockDelta | BlockStop | MessageDelta | MessageStop | Ping
read_plain = msgspec.json.Decoder(Event).decode


class _Named(msgspec.Struct, frozen=True):
    type: str


_read_name = msgspec.json.Decoder(_Named).decode


def event_of(data: bytes) -> Event | None:
    """The event, or None if there is anything in it that is not known here."""
    try:
        return read_plain(data)
    except msgspec.MsgspecError:
        return None


def said_in(data: bytes) -> str | None:
    """What an event adds to a text block, where it does that alone, on one line and with every key once."""
    event = event_of(data)
    if not isinstance(event, BlockDelta) or not isinstance(event.delta, TextDelta):
        return None
    return event.delta.text if b"\n" not in data and keys_written(data) == _KEYS_OF_DELTA else None


def beside(data: bytes) -> dict[str, Any] | None:
    """What an event says beside the texts that flow; None if it holds anything that is not known, or a key twice."""
    event = event_of(data)
    if event is None:
        return None
    if isinstance(event, BlockDelta) and isinstance(event.delta, TextDelta | ThinkingDelta):
        return {} if keys_written(data) == _KEYS_OF_DELTA else None
    tree: dict[str, Any] = msgspec.json.decode(data)
    if not keys_stand_once(data, tree):
        return None
    match event:
        case MessageStart():
            return {"message": tree["message"]}
        case BlockStart(_, RedactedThinkingBlock(signature)):
            return {"signature": signature}
        case BlockStart(_, ThinkingBlock(_, signature)) | BlockDelta(_, SignatureDelta(signature)):
            return {"signature": signature} if signature else {}
        case MessageDelta():
            return {"delta": tree["delta"], "usage": tree["usage"]}
    return {}


def as_written(data: bytes) -> bytes:
    """The event as it came, under the name of its type. Raises `msgspec.MsgspecError` if it has none."""
    lines = data.replace(b"\r", b" ").replace(b"\n", b"\ndata: ")
    return b"event: " + _read_name(data).type.encode() + b"\ndata: " + lines + b"\n\n"
