"""Why a model or a deployment may not take a call: what it lacks, what the rule demands, and what is wrong with it now."""

from collections.abc import Callable
from typing import Protocol

import msgspec

from routing.bodies import Constraints
from routing.catalog import Deployment, Model
from routing.wish import Wish


class PassedOver(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A model or deployment that was considered and not taken, and why."""

    name: str
    reason: str
    too_long: bool = False
    """The call cannot fit its context, whatever tokenizer it has."""
    unfit: bool = False
    """It has not what the call needs: it does not read pictures, say, or call tools."""
    passing: bool = False
    """It may be taken another time: it fits, and nobody serves it now."""


class Live(Protocol):
    """How deployments stand now."""

    def latency_ms(self, deployment: str) -> float | None:
        """How fast it answered lately; None where nothing was measured."""

    def load_ms(self, deployment: str) -> float | None:
        """About how long one more call would take; None as above."""

    def why_closed_off(self, deployment: str) -> str | None:
        """Why nothing is to be sent to it for now."""


Barred = Callable[[Deployment], str | None]
"""Why something outside of routing keeps a call from a deployment."""


def unfit(model: Model, wish: Wish, tokens: int) -> PassedOver | None:
    """Whether a model has not what the call needs."""
    missing = [m for m in wish.modalities if m not in model.body.modalities]
    if missing:
        return PassedOver(model.name, f"does not take {', '.join(missing)}", unfit=True)
    if wish.needs_tools and not model.body.tools:
        return PassedOver(model.name, "does not call tools", unfit=True)
    window = model.body.context_window
    if wish.size is not None and tokens > window and wish.size.cannot_fit(window):
        return PassedOver(model.name, f"about {tokens} tokens cannot fit its context of {window}", too_long=True)
    return None


def excluded(model: Model, limits: Constraints) -> str | None:
    """Why a rule's constraints exclude a model."""
    if limits.max_latency_ms is not None and model.body.base_latency_ms > limits.max_latency_ms:
        return f"expected latency {model.body.base_latency_ms} ms is over {limits.max_latency_ms} ms"
    if limits.min_quality is not None and model.quality < limits.min_quality:
        return f"quality {model.quality:.2f} is under {limits.min_quality:.2f}"
    return None


def not_served_by(
    deployment: Deployment, limits: Constraints | None, data_class: object, live: Live | None, barred: Barred | None
) -> str | None:
    """Why a deployment may not be asked."""
    if deployment.unusable:
        return deployment.unusable
    if deployment.weight == 0:
        return "its weight is 0"
    if limits is not None and limits.regions and deployment.region not in limits.regions:
        return f"region {deployment.region or 'unknown'} is not allowed"
    if deployment.data_classes and data_class not in deployment.data_classes:
        return f"{deployment.provider} does not get {data_class or 'unclassified'} data"
    if barred is not None and (reason := barred(deployment)):
        return reason
    return live.why_closed_off(deployment.name) if live is not None else None
