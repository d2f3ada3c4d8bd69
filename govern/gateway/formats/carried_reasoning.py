"""Anthropic's signed reasoning inside the opaque field that another format has for reasoning of its own.

So a conversation through any door keeps it, and it returns with its signatures when the next turn goes to Anthropic again.
"""

import base64
import binascii
from collections.abc import Sequence
from typing import Any

import msgspec

from routing.calls import RedactedThinkingPart, ThinkingPart

Block = ThinkingPart | RedactedThinkingPart
_MARK = b"govern"  # six bytes: their base64 stands apart
_URL_SAFE = str.maketrans("-_", "+/")


def pack(blocks: Sequence[Block]) -> str | None:
    """The blocks as base64, or None if none of them is signed."""
    signed = [block for block in blocks if isinstance(block, RedactedThinkingPart) or block.signature]
    return base64.b64encode(_MARK + msgspec.json.encode(signed)).decode() if signed else None


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
