"""Retention: how long the trail and what was said are kept."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from govern.changes.kinds.kind import Kind, nothing_else
from govern.changes.reach import Bodies
from govern.changes.reasons import Reason, weighed
from govern.models import Retention
from govern.policy.keeping import RetentionBody


def _risk(before: RetentionBody | None, after: RetentionBody | None) -> Iterator[Reason]:
    """What is dropped is gone; what stays longer is somebody's data."""
    if after is None:
        yield Reason("medium", _("drops no month of the trail any more"))
    elif before is None:
        yield Reason("high", _("lets months of the trail be dropped"))
    else:
        for was, now, what in (
            (before.trail_days, after.trail_days, _("how long the trail is kept")),
            (before.redacted_days, after.redacted_days, _("how long masked prompts and answers are kept")),
            (before.full_days, after.full_days, _("how long whole prompts and answers are kept")),
        ):
            if was != now:
                said = _("shortens %s") if now < was else _("lengthens %s")
                yield weighed(now > was, said % what, tightened="medium")


def _reach(_body: RetentionBody, bodies: Bodies) -> frozenset[str]:
    return frozenset(bodies["application"])


KIND = Kind(
    model=Retention,
    section="retention",
    icon="auto_delete",
    risk=_risk,
    references=nothing_else,
    reach=_reach,
    by_break_glass=False,
)
