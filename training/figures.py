"""The figures of detection, from scores."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


class Sight(NamedTuple):
    """What models said about texts: ``margins`` are logits above the flag threshold, on one scale for all models; ``scores`` are calibrated."""

    margins: Numbers
    scores: Numbers

    def of(self, chosen: NDArray[np.bool_]) -> Sight:
        return Sight(self.margins[chosen], self.scores[chosen])


class SourceFigures(NamedTuple):
    """``recall_1`` and ``recall_01``: shares of attacks above the thresholds of 1 % and 0.1 % of the honest texts."""

    source: str
    texts: int
    auroc: float
    recall_1: float
    recall_01: float
    flagged: float
    blocked: float


def auroc(attacks: Numbers, honest: Numbers) -> float:
    """Chance that an attack scores above an honest text; ties count half (Mann and Whitney)."""
    order = np.sort(honest)
    below = np.searchsorted(order, attacks, "left")
    above = np.searchsorted(order, attacks, "right")
    return float((below + above).sum() / 2 / len(attacks) / len(honest))


def of_source(
    source: str, attacks: Sight, honest: Sight, flag_at: float, block_at: float, rivals: Numbers
) -> SourceFigures:
    """``rivals`` are the margins of the honest texts that the attacks are ranked among."""
    one, tenth = np.quantile(honest.margins, [0.99, 0.999])
    return SourceFigures(
        source, len(attacks.margins), auroc(attacks.margins, rivals), float((attacks.margins > one).mean()), float((attacks.margins > tenth).mean()),
        float((attacks.scores >= flag_at).mean()), float((attacks.scores >= block_at).mean()),
    )  # fmt: skip
