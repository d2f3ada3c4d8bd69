"""Anthropic's signed reasoning, and what else only Anthropic knows of an answer, inside the opaque field that another format has for
reasoning of its own.

So a conversation through any door keeps it, and it returns as it was when the next turn goes to Anthropic again.
"""

import base64
import binascii
from collections.abc import Sequence
from typing import Any

import msgspec

from routing.calls import NativePart, RedactedThinkingPart, ThinkingPart
from routing.calls.order import KIND as ORDER

Block = ThinkingPart | RedactedThinkingPart | NativePart
_MARK = b"govern"  # six bytes: their base64 stands apart
_URL_SAFE = str.maketrans("-_", "+/")


def pack(blocks: Sequence[Block]) -> str | None:
    """The blocks as base64, without reasoning that is not signed; None if there are no others."""
    signed = [block for block in blocks if not isinstance(block, ThinkingPart) or block.signature]
    return base64.b64encode(_MARK + msgspec.json.encode(signed)).decode() if signed else None


def carried(parts: Sequence[NativePart]) -> list[NativePart]:
    """Of blocks that only their provider knows, those that can return through another format: Anthropic's, and the order of all."""
    return [part for part in parts if part.kind in ("anthropic", ORDER)]


def take_carried(message: dict[str, Any], blocks: Sequence[dict[str, Any]]) -> None:
    """Puts unpacked blocks into a message, each where it belongs."""
    for block in blocks:
        message.setdefault("native_blocks" if block["type"] == "native" else "thinking_blocks", []).append(block)


def unpack(value: str) -> list[dict[str, Any]] | None:
    """The blocks as plain values; None if the value is another provider's."""
    try:
        packed = base64.b64decode(value.translate(_URL_SAFE), validate=True)
        if not packed.startswith(_MARK):
            return None
        blocks = msgspec.json.decode(packed.removeprefix(_MARK), type=list[Block])
    except (binascii.Error, ValueError, RecursionError):
        return None
    return [msgspec.to_builtins(block) for block in blocks]
