"""The table that the demonstration prints."""

from collections.abc import Sequence

_HEAD = ("", "Call", "What happened", "Why", "Look at it")
_MARKS = {True: "✓", False: "✗"}


def render(rows: Sequence[tuple[bool, str, str, str, str]]) -> str:
    """Rows of (as expected, call, what happened, why, link) under a head, in columns as wide as they need to be."""
    lines = [_HEAD, *((_MARKS[ok], *rest) for ok, *rest in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(4)]
    return "\n".join(
        "  ".join((*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[4])).rstrip()
        for line in lines
    )
