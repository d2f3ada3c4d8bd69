"""Stops: traffic that is turned off."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from govern.changes.kinds.kind import Kind
from govern.changes.known import Known
from govern.changes.reach import Bodies, callers_of, served_by
from govern.changes.reasons import Reason
from govern.models import Stop
from govern.policy.bodies import StopBody


def _risk(before: StopBody | None, after: StopBody | None) -> Iterator[Reason]:
    """Off is safe; on again is not."""
    if after is None:
        yield Reason("high", _("lets stopped traffic flow again"))
    elif before is None or _stops_all_of(after, before):
        yield Reason("low", _("stops traffic"))
    else:
        yield Reason("high", _("lets part of stopped traffic flow again, or sooner"))


def _stops_all_of(after: StopBody, before: StopBody) -> bool:
    """Whether everything stays stopped that was, and as long."""
    as_much = after.target == "everything" or (after.target, after.of) == (before.target, before.of)
    return as_much and (after.until is None or (before.until is not None and after.until >= before.until))


def _references(known: Known, place: str, body: StopBody) -> None:
    kind = {"application": "application", "model": "catalog_model", "provider": "provider"}.get(body.target)
    if kind:
        known.name(f"{place}.of", kind, body.of)


def _reach(body: StopBody, bodies: Bodies) -> frozenset[str]:
    match body.target:
        case "everything":
            return frozenset(bodies["application"])
        case "application":
            return frozenset({body.of})
        case "model":
            return callers_of({body.of}, bodies)
        case "provider":
            return callers_of(served_by(body.of, bodies), bodies)


KIND = Kind(
    model=Stop,
    section="stops",
    icon="front_hand",
    risk=_risk,
    references=_references,
    reach=_reach,
)
