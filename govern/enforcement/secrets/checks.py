"""What tells a real secret from a placeholder, a variable or a word."""

from __future__ import annotations

import math
import re
from collections import Counter

from govern.enforcement.secrets.literals import words_only
from govern.enforcement.secrets.published import published

_PLACEHOLDERS = re.compile(
    r"(?i)example|sample|placeholder|changeme|change_me|your[_\-]|my[_\-]?(?:secret|password|token|key)|xxxx|\*\*\*|\.\.\.|<[^<>]*>|\$\{|\{\{|os\.environ|getenv|process\.env"
    r"|^(?:none|null|true|false|undefined|string|password|secret|token|required|optional|redacted|hidden|empty|incorrect|wrong|correct|invalid|expired|reset|protected)$"
)


def entropy_bits(value: str) -> float:
    """Shannon entropy of the characters, in bits each."""
    size = len(value)
    return -sum(count / size * math.log2(count / size) for count in Counter(value).values()) if size else 0.0


def random_looking(value: str) -> bool:
    """A key after its fixed beginning: several characters, none of them repeated through the whole of it, and no example of a manual."""
    if published(value):
        return False
    return len(set(value)) >= 8 or (len(value) < 16 and len(set(value)) >= 5)


def high_entropy(value: str) -> bool:
    """Letters and digits mixed beyond what words reach. The bound follows the length: short strings cannot have more."""
    if len(value) < 16 or value.isdigit() or words_only(value):
        return False
    hexadecimal = re.fullmatch(r"[0-9a-fA-F]+", value) is not None
    return entropy_bits(value) >= (3.0 if hexadecimal else min(3.5, math.log2(len(value)) - 0.7))


def password_like(value: str) -> bool:
    """Something a person would type as a password: not a placeholder, a call, a type or a plain lower-case word."""
    if len(value) < 6 or _PLACEHOLDERS.search(value):
        return False
    if re.fullmatch(r"[a-z]+|[A-Z]?[a-z]+\(?\)?|[A-Z_]+|\d{1,5}|[a-z_.]+\(.*", value):
        return False
    return len(set(value)) >= 4


def mixed(value: str) -> bool:
    """Letters, digits and marks together, as no address, label or number has them."""
    marks = [mark for mark in value if not mark.isalnum() and mark not in "/._-:"]
    return bool(marks) and any(map(str.isalpha, value)) and any(map(str.isdigit, value))


def with_a_number(value: str) -> bool:
    """`mixed`, or a word and a number that a mark joins, the number of several digits: `Word_4711`."""
    digits = sum(map(str.isdigit, value))
    joined = value.count("_") == 1 and digits >= 3 and any(map(str.isalpha, value)) and value.replace("_", "").isalnum()
    return mixed(value) or joined


_HEXADECIMAL = re.compile(r"[0-9a-fA-F]{16,}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_VERSION = re.compile(r"\d{1,6}\.\d{1,6}\.\d")
_OF_SENTENCES = """
    a an and are at be by can do for from has have if in is it may must no not of on or should the to use with you your
"""
_SENTENCE = frozenset(_OF_SENTENCES.split())
_LONG = 20
_CHANGES = 3


def drawn_by_chance(value: str, least: int) -> bool:
    """Whether a run of at least ``least`` characters looks like a key rather than like words, a version, a date or a number.

    Letters and digits take turns in keys; in names digits stand at the end of words.
    """
    if len(value) < least or value.isdigit():
        return False
    if _HEXADECIMAL.fullmatch(value):
        return len(set(value)) >= 6
    digits = sum(map(str.isdigit, value))
    letters = sum(map(str.isalpha, value))
    if not letters or words_only(value) or _VERSION.search(value) is not None:
        return False
    if not digits:
        return (
            len(value) >= _LONG
            and letters == len(value)
            and changes_of_class(value) >= _CHANGES
            and high_entropy(value)
        )
    changes = changes_of_class(value)
    return (changes >= _CHANGES or (len(value) >= 15 and changes >= 2)) and entropy_bits(value) >= min(
        3.0, math.log2(len(value)) - 0.8
    )


def changes_of_class(value: str) -> int:
    """How often capitals, small letters and digits take turns; a capital before small letters is none."""
    changes = 0
    before = ""
    for character in value:
        kind = "d" if character.isdigit() else "u" if character.isupper() else "l" if character.islower() else ""
        if kind and before and kind != before and (before, kind) != ("u", "l"):
            changes += 1
        before = kind or before
    return changes


def passphrase(value: str) -> bool:
    """Several words that somebody remembers, not a sentence about passwords: a digit or a mark among them."""
    parts = value.lower().split()
    return 2 <= len(parts) <= 8 and any(map(str.isdigit, value)) and not _SENTENCE.intersection(parts)
