"""Where a call may go under a revision. The gateway decides by it, and a simulation decides again."""

from collections.abc import Mapping

from msgspec import structs

from govern.policy.compilation import CompiledApplication, CompiledRevision
from govern.policy.conditions import ConditionFailed
from routing.catalog import Deployment
from routing.choose import Route, choose
from routing.fitness import Live
from routing.wish import Wish


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
    live: Live | None = None,
) -> Route:
    """Whom to ask, in order: what routing chooses, of what the application may use, where no rule blocks the region.

    If a rule blocks every region, the first deployment stays, and the inspection of the input says which rule blocks the call.
    `live`: how deployments stand now; None where that is of no account.
    """
    blocked: dict[str, bool] = {}

    def not_allowed(deployment: Deployment) -> str | None:
        if application.models and deployment.model not in application.models:
            return "this application may not use the model"
        return None

    def barred(deployment: Deployment) -> str | None:
        if reason := not_allowed(deployment):
            return reason
        region = deployment.region
        if region not in blocked:
            verdict = application.enforcement.judge_rules({**facts, "region": region})
            blocked[region] = verdict.action == "block"
        return f"a rule blocks the region {region or 'unknown'}" if blocked[region] else None

    route = choose(
        revision.catalog,
        revision.routing,
        wish,
        facts,
        failed=ConditionFailed,
        live=live,
        barred=barred,
    )
    if route.deployments or not any(blocked.values()):
        return route
    elsewhere = choose(
        revision.catalog, revision.routing, wish, facts, failed=ConditionFailed, live=live, barred=not_allowed
    )
    choice = elsewhere.choice and structs.replace(elsewhere.choice, attempts=1)
    return route._replace(deployments=elsewhere.deployments[:1], choice=choice)
