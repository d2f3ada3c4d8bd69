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
    for name in getattr(value, "ADDED_LATER", ()):
        if not plain[name]:
            del plain[name]
    return _ENCODER.encode(plain).decode()


def content_digest(canonical: str) -> str:
    """SHA-256 of canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical.encode()).hexdigest()
