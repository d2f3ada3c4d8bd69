"""Canonical JSON: one byte string for one content, so that a hash stands for it."""

import hashlib

import msgspec

_ENCODER = msgspec.json.Encoder(order="deterministic")


def canonical_json(value: object) -> str:
    """Returns JSON with sorted keys, no blanks, and every default spelt out.

    Structs are turned into plain values first, so that adding an optional field to a body later is a new schema version rather
    than a silent change of what an old hash meant.
    """
    return _ENCODER.encode(msgspec.to_builtins(value, order="deterministic")).decode()


def content_digest(canonical: str) -> str:
    """SHA-256 of canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical.encode()).hexdigest()
