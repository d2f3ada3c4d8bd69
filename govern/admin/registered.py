"""What of the register waits for a person: use cases to look at again, such whose people have left, contracts and models that end."""

from datetime import UTC, date, datetime, time
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from govern.admin.duty import Duty
from govern.admin.use_cases import standing
from govern.models import CatalogModel, Governed, Person, Provider, UseCase
from govern.policy.contracts import Expiry, expiries
from govern.policy.life_cycle import ends_soon

MOST = 4
"""Of each sort."""


def register_duties(person: Any) -> list[Duty]:
    """For compliance officers every use case, for everybody else those that they answer for or watch; for who may propose changes
    every contract that ends, and every model that does and that somebody may still be sent to. Four queries."""
    return _of_use_cases(person) + _of_contracts(person) + _of_models(person)


def _of_models(person: Any) -> list[Duty]:
    if not person.has_perm("govern.propose_change") or not person.has_perm("govern.view_catalogmodel"):
        return []
    today = timezone.now().date()
    ending = [found for found in CatalogModel.objects.in_force() if ends_soon(found.body, today)]
    return [_to_replace(found, today) for found in sorted(ending, key=lambda each: each.body.retired_on)[:MOST]]


def _to_replace(found: Governed, today: date) -> Duty:
    day = date.fromisoformat(found.body.retired_on)
    late = day <= today
    successor = found.body.successor
    return Duty(
        "neurology",
        "bad" if late else "warn",
        (_("The model %(model)s is retired") if late else _("The model %(model)s will be retired"))
        % {"model": found.name},
        _("propose %(successor)s in its place") % {"successor": successor}
        if successor
        else _("name a successor, or retire it"),
        reverse("admin:govern_catalogmodel_change", args=[found.pk]),
        datetime.combine(day, time(), tzinfo=UTC),
        late,
    )


def _of_contracts(person: Any) -> list[Duty]:
    if not person.has_perm("govern.propose_change") or not person.has_perm("govern.view_provider"):
        return []
    today = timezone.now().date()
    due = [(each, found) for found in Provider.objects.in_force() for each in expiries(found.body.contract, today)]
    return [_to_renew(found, each, today) for each, found in sorted(due, key=lambda pair: pair[0].day)[:MOST]]


def _to_renew(found: Governed, expiry: Expiry, today: date) -> Duty:
    titles = {
        "contract": _("The contract with %(provider)s ends"),
        "soc2": _("The SOC 2 report of %(provider)s is a year old"),
    }
    late = expiry.day < today
    return Duty(
        "contract",
        "bad" if late else "warn",
        titles[expiry.what] % {"provider": found.name},
        _("renew it, then propose what is agreed now"),
        reverse("admin:govern_provider_change", args=[found.pk]),
        datetime.combine(expiry.day, time(), tzinfo=UTC),
        late,
    )


def _of_use_cases(person: Any) -> list[Duty]:
    if not person.has_perm("govern.view_usecase"):
        return []
    officer = person.has_perm("audit.change_violation")
    found = [
        each
        for each in UseCase.objects.in_force()
        if officer or person.get_username() in (each.body.owner, each.body.overseer)
    ]
    due = sorted((each for each in found if standing(each.body) != "later"), key=lambda each: each.body.review_by)
    there = set(Person.objects.filter(is_active=True).values_list("username", flat=True)) if found else set()
    left = [each for each in found if not {each.body.owner, each.body.overseer} <= there]
    return [_to_review(each) for each in due[:MOST]] + [_without(each, there) for each in left[:MOST]]


def _to_review(found: Governed) -> Duty:
    late = standing(found.body) == "overdue"
    return Duty(
        "assignment",
        "bad" if late else "warn",
        _("Look at the use case %(name)s again") % {"name": found.name},
        _("then propose the day of its next review"),
        reverse("admin:govern_usecase_change", args=[found.pk]),
        found.body.review_by,
        late,
    )


def _without(found: Governed, there: set[str]) -> Duty:
    gone = ", ".join(name for name in dict.fromkeys((found.body.owner, found.body.overseer)) if name not in there)
    return Duty(
        "person_off",
        "warn",
        _("The use case %(name)s needs somebody else") % {"name": found.name},
        _("%(who)s may no longer sign in") % {"who": gone},
        reverse("admin:govern_usecase_change", args=[found.pk]),
    )
