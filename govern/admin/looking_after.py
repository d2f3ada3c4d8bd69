"""What waits for people who watch rather than act: auditors, administrators of people, owners of applications, and who has no role."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.models import Violation
from audit.selectors.queue import count_open
from govern.admin.duty import Duty
from govern.identity.access_review import review_access
from govern.identity.ownership import owned_by
from govern.models import ChangeRequest, ChangeState


def lacks(person: Any) -> str:
    """Why nothing on any page is for a person: they hold no role, or one that names nothing. Empty for everybody else."""
    if person.is_superuser or person.get_all_permissions():
        owned = owned_by(person)
        if owned is not None and not owned.applications and len(person.get_all_permissions()) == 1:
            return _(
                "You are an application owner, but your role assignment names no application or team yet. Ask a policy author "
                "to propose it; others approve it."
            )
        return ""
    return _(
        "You have no role yet, so there is nothing here that you may see or do. Ask a policy author to propose a role for you; "
        "others approve it."
    )


def cases_of_own(applications: frozenset[str]) -> list[Duty]:
    """One line about the open violations of an owner's applications: officers work them."""
    number = count_open(within=applications)
    if not number:
        return []
    said = ngettext(
        "%(n)d open violation of your applications", "%(n)d open violations of your applications", number
    ) % {"n": number}
    return [
        Duty(
            "gpp_maybe",
            "warn",
            said,
            _("compliance officers work them; see what your applications send"),
            reverse("admin:audit_violation_changelist"),
        )
    ]


def looks_at_people(person: Any) -> list[Duty]:
    """For who sees people: whom the access review points at and, for administrators of people, who has no role. Four queries."""
    rows = review_access()
    found = []
    flagged = sum(bool(row.warnings) for row in rows)
    if flagged:
        said = ngettext("Access review: look at %(n)d person", "Access review: look at %(n)d people", flagged) % {
            "n": flagged
        }
        small = _("second factors, roles that do not go together, who has not signed in")
        found.append(Duty("fact_check", "warn", said, small, reverse("admin:govern_person_access_review")))
    without = [row.person for row in rows if row.person.is_active and not row.roles and not row.person.is_superuser]
    if without and person.has_perm("govern.change_person"):
        said = ngettext("%(n)d person has no role", "%(n)d people have no role", len(without)) % {"n": len(without)}
        names = ", ".join(found.username for found in without[:4]) + (" …" if len(without) > 4 else "")
        found.append(Duty("badge", "info", said, names, reverse("admin:govern_membership_changelist")))
    return found


def looks_after(person: Any) -> list[Duty]:
    """For auditors, who settle nothing: what stands in force without approval, and cases that are late. Two queries."""
    if person.has_perm("govern.review_change"):
        return []
    emergencies = ChangeRequest.objects.filter(state=ChangeState.EMERGENCY)[:4]
    found = [
        Duty(
            "e911_emergency",
            "bad",
            _("%(change)s is in force without approval: %(title)s") % {"change": change, "title": change.title},
            _("for %(incident)s; by %(who)s") % {"incident": change.incident, "who": change.requested_by_name},
            reverse("admin:govern_changerequest_change", args=[change.pk]),
            change.lapses_at,
            change.lapses_at is not None and change.lapses_at < timezone.now(),
        )
        for change in emergencies
    ]
    late = Violation.objects.overdue().order_by()[:999].count() if person.has_perm("audit.view_violation") else 0
    if late:
        said = ngettext("%(n)d violation is overdue", "%(n)d violations are overdue", late) % {"n": late}
        address = reverse("admin:audit_violation_changelist") + "?tab=overdue"
        found.append(Duty("gpp_maybe", "warn", said, _("compliance officers have not closed it in time"), address))
    return found
