"""Which models and deployments may take a call, and in which order they are asked."""

import time

from govern.gateway.call import Call
from govern.gateway.refusals import Refusal
from govern.policy.conditions import ConditionFailed
from routing.catalog import Deployment
from routing.choose import PassedOver, Route, choose


def check_model(call: Call) -> None:
    """The model exists and the application may name it."""
    model = call.model
    if model == "auto":
        return
    if model not in call.snapshot.revision.catalog:
        raise Refusal(
            "model_not_found",
            "There is no model of that name. GET /v1/models lists yours, or use `auto` to let policy decide.",
            param="model",
        )
    if call.application.models and model not in call.application.models:
        raise Refusal(
            "model_not_allowed",
            "This application may not use that model. GET /v1/models lists those it may, or use `auto`.",
            param="model",
        )


def decide_route(call: Call) -> None:
    """Picks whom to ask, in order, and says why others were passed over. Sends nothing."""
    started = time.perf_counter_ns()
    revision = call.snapshot.revision
    call.route = choose(revision.catalog, revision.routing, call.wish, call.facts, failed=ConditionFailed)
    allowed = tuple(deployment for deployment in call.route.deployments if _may_use(call, deployment))
    call.route = _within_rules(call, call.route._replace(deployments=allowed))
    if call.route.deployments:
        call.facts["region"] = call.route.deployments[0].region
    call.routing_us = (time.perf_counter_ns() - started) // 1_000


def require_route(call: Call) -> None:
    """Raises `no_route`, with the reasons, when there is nobody to ask."""
    route = call.route
    if route is None or not route.deployments:
        reasons = "; ".join(f"{p.name}: {p.reason}" for p in (route.passed_over if route else ())[:4])
        raise Refusal("no_route", f"No model can take this call now ({reasons or 'no routing policy covers it'}).")


def _may_use(call: Call, deployment: Deployment) -> bool:
    return not call.application.models or deployment.model in call.application.models


def _within_rules(call: Call, route: Route) -> Route:
    """Leaves out deployments whose region a rule of the guard policies blocks. If that is all of them, the first one stays, and the
    inspection of the input says which rule blocks the call."""
    kept: list[Deployment] = []
    passed_over = list(route.passed_over)
    verdicts: dict[str, bool] = {}
    for deployment in route.deployments:
        region = deployment.region
        if region not in verdicts:
            verdict = call.application.enforcement.judge_rules({**call.facts, "region": region})
            verdicts[region] = verdict.action != "block"
        if verdicts[region]:
            kept.append(deployment)
        else:
            passed_over.append(PassedOver(deployment.name, f"a rule blocks the region {region or 'unknown'}"))
    return route._replace(deployments=tuple(kept) or route.deployments[:1], passed_over=tuple(passed_over))
