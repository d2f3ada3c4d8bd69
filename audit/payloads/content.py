"""What a stored prompt or answer holds once it is opened."""

import zlib
from typing import Any

import msgspec

LEVELS = ("metadata", "redacted", "full")
"""How much of prompts and answers is kept, from nothing to everything."""


class StoredText(msgspec.Struct, frozen=True, array_like=True):
    """One text of a request or an answer: who wrote it, where it stood, and what it said."""

    role: str
    location: str
    text: str


class Content(msgspec.Struct, frozen=True, omit_defaults=True):
    """A request or an answer as it was kept.

    level: `redacted` (values that could identify somebody or open something are masked) or `full`.
    texts: every text that guards looked at, in order.
    facts: of a request, the names that conditions of policies could read.
    whole: at `full`, the request's bytes as they came in, or the answer as JSON in the form of a chat completion.
    """

    level: str
    texts: tuple[StoredText, ...]
    facts: dict[str, Any] = {}
    whole: bytes = b""


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Content).decode
_FASTEST = 1


def pack(content: Content) -> bytes:
    """Content as bytes to seal: compressed first, since what is sealed no longer compresses."""
    return zlib.compress(_encode(content), _FASTEST)


def unpack(data: bytes) -> Content:
    """Content of `pack`. Raises `zlib.error` and `msgspec.DecodeError`."""
    return _decode(zlib.decompress(data))
