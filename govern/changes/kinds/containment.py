"""Containment rules: applications that are stopped by themselves."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from govern.changes.kinds.kind import Kind
from govern.changes.known import Known
from govern.changes.reach import Bodies, applications_where
from govern.changes.reasons import LEVELS, Reason, weighed
from govern.enforcement.bodies import PolicyScope
from govern.models import Containment
from govern.policy.containment_body import ContainmentBody
from govern.policy.scope import covers


def _risk(before: ContainmentBody | None, after: ContainmentBody | None) -> Iterator[Reason]:
    """A rule that stops less lets an attack go on; one that stops more can stop what is needed."""
    if after is None:
        yield Reason("high", _("stops no application by itself any more"))
    elif before is None:
        yield Reason("medium", _("lets applications be stopped without a person"))
    elif before != after:
        if not _stops_whatever(after, before):
            yield Reason("high", _("stops applications later, for less long, or fewer of them"))
        elif _weight(before) != _weight(after) or before.scope != after.scope:
            yield weighed(True, _("stops applications sooner, longer, or more of them"), tightened="medium")


def _weight(body: ContainmentBody) -> tuple[int, int, int, int]:
    """Each the greater, the more it stops."""
    return -LEVELS.index(body.severity), -body.violations, body.minutes, body.stop_minutes


def _stops_whatever(wide: ContainmentBody, narrow: ContainmentBody) -> bool:
    """Whether one rule stops at least whatever another one does, at least as soon and as long."""
    return all(w >= n for w, n in zip(_weight(wide), _weight(narrow), strict=True)) and _covers_all(
        wide.scope, narrow.scope
    )


def _covers_all(wide: PolicyScope, narrow: PolicyScope) -> bool:
    pairs = (
        (wide.applications, narrow.applications),
        (wide.teams, narrow.teams),
        (wide.tags, narrow.tags),
    )
    return all(not some or (bool(fewer) and set(fewer) <= set(some)) for some, fewer in pairs)


def _references(known: Known, place: str, body: ContainmentBody) -> None:
    known.scope(place, body.scope)


def _reach(body: ContainmentBody, bodies: Bodies) -> frozenset[str]:
    return applications_where(bodies, lambda app, tags: covers(body.scope, app.name, app.team, tags))


KIND = Kind(
    model=Containment,
    section="containment",
    icon="shield_lock",
    risk=_risk,
    references=_references,
    reach=_reach,
)
