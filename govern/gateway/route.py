"""Which models and deployments may take a call, and in which order they are asked."""

import time
from collections.abc import Sequence

from govern.gateway.call import Call
from govern.gateway.process.health import DeploymentHealth
from govern.gateway.process.snapshot import Snapshot
from govern.gateway.refusals import Refusal
from govern.policy.conditions import ConditionFailed
from govern.policy.routes import route_of, why_not
from routing.catalog import Deployment
from routing.choose import Route, too_long_for_all, unfit_for_all
from routing.explanation import Explanation, explain
from routing.fitness import Live
from routing.sizes import largest_part

_WHY_NOT = {
    "application_suspended": (
        "An officer has stopped this application's traffic. Ask them; trying again does not help until they let it flow."
    ),
    "model_not_found": "There is no model of that name. GET /v1/models lists yours, or use `auto` to let policy decide.",
    "model_not_allowed": "This application may not use that model. GET /v1/models lists those it may, or use `auto`.",
}


def check_model(call: Call) -> None:
    """The application's traffic is not stopped, the model exists, and the application may name it."""
    code = why_not(call.snapshot.revision, call.application, call.asked.model)
    if code is not None:
        raise Refusal(code, _WHY_NOT[code], param="model" if code.startswith("model_") else None)


def check_still_flows(call: Call, snapshot: Snapshot | None) -> None:
    """A stop that came into force since the call began ends it. `snapshot`: what is in force now.

    Raises `application_suspended`, and `no_route` where the model or the provider that was asked is stopped.
    """
    if snapshot is None or snapshot.revision is call.snapshot.revision:
        return
    _check_application(call, snapshot)
    asked = call.attempt.deployment if call.attempt is not None else None
    why = snapshot.revision.stops.of_deployment(asked.model, asked.provider) if asked is not None else None
    if why is not None:
        raise Refusal(
            "no_route",
            f"An officer has stopped the model or the provider that was asked ({why}). Choose another model, or ask them.",
        )


def still_flowing(call: Call, snapshot: Snapshot | None, deployments: Sequence[Deployment]) -> list[Deployment]:
    """Those of deployments that were not stopped since the call began. Raises `application_suspended`."""
    if snapshot is None or snapshot.revision is call.snapshot.revision:
        return list(deployments)
    _check_application(call, snapshot)
    stops = snapshot.revision.stops
    return [each for each in deployments if stops.of_deployment(each.model, each.provider) is None]


def _check_application(call: Call, snapshot: Snapshot) -> None:
    application = snapshot.revision.applications.get(call.application.name)
    if application is None or application.stopped is not None:
        raise Refusal("application_suspended", _WHY_NOT["application_suspended"])


def decide_route(call: Call, live: Live | None = None) -> None:
    """Picks whom to ask, in order, and says why others were passed over. Sends nothing. `live`: how deployments stand now."""
    started = time.perf_counter_ns()
    assert call.asked.wish is not None
    call.route = route_of(call.snapshot.revision, call.application, call.asked.wish, call.facts, live=live)
    if call.route.deployments:
        call.facts["region"] = call.route.deployments[0].region
    call.timings.routing_us = (time.perf_counter_ns() - started) // 1_000


def explain_route(call: Call, live: Live | None = None) -> Explanation:
    """How the route of a call that was decided came about. `live`: as it was decided with."""
    assert call.asked.wish is not None
    assert call.route is not None
    revision = call.snapshot.revision
    return explain(
        revision.catalog, revision.routing, call.asked.wish, call.facts, call.route, failed=ConditionFailed, live=live
    )


def require_room(call: Call, body: bytes) -> None:
    """Raises `invalid_request` where the call cannot fit any model, and names its largest part in the words of its own body."""
    too_long = too_long_for_all(call.route) if call.route is not None else []
    if not too_long:
        return
    reasons = "; ".join(f"{passed.name}: {passed.reason}" for passed in too_long[:4])
    place, tokens = largest_part(body)
    where = f" `{place}` is the largest part, with about {tokens} tokens." if place else ""
    raise Refusal(
        "invalid_request",
        f"The input is too long ({reasons}).{where} Shorten or split it, or choose a model with a larger context.",
        param=place or None,
    )


def require_route(call: Call, health: DeploymentHealth | None = None) -> None:
    """Raises `no_route`, with the reasons, when there is nobody to ask, and `invalid_request` when there never will be."""
    route = call.route
    if route is not None and (unfit := unfit_for_all(route)):
        reasons = "; ".join(f"{passed.name} {passed.reason}" for passed in unfit)
        raise Refusal(
            "invalid_request", f"No model can take this call: {reasons}. Leave that out, or choose another model."
        )
    if route is None or not route.deployments:
        reasons = "; ".join(f"{p.name}: {p.reason}" for p in (route.passed_over if route else ()))
        raise Refusal(
            "no_route",
            f"No model can take this call now ({reasons or 'no routing policy covers it'}).",
            retry_after_ms=_soonest_ms(route, health) if route is not None and health is not None else None,
        )


def _soonest_ms(route: Route, health: DeploymentHealth) -> int | None:
    """When the first of those that are left alone is tried again; None where there is none."""
    waits = (health.breakers.wait_ms(passed.name) for passed in route.passed_over)
    return min((wait for wait in waits if wait > 0), default=None)
