"""The home page: what happened today, what waits for whoever looks, and whether everything works."""

from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.admin.charts import SERIES, hour_chart
from audit.presentation import amounts
from audit.selectors.activity import activity
from audit.selectors.day import CallNumbers, Today, overhead_p95_us, today
from audit.selectors.reach import may_see_some, reach_of
from govern.admin.controls import controls
from govern.admin.coverage import stretches
from govern.admin.duties import duties
from govern.admin.in_force import named

TOP = 5
RECENT = 9


class Stat(NamedTuple):
    """One number of the day."""

    label: str | Promise
    value: str
    small: str
    tone: str = ""
    address: str | None = None


class Spender(NamedTuple):
    """Who cost how much today."""

    name: str
    address: str
    cost_nano_usd: int
    calls: int
    percent: float


def home_context(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Adds what the home page shows to Unfold's context; nothing that the person may not see elsewhere."""
    may_see_calls = may_see_some(request.user, "audit.view_auditevent")
    context.update(
        title=_("Home"), crumbs=[], greeting=_greeting(), may_see_calls=may_see_calls, duties=duties(request)
    )
    if request.user.has_perm("govern.view_revision"):
        context["controls"] = controls()
    if may_see_calls:
        within = reach_of(request.user, "audit.view_auditevent")
        day = today(within=within, limit=1_000)
        now = timezone.localtime()
        context.update(
            day=day,
            stats=_stats(day, overhead_p95_us(within=within)),
            chart=hour_chart(day.by_hour, now.hour + now.minute / 60),
            series=SERIES,
            applications=_spenders("application", day.by_application),
            models=_spenders("catalog_model", day.by_model),
        )
        if within is None:
            context.update(sees_all_calls=True, recent=activity(limit=RECENT).rows, coverage=stretches())
    return context


def _greeting() -> str:
    hour = timezone.localtime().hour
    if hour < 5 or hour >= 18:
        return _("Good evening")
    return _("Good morning") if hour < 12 else _("Good afternoon")


def _stats(today: Today, overhead_us: int | None) -> list[Stat]:
    """The day's numbers, each with the list that has as many rows."""
    total = today.total
    calls, away = reverse("admin:audit_auditevent_changelist"), reverse("admin:audit_auditevent_rejected")
    day = timezone.localdate().isoformat()

    def part(label: str | Promise, number: int, tone: str, query: str) -> Stat:
        return Stat(
            label, amounts.count(number), amounts.share(number, total.calls), tone, f"{calls}?{query}&day={day}"
        )

    return [
        Stat(gettext_lazy("Calls"), amounts.count(total.calls), _("governed today"), "", f"{calls}?day={day}"),
        part(gettext_lazy("Answered"), total.answered, "ok", "ended=answered"),
        part(gettext_lazy("Refused"), total.refused, "bad", "ended=refused"),
        part(gettext_lazy("Failed"), total.failed, "calm", "ended=failed"),
        part(gettext_lazy("Blocked"), total.blocked, "bad", "verdict=block"),
        part(gettext_lazy("Redacted"), total.redacted, "mask", "verdict=redact"),
        part(gettext_lazy("Flagged"), total.flagged, "warn", "verdict=flag"),
        Stat(
            gettext_lazy("Turned away"),
            amounts.count(today.turned_away),
            _("never became a call"),
            "",
            f"{away}?day={day}",
        ),
        Stat(gettext_lazy("Cost"), amounts.usd(total.cost_nano_usd), _("settled today")),
        Stat(gettext_lazy("Overhead"), amounts.duration(overhead_us), _("95 in 100 calls are below")),
    ]


def _spenders(kind: str, found: list[CallNumbers]) -> list[Spender]:
    """The costliest; ties by calls."""
    dearest = sorted(found, key=lambda numbers: (-numbers.cost_nano_usd, -numbers.calls))[:TOP]
    most = max((numbers.cost_nano_usd for numbers in dearest), default=0)
    return [
        Spender(
            n.name, named(kind, n.name), n.cost_nano_usd, n.calls, round(100 * n.cost_nano_usd / most, 1) if most else 0
        )
        for n in dearest
        if n.name
    ]
