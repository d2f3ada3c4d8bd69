"""Identifiers of calls and events: UUID version 7 (RFC 9562), as 16 bytes and as text.

The 48-bit millisecond time is followed by 12 bits of the millisecond's fraction (RFC 9562, method 3), so that
identifiers of one process are strictly increasing and those of several sort by time.
"""

from random import getrandbits
from struct import Struct
from time import time_ns

_TWO_WORDS = Struct(">QQ").pack
_TICKS_PER_MS = 4096
_NS_PER_MS = 1_000_000
_VERSION = 0x7000
_VARIANT = 0x8000_0000_0000_0000

_last_tick = 0


def uuid7() -> bytes:
    """A new identifier, 16 bytes, greater than every earlier one of this process. Not a secret: it can be guessed."""
    global _last_tick
    tick = time_ns() * _TICKS_PER_MS // _NS_PER_MS
    if tick <= _last_tick:
        tick = _last_tick + 1
    _last_tick = tick
    return _TWO_WORDS((tick >> 12) << 16 | _VERSION | (tick & 0xFFF), _VARIANT | getrandbits(62))


def identifier_text(identifier: bytes) -> str:
    """The usual text of an identifier's 16 bytes: `8-4-4-4-12` lower-case hexadecimal digits."""
    digits = identifier.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def identifier_at_us(identifier: bytes) -> int:
    """When an identifier was made, in microseconds since 1970."""
    high = int.from_bytes(identifier[:8], "big")
    return (high >> 16) * 1000 + (high & 0xFFF) * 1000 // _TICKS_PER_MS
