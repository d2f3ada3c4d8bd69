"""Which months of the trail stay, and why."""

from collections.abc import Callable

import msgspec
from django.db import connection
from django.utils.translation import gettext as _

from audit.retention.months import Month, months
from govern.models import Retention, Review, Revision, Version
from govern.policy.keep_days import WITHOUT_A_RULE

_WHY: dict[str, Callable[[str], str]] = {
    "no_rule": lambda _detail: _("no retention is in force"),
    "young": lambda day: _("may go after %s") % day,
    "unsealed": lambda _detail: _("not all of it is sealed"),
    "held": lambda hold: _("the legal hold %s covers it") % hold,
    "open_case": lambda _detail: _("a case of it is still open"),
    "missing": lambda _detail: _("it is gone"),
}


class Standing(msgspec.Struct, frozen=True):
    """A month, and why it stays: `word` or `word:detail` of the database; None if it may go."""

    month: Month
    why: str | None

    def words(self) -> str:
        """Why it stays, in the active language."""
        if self.why is None:
            return _("may go now")
        word, _colon, detail = self.why.partition(":")
        return _WHY[word](detail)


def standing() -> list[Standing]:
    """Every month of the trail, the oldest first."""
    found = months()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, govern_why_kept(name) FROM unnest(%s::text[]) name", [[month.partition for month in found]]
        )
        why = dict(cursor.fetchall())
    return [Standing(month, why[month.partition]) for month in found]


class Approved(msgspec.Struct, frozen=True):
    """The retention in force, and who approved it: reviewers, or whoever set the installation up."""

    rule: str
    days: int
    revision: int
    by: tuple[str, ...]


def retention_in_force() -> Approved | None:
    """The rule that holds: of several the one that keeps longest."""
    rules = [rule for rule in Retention.objects.in_force() if rule.body]
    if not rules:
        return None
    rule = max(rules, key=lambda each: each.body.trail_days)
    assert rule.active_version is not None
    revision = Revision.objects.order_by("-number").first()
    return Approved(
        rule.name, rule.body.trail_days, revision.number if revision else 0, approved_by(rule.active_version)
    )


def full_days_in_force() -> int:
    """For how many days texts are kept that were stored as they were."""
    rules = [rule.body for rule in Retention.objects.in_force() if rule.body]
    return max((rule.full_days for rule in rules), default=WITHOUT_A_RULE)


def approved_by(version: Version) -> tuple[str, ...]:
    """Who approved a version in force: its reviewers; whoever set the installation up, where nobody had to."""
    item = getattr(version, "item", None)
    if item is None:
        return (version.author_name,)
    approvals = Review.objects.filter(
        change=item.change, digest=item.change.content_digest, verdict=Review.Verdict.APPROVE
    )
    return tuple(approvals.order_by("place").values_list("reviewer_name", flat=True))
