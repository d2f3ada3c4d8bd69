"""JSON in which a key stands twice shows one value to who reads it here and may show the other to the next reader."""

import re
from typing import Any

import msgspec

_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"\s*(:?)', re.DOTALL)
"""A string of valid JSON, and the colon that makes a key of it: quotes alone do not tell a key from a text that begins with a colon."""


def keys_written(written: bytes) -> int:
    """How many keys stand in JSON, one that stands twice counted twice."""
    return len(b"".join(_STRING.findall(written)))


def differs_in_blanks_alone(written: bytes, tree: Any) -> bool:
    """Whether JSON is, blanks apart, what the tree that was read from it is written as: then keys stand once, and numbers say no more."""
    encoded = msgspec.json.encode(tree)
    return written == encoded or msgspec.json.format(written, indent=-1) == encoded


def keys_stand_once(written: bytes, tree: Any) -> bool:
    """Whether every key that was written is in the tree that was read from it."""
    return keys_written(written) == _keys(tree)


def with_keys_once(written: bytes) -> bytes:
    """The bytes, or their compact form where a key stands twice."""
    tree = msgspec.json.decode(written)
    if differs_in_blanks_alone(written, tree) or keys_stand_once(written, tree):
        return written
    return msgspec.json.encode(tree)


def _keys(tree: Any) -> int:
    if type(tree) is dict:
        return len(tree) + sum([_keys(item) for item in tree.values() if type(item) is dict or type(item) is list])
    return sum([_keys(item) for item in tree if type(item) is dict or type(item) is list]) if type(tree) is list else 0
