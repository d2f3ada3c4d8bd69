"""Places in a text where it can be cut."""

from __future__ import annotations

from collections.abc import Sequence


def before_straddling(spans: Sequence[tuple[int, int]], position: int) -> int:
    """The last place at or before ``position`` that no span reaches across."""
    begin = reach = -1  # of the spans that overlap each other, as far as they have been looked at
    for start, end in sorted(spans):
        if start >= position:
            break
        if start >= reach:
            begin = start
        reach = max(reach, end)
    return begin if reach > position else position
