"""Which model a good answer is worth: chances and costs weighed, with a willingness to pay or without."""

from collections.abc import Mapping

TOLERANCE = 0.03
"""Share of the best model's chance that may be given up for a cheaper one where nobody says what a good answer is worth."""


def worth_most(chances: Mapping[str, float], usd: Mapping[str, float | None], willingness_usd: float) -> str:
    """The candidate with the highest expected quality × worth − cost, in US dollars. Ties go to the first.

    One whose cost is unknown is taken only where no candidate's is known. Raises ValueError without candidates.
    """
    known = {name: cost for name in chances if (cost := usd[name]) is not None}
    if not known:
        return max(chances, key=lambda name: chances[name])
    return max(known, key=lambda name: chances[name] * willingness_usd - known[name])


def cheapest_good(chances: Mapping[str, float], usual: Mapping[str, float], usd: Mapping[str, float | None]) -> str:
    """The cheapest candidate that is about as good here as the one that is best on prompts like this, and never a dearer one than that.

    usual: the chances on a middling prompt of this kind, by which the best is told. Costs as in `worth_most`.
    """
    known = {name: cost for name in chances if (cost := usd[name]) is not None}
    if not known:
        return max(chances, key=lambda name: chances[name])
    best = max(known, key=lambda name: usual[name])
    least = (1 - TOLERANCE) * chances[best]
    return min((name for name in known if chances[name] >= least), key=lambda name: known[name])
