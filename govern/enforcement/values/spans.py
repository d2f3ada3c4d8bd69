"""Places in a text where it can be cut."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


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


def covering(spans: Iterable[tuple[int, int]], size: int) -> list[tuple[int, int]]:
    """The places of a text of ``size`` characters that spans cover, apart from each other and from left to right."""
    covered: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if covered and start <= covered[-1][1]:
            if end > covered[-1][1]:
                covered[-1] = (covered[-1][0], end)
        else:
            covered.append((start, end))
    return [(max(0, start), min(end, size)) for start, end in covered]
