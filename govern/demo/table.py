"""The tables that the demonstration prints."""

from collections.abc import Sequence

_HEAD = ("", "Call", "What happened", "Why", "Look at it")
_MARKS = {True: "✓", False: "✗"}


def render(rows: Sequence[tuple[bool, str, str, str, str]]) -> str:
    """Rows of (as expected, call, what happened, why, link) under a head."""
    return columns([_HEAD, *((_MARKS[ok], *rest) for ok, *rest in rows)])


def columns(lines: Sequence[Sequence[str]]) -> str:
    """Lines in columns as wide as they need to be; the last column as it is."""
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]) - 1)]
    return "\n".join(
        "  ".join((*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[-1])).rstrip()
        for line in lines
    )
