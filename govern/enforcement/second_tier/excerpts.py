"""A bounded part of a text, and the windows of its tokens that are encoded: however long a text is, it costs at most eight windows."""

from __future__ import annotations

from collections.abc import Sequence

WINDOW_TOKENS = 126
"""With the two that begin and end a window: 128."""
STEP_TOKENS = 96
MOST_WINDOWS = 8
MOST_CHARACTERS = 8_192
_EDGE = 3_072
_AROUND = 1_024


def excerpt(text: str, evidence: tuple[int, int] | None) -> str:
    """A text of at most ``MOST_CHARACTERS`` as it is; of a longer one its beginning, its end, and what stands around the evidence."""
    if len(text) <= MOST_CHARACTERS:
        return text
    middle = sum(evidence) // 2 if evidence else len(text) // 2
    spans = sorted(
        [
            (0, _EDGE),
            (max(0, middle - _AROUND), min(len(text), middle + _AROUND)),
            (len(text) - _EDGE, len(text)),
        ]
    )
    pieces, reached = [], 0
    for start, end in spans:
        start = max(start, reached)
        if end > start:
            pieces.append(text[start:end])
            reached = end
    return "\n".join(pieces)


def windows(tokens: Sequence[int]) -> list[Sequence[int]]:
    """At most ``MOST_WINDOWS`` of ``WINDOW_TOKENS``: the first, the last, and others between, evenly spread. No tokens are one window."""
    last = len(tokens) - WINDOW_TOKENS
    if last <= 0:
        return [tokens]
    wanted = -(-last // STEP_TOKENS) + 1
    count = min(wanted, MOST_WINDOWS)
    starts = [round(number * last / (count - 1)) for number in range(count)]
    return [tokens[start : start + WINDOW_TOKENS] for start in starts]
