"""What a choice among models and their deployments is made by, and how it is made.

A `Choice` holds everything that was drawn, measured or expected when a call was routed, and stands in the call's event. `order_of` is a
pure function of it: whoever holds the event decides again, without catalogue, clock or chance.
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from routing.bodies import Objective

MAX_ATTEMPTS = 4
MUCH_BETTER = 0.8
"""Of two deployments that were drawn by weight the second is asked first where its load is under this share of the first's: so weights
hold among equals, and a slow or busy one is left alone."""
CANARY_STEPS = 10_000
_DRAW_STEPS = 1 << 53


class Served(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A deployment that could be asked."""

    name: str
    weight: int = 1
    load_ms: float | None = None
    """Peak-EWMA of its latency times the calls under way and one more; None where nothing was measured lately."""


class Candidate(msgspec.Struct, frozen=True, omit_defaults=True):
    """A model that could answer. Figures are None where the objective does not look at them."""

    model: str
    served: tuple[Served, ...]
    quality: float | None = None
    """Chance of a good answer, 0 to 1."""
    cost_nano_usd: int | None = None
    """Expected of this call; None also where the model has no price."""
    latency_ms: float | None = None
    weight: float = 1.0
    doubtful: bool = False
    """By the estimate of its tokens the call is too long for it; an estimate may be wrong, so it is asked last."""


class Choice(msgspec.Struct, frozen=True, omit_defaults=True):
    """Everything that a choice is made by."""

    objective: Objective
    candidates: tuple[Candidate, ...]
    small: tuple[Candidate, ...] = ()
    """Small siblings that stand before the candidates, since the rule's condition for them held."""
    fallbacks: tuple[Candidate, ...] = ()
    canary: Candidate | None = None
    canary_place: int = 0
    """Where the call's application, user, conversation or request stands, from 0 to 9,999."""
    canary_below: int = 0
    """Places below it get the canary first."""
    worth_nano_usd: int = 0
    """Of a good answer, for the objective `value`."""
    seed: int = 0
    """Of all draws."""
    attempts: int = MAX_ATTEMPTS

    @property
    def is_weighed(self) -> bool:
        """Whether anything but the order of the rule had a say."""
        several = self.objective != "priority" and len(self.candidates) > 1
        return several or bool(self.seed or self.canary or self.small)

    @property
    def in_canary(self) -> bool:
        """Whether the canary is asked first."""
        return self.canary is not None and self.canary_place < self.canary_below


class Scored(NamedTuple):
    """A candidate, its score (the lower the better, in the unit of its objective), and the chance with which it was to be first."""

    candidate: Candidate
    score: float
    propensity: float


def order_of(choice: Choice) -> list[str]:
    """Names of the deployments to ask, best first, at most `attempts`. The same choice always gives the same order."""
    if choice.objective == "priority" and not choice.small:
        ranked: Sequence[Candidate] = choice.candidates
    else:
        ranked = [scored.candidate for scored in ranking(choice)]
    first = (choice.canary,) if choice.canary is not None and choice.in_canary else ()
    names: dict[str, list[str]] = {}
    doubtful: dict[str, list[str]] = {}
    for each in (*first, *ranked, *choice.fallbacks):
        if each.model not in names:
            (doubtful if each.doubtful else names)[each.model] = by_health(each.served, choice.seed)
    order = [name for of_model in (*names.values(), *doubtful.values()) for name in of_model]
    return order[: choice.attempts]


def ranking(choice: Choice) -> list[Scored]:
    """Small siblings, then candidates, each best first by the objective, among equals in the order of the rule."""
    if not choice.small:
        return _ranked(choice, choice.candidates)
    small = {each.model for each in choice.small}
    others = _ranked(choice, [each for each in choice.candidates if each.model not in small])
    return [*_ranked(choice, choice.small), *(each._replace(propensity=0.0) for each in others)]


def _ranked(choice: Choice, candidates: Sequence[Candidate]) -> list[Scored]:
    match choice.objective:
        case "quality":
            scores = [-(each.quality or 0.0) for each in candidates]
        case "cost":
            scores = [_cost(each) for each in candidates]
        case "latency":
            scores = [each.latency_ms or 0.0 for each in candidates]
        case "balanced":
            scores = _balances(candidates)
        case "value":
            scores = [_cost(each) - (each.quality or 0.0) * choice.worth_nano_usd for each in candidates]
        case "weighted":
            return _weighted(candidates, choice.seed)
        case "priority":
            scores = [float(place) for place in range(len(candidates))]
    return _certain(candidates, scores)


def propensity_of(choice: Choice, model: str) -> float:
    """The chance, before anything was drawn, with which a model was to be asked first."""
    own = next((each.propensity for each in ranking(choice) if each.candidate.model == model), 0.0)
    if choice.canary is None:
        return own
    share = choice.canary_below / CANARY_STEPS
    return share + (1 - share) * own if choice.canary.model == model else (1 - share) * own


def by_health(served: Sequence[Served], seed: int) -> list[str]:
    """A model's deployments in the order in which they are asked: drawn by weight, the better of the first two first."""
    if len(served) == 1:
        return [served[0].name]
    order = sorted(served, key=lambda each: -_key(seed, each.name, each.weight))
    if len(order) > 1:
        first, second = order[0].load_ms, order[1].load_ms
        if first is not None and second is not None and second < MUCH_BETTER * first:
            order[:2] = order[1], order[0]
    return [each.name for each in order]


def canary_place(rule: str, model: str, identity: str) -> int:
    """Where an identity stands on the way of a canary: always at the same place, and evenly spread."""
    digest = blake2b(f"{rule}/{model}/{identity}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % CANARY_STEPS


def _certain(candidates: Sequence[Candidate], scores: Sequence[float]) -> list[Scored]:
    places = sorted(range(len(candidates)), key=lambda place: scores[place])
    return [Scored(candidates[at], scores[at], 1.0 if at == places[0] else 0.0) for at in places]


def _weighted(candidates: Sequence[Candidate], seed: int) -> list[Scored]:
    total = sum(each.weight for each in candidates) or 1.0
    drawn = [Scored(each, -_key(seed, each.model, each.weight), each.weight / total) for each in candidates]
    return sorted(drawn, key=lambda each: each.score)


def _key(seed: int, name: str, weight: float) -> float:
    """A draw whose greatest among several follows their weights (Efraimidis and Spirakis, 2006)."""
    if weight <= 0:
        return -1.0
    digest = blake2b(f"{seed}/{name}".encode(), digest_size=7).digest()
    return float(((int.from_bytes(digest, "big") % _DRAW_STEPS) / _DRAW_STEPS) ** (1 / weight))


def _cost(candidate: Candidate) -> float:
    return float("inf") if candidate.cost_nano_usd is None else float(candidate.cost_nano_usd)


def _balances(candidates: Sequence[Candidate]) -> list[float]:
    """Cost and latency as shares of the highest, and twice the quality against them. Who has no price counts as twice the dearest."""
    costs = [each.cost_nano_usd for each in candidates if each.cost_nano_usd is not None]
    dearest = max(costs, default=0) or 1
    slowest = max((each.latency_ms or 0.0 for each in candidates), default=0.0) or 1.0
    return [
        (2.0 if each.cost_nano_usd is None else each.cost_nano_usd / dearest)
        + (each.latency_ms or 0.0) / slowest
        - 2 * (each.quality or 0.0)
        for each in candidates
    ]
