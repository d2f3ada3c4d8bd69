"""What waits for a person, by what their roles let them do about it: nobody's list holds what only others can settle."""

from typing import NamedTuple, cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.admin.case_page import is_overdue
from audit.presentation.values import rule_label
from audit.presentation.words import SEVERITIES, guard_label
from audit.selectors.queue import queue
from audit.selectors.reach import Applications, may_see_some, reach_of
from audit.selectors.violations import open_violations_by_severity
from govern.admin.access_campaigns import campaign_duties
from govern.admin.changes.duties import change_duties
from govern.admin.detection_runs import detection_duties
from govern.admin.duty import Duty
from govern.admin.key_status import SOON
from govern.admin.looking_after import cases_of_own, lacks, looks_after, looks_at_people
from govern.admin.registered import register_duties
from govern.budgets.balances import balances
from govern.identity.ownership import Owned, is_own, owned_by
from govern.identity.second_factor import lacks_second_factor
from govern.models import ApiKey, Budget, Stop

CASES = 5
OTHERS = 4


class Duties(NamedTuple):
    """by_severity: (word, tone, number) of open violations, the gravest first; empty for who does not work them. lacks: why nothing can
    ever wait for this person, if so."""

    by_severity: list[tuple[str, str, int]]
    waiting: list[Duty]
    lacks: str = ""


def duties(request: HttpRequest) -> Duties:
    """What waits for the person who asks. At most twenty queries."""
    person = request.user
    by_severity: list[tuple[str, str, int]] = []
    waiting = _own_second_factor(request) + change_duties(request)
    if person.has_perm("audit.change_violation"):
        counts = open_violations_by_severity()
        by_severity = [(str(SEVERITIES[s].label), SEVERITIES[s].tone, number) for s, number in counts.items()]
        waiting += _contained() + _cases(person.get_username())
    owned = owned_by(person)
    if person.has_perm("govern.propose_change") or owned is not None:
        waiting += _tight_budgets(None if person.has_perm("govern.view_budget") else owned)
    if may_see_some(person, "govern.change_apikey"):
        waiting += _expiring_keys(reach_of(person, "govern.change_apikey"))
    if owned is not None and not person.has_perm("audit.view_violation"):
        waiting += cases_of_own(owned.applications)
    waiting += register_duties(person) + campaign_duties(person) + detection_duties(person)
    if person.has_perm("govern.view_person"):
        waiting += looks_at_people(person)
    if person.has_perm("govern.view_changerequest") and not person.has_perm("govern.propose_change"):
        waiting += looks_after(person)
    return Duties(by_severity, waiting, lacks(person))


def _own_second_factor(request: HttpRequest) -> list[Duty]:
    if not lacks_second_factor(request.user):  # type: ignore[arg-type]
        return []
    return [
        Duty(
            "encrypted",
            "warn",
            _("Set up your second factor"),
            _("approving, applying and revealing ask for it"),
            reverse("mfa_index"),
        )
    ]


def _contained() -> list[Duty]:
    """Applications that a rule stopped: somebody has to look before they flow again by themselves."""
    stops = [stop.body for stop in Stop.objects.in_force()]
    return [
        Duty(
            "shield_lock",
            "bad",
            _("%(application)s was stopped by itself") % {"application": body.of},
            _("containment rule %(rule)s; look at its violations before it flows again") % {"rule": body.rule},
            reverse("admin:govern_stop_changelist"),
            body.until,
        )
        for body in stops
        if body.rule is not None
    ][:OTHERS]


def _cases(name: str) -> list[Duty]:
    return [
        Duty(
            SEVERITIES[case.severity].icon,
            SEVERITIES[case.severity].tone,
            _("%(guard)s: %(rule)s by %(application)s")
            % {"guard": guard_label(case.guard), "rule": rule_label(case.rule), "application": case.application},
            " · ".join(
                (
                    str(SEVERITIES[case.severity].label),
                    str(case.get_state_display()),
                    case.assignee or _("assigned to nobody"),
                )
            ),
            reverse("admin:audit_violation_change", args=[case.pk]),
            case.due_at,
            is_overdue(case),
        )
        for case in queue(waits_for=name, limit=CASES).rows
    ]


def _tight_budgets(owned: Owned | None) -> list[Duty]:
    budgets = [cast(Budget, found) for found in Budget.objects.in_force()]
    if owned is not None:
        budgets = [budget for budget in budgets if is_own(budget.body.scope, owned)]
    found = balances(budgets)
    tight = [
        (found[budget.pk].used, budget)
        for budget in budgets
        if found[budget.pk].used >= min(budget.body.alert_at, default=0.8)
    ]
    return [
        Duty(
            "savings",
            "bad" if used >= 1 else "warn",
            _("Budget %(name)s is nearly spent") % {"name": budget.name}
            if used < 1
            else _("Budget %(name)s is spent") % {"name": budget.name},
            _("calls that do not fit are refused")
            if budget.body.action == "block"
            else _("only tells; nothing is refused"),
            reverse("admin:govern_budget_change", args=[budget.pk]),
            amount=f"{int(100 * used)}%",
        )
        for used, budget in sorted(tight, key=lambda pair: -pair[0])[:OTHERS]
    ]


def _expiring_keys(within: Applications) -> list[Duty]:
    now = timezone.now()
    usable = ApiKey.objects.usable()
    keys = (
        (usable if within is None else usable.filter(application__name__in=within))
        .filter(expires_at__lte=now + SOON, replaced_at__isnull=True)
        .select_related("application")
        .order_by("expires_at")[:OTHERS]
    )
    return [
        Duty(
            "key",
            "warn",
            _("Key %(key)s of %(application)s expires") % {"key": key.name, "application": key.application.name},
            _("rotate it before that"),
            reverse("admin:govern_apikey_change", args=[key.pk]),
            key.expires_at,
        )
        for key in keys
    ]
