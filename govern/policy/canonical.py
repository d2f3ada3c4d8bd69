"""Canonical JSON: one byte string for one content, so that a hash stands for it."""

import hashlib

import msgspec

_ENCODER = msgspec.json.Encoder(order="deterministic")


def canonical_json(value: object) -> str:
    """Returns JSON with sorted keys, no blanks, and every default spelt out.

    Fields that a body got after the first contents of its kind were signed (`ADDED_LATER`) are left out while they say nothing, so that
    what was signed before them keeps its hash.
    """
    plain = msgspec.to_builtins(value, order="deterministic")
    _leave_out_unsaid(value, plain)
    return _ENCODER.encode(plain).decode()


def _leave_out_unsaid(value: object, plain: object) -> None:
    """Takes what was added later, and says nothing, out of the plain form of a struct and of those within it."""
    if isinstance(value, msgspec.Struct) and isinstance(plain, dict):
        for name in getattr(value, "ADDED_LATER", ()):
            if not plain[name]:
                del plain[name]
        for name in plain:
            _leave_out_unsaid(getattr(value, name, None), plain[name])
    elif isinstance(value, list | tuple) and isinstance(plain, list | tuple):
        for item, plain_item in zip(value, plain, strict=True):
            _leave_out_unsaid(item, plain_item)


def content_digest(canonical: str) -> str:
    """SHA-256 of canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical.encode()).hexdigest()
