"""Halves of characters in JSON's escapes: `\\ud83d` without the half that makes a character of it.

RFC 8259 allows them and no reader here takes them. Programs that cut texts by UTF-16 units write them, in requests and in answers.
"""

import re

_ESCAPE = re.compile(
    rb"\\(?:u(?:([dD][89abAB][0-9a-fA-F]{2})(\\u[dD][c-fC-F][0-9a-fA-F]{2})?|([dD][c-fC-F][0-9a-fA-F]{2}))|.)",
    re.DOTALL,
)
_LAST_HALF = re.compile(rb'(?<!\\)(?:\\\\)*(\\u[dD][89abAB][0-9a-fA-F]{2})"')
_FIRST_HALF = re.compile(rb'(?<!\\)"(?=\\u[dD][c-fC-F][0-9a-fA-F]{2})')


def with_whole_characters(body: bytes) -> bytes:
    """JSON with U+FFFD for every half of a character that stands alone."""
    if not may_hold_halves(body):
        return body
    return _ESCAPE.sub(_whole, body)


def may_hold_halves(body: bytes) -> bool:
    """Whether it holds the escape of any half, alone or not."""
    return b"\\u" in body and (b"\\ud" in body or b"\\uD" in body)


def _whole(match: re.Match[bytes]) -> bytes:
    alone = match[3] or (match[1] and not match[2])
    return b"\\ufffd" if alone else match[0]


def cut_off(event: bytes) -> tuple[bytes, bytes] | None:
    """The JSON without a first half that ends one of its texts, and that half; None where no text ends so."""
    match = _LAST_HALF.search(event)
    return (event[: match.start(1)] + event[match.end(1) :], match[1]) if match else None


def put_before(event: bytes, half: bytes) -> bytes | None:
    """The JSON with a first half before the second one that begins one of its texts; None where no text begins so."""
    match = _FIRST_HALF.search(event)
    return event[: match.end()] + half + event[match.end() :] if match else None
