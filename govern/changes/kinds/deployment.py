"""Deployments: catalogue models at providers."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from govern.changes.kinds.kind import Kind
from govern.changes.known import Known
from govern.changes.reach import Bodies, callers_of
from govern.changes.reasons import Reason
from govern.models import Deployment
from routing.bodies import DeploymentBody


def _risk(before: DeploymentBody | None, after: DeploymentBody | None) -> Iterator[Reason]:
    """Where a model is served."""
    if after is None:
        yield Reason("medium", _("retires a deployment"))
        return
    if after.allow_private_address and not (before and before.allow_private_address):
        yield Reason("high", _("lets Govern call an address within its own network"))
    if before is None:
        yield Reason("medium", _("serves a model at another provider"))
        return
    if before.region != after.region:
        yield Reason("high", _("changes the region of a deployment"))
    if (before.model, before.provider, before.upstream_model) != (after.model, after.provider, after.upstream_model):
        yield Reason("high", _("serves a model by another one"))
    if before.weight != after.weight:
        yield Reason("low", _("changes how often a deployment is used"))


def _references(known: Known, place: str, body: DeploymentBody) -> None:
    known.name(f"{place}.model", "catalog_model", body.model)
    known.name(f"{place}.provider", "provider", body.provider)


def _reach(body: DeploymentBody, bodies: Bodies) -> frozenset[str]:
    return callers_of({body.model}, bodies)


KIND = Kind(
    model=Deployment,
    section="deployments",
    icon="hub",
    risk=_risk,
    references=_references,
    reach=_reach,
)
