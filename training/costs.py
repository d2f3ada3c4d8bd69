"""Where a score flags and where it blocks: at the thresholds that cost least, by what mistakes cost the people who make use of a guard.

The unit is one honest text that is flagged and passes: somebody may have to look at it. How many texts are attacks, and what the other mistakes
cost, are assumptions, written here so that they can be argued about; whoever has others sets ``flag_at`` and ``block_at`` in a policy.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

ATTACKS = 0.001
"""Share of attacks among all texts."""
HONEST_BLOCKED = 2.8
"""A person's work stops, and somebody must be asked."""
ATTACK_PASSED = 150.0
"""It reaches the model and nobody is told."""
ATTACK_FLAGGED = 50.0
"""It reaches the model; somebody is told."""

_WIDTH = 0.2
_STEP = 0.05
"""Of logits."""

Numbers = NDArray[np.float64]


def thresholds(honest: Numbers, attacks: Numbers) -> tuple[float, float]:
    """The logits from which on to flag and to block, by those of held-out texts; attacks may weigh differently by source, so bring a fair mix.

    Raises ValueError without texts of both kinds.
    """
    if not len(honest) or not len(attacks):
        raise ValueError("thresholds need honest texts and attacks")
    flag = _cheapest(honest, attacks, 1.0, ATTACK_PASSED - ATTACK_FLAGGED)
    block = _cheapest(honest, attacks, HONEST_BLOCKED - 1.0, ATTACK_FLAGGED)
    return flag, max(flag, block)


def _cheapest(honest: Numbers, attacks: Numbers, found: float, missed: float) -> float:
    """The threshold at which ``found`` for each honest text above and ``missed`` for each attack below come to least.

    Each text counts as spread over ``_WIDTH``, so that the place of a single one does not decide.
    """
    low, high = min(honest.min(), attacks.min()), max(honest.max(), attacks.max())
    candidates = np.arange(low - _STEP, high + 2 * _STEP, _STEP)
    cost = [
        (1.0 - ATTACKS) * found * expit((honest - candidate) / _WIDTH).mean()
        + ATTACKS * missed * expit((candidate - attacks) / _WIDTH).mean()
        for candidate in candidates
    ]
    return float(candidates[int(np.argmin(cost))])
