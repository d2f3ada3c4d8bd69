"""What a routing rule lets one call cost: who could cost more is not asked, and a call that nobody can answer for less is refused."""

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from govern.gateway.call import Call
from govern.gateway.refusals import Refusal
from routing.catalog import Deployment, Model
from routing.fitness import PassedOver
from routing.money import Bound, nano_usd, usd

if TYPE_CHECKING:
    from routing.providers import Target

UpperBound = Callable[[Model, "Target"], Bound]
"""The most that an attempt at a priced model can cost."""

_limit = lru_cache(maxsize=1_024)(nano_usd)


def cost_limit_of(call: Call) -> int | None:
    """Nano-dollars that the call may cost under the rule that decided its route; None where the rule names no limit."""
    rule = call.route.rule if call.route is not None else None
    limit = rule.constraints.max_cost_usd if rule is not None else None
    return None if limit is None else _limit(limit)


def keep_within_cost(call: Call, bound: UpperBound) -> None:
    """Leaves out the deployments whose answer could cost more than the rule allows. Raises `invalid_request` when none is left."""
    limit = cost_limit_of(call)
    if limit is None:
        return
    assert call.route is not None
    within: list[Deployment] = []
    dearer: list[PassedOver] = []
    for deployment in call.route.deployments:
        reason = _too_dear(call, deployment, bound, limit)
        if reason is None:
            within.append(deployment)
        else:
            dearer.append(PassedOver(deployment.name, reason))
    call.route = call.route._replace(deployments=tuple(within), passed_over=(*call.route.passed_over, *dearer))
    if not within:
        reasons = "; ".join(f"{passed.name} {passed.reason}" for passed in dearer)
        raise Refusal(
            "invalid_request",
            f"A call under the rule {call.route.name} may cost {usd(limit)} USD at most: {reasons}. "
            "Send a smaller max_tokens or a shorter input, or ask whoever keeps the rule.",
        )


def require_within_cost(call: Call, most: Bound) -> None:
    """Before another attempt: what the call has cost already counts. Raises `invalid_request` where both together could be too much."""
    limit = cost_limit_of(call)
    spent = call.cost_nano_usd
    if limit is not None and spent and spent + most.nano_usd > limit:
        assert call.route is not None
        raise Refusal(
            "invalid_request",
            f"A call under the rule {call.route.name} may cost {usd(limit)} USD at most. It has cost {usd(spent)} USD without an answer "
            f"that could be given, and another attempt may cost up to {usd(most.nano_usd)} USD. Send a smaller max_tokens.",
        )


def _too_dear(call: Call, deployment: Deployment, bound: UpperBound, limit: int) -> str | None:
    model: Model = call.snapshot.revision.catalog[deployment.model]
    if model.prices is None:
        return "has no price, so nothing bounds what it costs"
    most = bound(model, deployment.target._replace(held=True))
    if most.unbounded is not None:
        return f"cannot be bounded with `{most.unbounded}`"
    return f"may cost up to {usd(most.nano_usd)} USD" if most.nano_usd > limit else None
