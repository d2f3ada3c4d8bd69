"""Teams: people who own applications and share budgets."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from govern.changes.kinds.kind import Kind, nothing_else
from govern.changes.reach import Bodies, applications_where
from govern.changes.reasons import Reason
from govern.identity.ownership import Owned
from govern.models import Team
from govern.policy.bodies import TeamBody


def _risk(before: TeamBody | None, after: TeamBody | None) -> Iterator[Reason]:
    """Tags select policies."""
    if after is None:
        yield Reason("medium", _("retires a team"))
    elif before is None:
        yield Reason("low", _("adds a team"))
    elif before.tags != after.tags:
        yield Reason("medium", _("changes tags, which select policies"))


def _reach(body: TeamBody, bodies: Bodies) -> frozenset[str]:
    return applications_where(bodies, lambda app, _tags: app.team == body.name)


def _is_own(target: Team, owned: Owned) -> bool:
    return target.name in owned.teams


KIND = Kind(
    model=Team,
    section="teams",
    icon="groups",
    risk=_risk,
    references=nothing_else,
    reach=_reach,
    is_own=_is_own,
)
