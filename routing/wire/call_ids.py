"""Ids of tool calls as each kind of provider takes them."""

import hashlib
import re

TAKEN = {
    "anthropic": re.compile(r"\A[A-Za-z0-9_-]{1,128}\Z"),
    "openai_responses": re.compile(r"\A[^\x00-\x1f]{1,64}\Z"),
    "openai": re.compile(r"\A[^\x00-\x1f]{1,40}\Z"),
}
"""Kind of provider → the ids that it takes, by its reference or its errors. Others are sent what the client wrote."""
_OTHER_LETTERS = re.compile(r"[^A-Za-z0-9_-]")


def taken_id(own: str, kind: str) -> str:
    """The id for a provider of this kind: itself, or always the same other one."""
    taken = TAKEN.get(kind)
    if taken is None or taken.match(own) is not None:
        return own
    plain = _OTHER_LETTERS.sub("_", own)
    if taken.match(plain) is not None:
        return plain
    return f"call_{hashlib.blake2b(own.encode('utf-8', 'replace'), digest_size=12).hexdigest()}"
