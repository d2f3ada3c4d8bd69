"""Places in a text where it can be cut."""

from __future__ import annotations

from collections.abc import Sequence


def before_straddling(spans: Sequence[tuple[int, int]], position: int) -> int:
    """The last place at or before ``position`` that no span reaches across."""
    while True:
        before = min((start for start, end in spans if start < position < end), default=position)
        if before == position:
            return position
        position = before
