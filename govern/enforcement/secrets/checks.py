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
