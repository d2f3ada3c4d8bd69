"""Rules that can never decide anything: what stands before them takes every call, or their condition contradicts itself."""

import re
from collections.abc import Sequence

_EQUALS = re.compile(r"^([A-Za-z_]\w*)\s*==\s*(\"[^\"]*\"|'[^']*'|\d+(?:\.\d+)?|true|false)$")


def never_matches(condition: str) -> bool:
    """Whether a condition is false for every call, as far as its text shows: `false`, or one name equal to two values."""
    parts = conjuncts(condition)
    if "false" in parts:
        return True
    seen: dict[str, str] = {}
    for part in parts:
        if equal := _EQUALS.match(part):
            name, value = equal.groups()
            if seen.setdefault(name, value) != value:
                return True
    return False


def shadowing(conditions: Sequence[str]) -> dict[int, int]:
    """Index of a condition → index of an earlier one that holds whenever it does, so that it never decides."""
    parts = [conjuncts(condition) for condition in conditions]
    found: dict[int, int] = {}
    for index, part in enumerate(parts):
        for earlier in range(index):
            if parts[earlier] - {"true"} <= part:
                found[index] = earlier
                break
    return found


def conjuncts(condition: str) -> frozenset[str]:
    """The parts that `&&` joins at the outermost level, each without needless blanks."""
    parts, depth, quote, start = [], 0, "", 0
    for position, character in enumerate(condition):
        if quote:
            quote = "" if character == quote and condition[position - 1] != "\\" else quote
        elif character in "\"'":
            quote = character
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif depth == 0 and condition.startswith("||", position):
            return frozenset({" ".join(condition.split())})
        elif depth == 0 and condition.startswith("&&", position):
            parts.append(condition[start:position])
            start = position + 2
    parts.append(condition[start:])
    return frozenset(" ".join(part.split()) for part in parts)
