"""Where a call may go under a revision. The gateway decides by it, and a simulation decides again."""

import random
from collections.abc import Mapping

from govern.policy.compilation import CompiledApplication, CompiledRevision
from govern.policy.conditions import ConditionFailed
from routing.catalog import Deployment
from routing.choose import PassedOver, Route, Wish, choose

_RANDOM = random.Random()


def why_not(revision: CompiledRevision, application: CompiledApplication, model: str) -> str | None:
    """The code by which an application's call to a model (or `auto`) is refused before anything else is decided."""
    if application.stopped is not None:
        return "application_suspended"
    if model == "auto":
        return None
    if model not in revision.catalog:
        return "model_not_found"
    return "model_not_allowed" if application.models and model not in application.models else None


def route_of(
    revision: CompiledRevision,
    application: CompiledApplication,
    wish: Wish,
    facts: Mapping[str, object],
    *,
    rng: random.Random = _RANDOM,
) -> Route:
    """Whom to ask, in order: what routing chooses, of what the application may use, where no rule blocks the region.

    If a rule blocks every region, the first deployment stays, and the inspection of the input says which rule blocks the call.
    `rng`: decides between weights.
    """
    route = choose(revision.catalog, revision.routing, wish, facts, failed=ConditionFailed, rng=rng)
    kept: list[Deployment] = []
    passed_over = list(route.passed_over)
    allowed = [d for d in route.deployments if not application.models or d.model in application.models]
    blocked: dict[str, bool] = {}
    for deployment in allowed:
        region = deployment.region
        if region not in blocked:
            verdict = application.enforcement.judge_rules({**facts, "region": region})
            blocked[region] = verdict.action == "block"
        if blocked[region]:
            passed_over.append(PassedOver(deployment.name, f"a rule blocks the region {region or 'unknown'}"))
        else:
            kept.append(deployment)
    if len(kept) == len(route.deployments):
        return route
    return route._replace(deployments=tuple(kept or allowed[:1]), passed_over=tuple(passed_over))
