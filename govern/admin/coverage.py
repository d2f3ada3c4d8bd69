"""How much of the traffic was inspected, for the home page."""

from datetime import timedelta
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from audit.presentation.missed import SURFACES, reason_missed
from audit.selectors.coverage import Coverage, coverage
from govern.admin.in_force import named

Text = str | Promise
STRETCHES: tuple[tuple[Text, timedelta], ...] = (
    (gettext_lazy("24 hours"), timedelta(hours=24)),
    (gettext_lazy("7 days"), timedelta(days=7)),
)
MOST_POLICIES = 4
MOST_REASONS = 4


class Row(NamedTuple):
    """A share: of `all`, `inspected` were looked at."""

    name: Text
    address: str | None
    inspected: int
    all: int
    percent: float

    @property
    def missed(self) -> float:
        """What is left of the bar."""
        return 100 - self.percent


class Stretch(NamedTuple):
    """What was inspected in a stretch of time."""

    label: Text
    coverage: Coverage
    percent: str
    tone: str
    surfaces: list[Row]
    policies: list[Row]
    reasons: list[tuple[str, int]]


def stretches() -> list[Stretch]:
    """The last day and the last week. Two queries."""
    return [_stretch(label, coverage(over=over)) for label, over in STRETCHES]


def _stretch(label: Text, found: Coverage) -> Stretch:
    share = found.whole
    return Stretch(
        label,
        found,
        _percent(share.percent),
        "ok" if share.inspected == share.all else "warn",
        [Row(SURFACES[s.name], None, s.inspected, s.all, round(s.percent, 2)) for s in found.surfaces],
        [
            Row(p.name, named("guard_policy", p.name), p.inspected, p.all, round(p.percent, 2))
            for p in found.policies[:MOST_POLICIES]
        ],
        [(reason_missed(reason), number) for reason, number in found.reasons[:MOST_REASONS]],
    )


def _percent(percent: float) -> str:
    """Rounded down: all is only said of all."""
    return f"{int(percent * 10) / 10:g}%"
