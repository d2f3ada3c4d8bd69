"""Anthropic's own events as far as nothing in them escapes a guard: exactly these fields, and no others."""

from typing import Any, Literal

import msgspec


class _Exact(msgspec.Struct, forbid_unknown_fields=True, frozen=True, tag_field="type"):
    """Of a known type, with known fields."""


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
    index: int
    content_block: TextBlock | ThinkingBlock | RedactedThinkingBlock


class BlockDelta(_Exact, tag="content_block_delta", frozen=True):
    index: int
    delta: TextDelta | ThinkingDelta | SignatureDelta


class BlockStop(_Exact, tag="content_block_stop", frozen=True):
    index: int


class MessageDelta(_Exact, tag="message_delta", frozen=True):
    delta: _Ending
    usage: dict[str, Any]


class MessageStop(_Exact, tag="message_stop", frozen=True):
    pass


class Ping(_Exact, tag="ping", frozen=True):
    pass


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


def as_written(data: bytes) -> bytes:
    """The event as it came, under the name of its type. Raises `msgspec.MsgspecError` if it has none."""
    lines = data.replace(b"\n", b"\ndata: ")
    return b"event: " + _read_name(data).type.encode() + b"\ndata: " + lines + b"\n\n"
