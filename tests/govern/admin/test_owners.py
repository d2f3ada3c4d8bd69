"""Application owners see what belongs to their applications, and nothing else: every page, every list, REST and every act."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent, UnknownKeyUse, Violation
from govern.identity.api_keys import KeyRefused, issue_key, revoke_key
from govern.models import ApiKey, Application, Budget, Person
from tests.cast import person
from tests.factories.changes import apply, new_body, propose, submit
from tests.govern.admin.pages import every_page, list_of, page_of

FOREIGN = ("helpdesk", "filings-reader", "intern-bot")
OWN = "risk-engine"


def owen(**owned: list[str]) -> Client:
    """A browser of Owen, an application owner whose assignment others approved."""
    found = Person.objects.create_user(username="owen", password="x", is_staff=True)
    roles = new_body("membership", name="owen", groups=["application_owner"], **owned)
    apply(submit(propose("Owen owns", "He runs them.", ("membership", roles))))
    assert list(found.groups.values_list("name", flat=True)) == ["application_owner"]
    client = Client()
    client.force_login(found, backend="django.contrib.auth.backends.ModelBackend")
    return client


def key_of(application: str) -> ApiKey:
    return ApiKey.objects.filter(application__name=application, revoked_at__isnull=True)[:1].get()


def call_page(application: str) -> str:
    call = AuditEvent.objects.outcomes().filter(application=application).first()
    assert call is not None
    return reverse("admin:audit_auditevent_call", args=[call.call_id])


def test_an_owner_of_one_application_sees_it_and_its_keys_calls_cases_and_budgets(day: None) -> None:
    client = owen(applications=[OWN])
    for model in (Application, ApiKey, AuditEvent, Violation, Budget):
        assert client.get(list_of(model)).status_code == 200
    assert client.get(page_of(Application.objects.get(name=OWN))).status_code == 200
    assert client.get(page_of(key_of(OWN))).status_code == 200
    assert client.get(call_page(OWN)).status_code == 200
    assert OWN in client.get(reverse("admin:index")).content.decode()


def test_no_page_that_opens_names_another_application(day: None) -> None:
    client = owen(applications=[OWN])
    opened = 0
    for address in every_page():
        answer = client.get(address, follow=True)
        assert answer.status_code in (200, 403, 404), address
        if answer.status_code == 200:
            opened += 1
            for name in FOREIGN:
                told = (
                    answer.content.decode().replace(f'value="{name}"', "").replace(f"?q={name}", "")
                )  # the question itself
                assert not re.search(rf"\b{name}\b", told), (address, name)
    assert opened > 8


@pytest.mark.parametrize("application", FOREIGN)
def test_what_belongs_to_others_is_not_found_and_not_changed(day: None, application: str) -> None:
    client = owen(applications=[OWN])
    found = Application.objects.get(name=application)
    key = ApiKey.objects.filter(application=found).first()
    addresses = [page_of(found), f"{page_of(found).removesuffix('change/')}compare/", call_page(application)]
    if key is not None:
        addresses += [page_of(key), reverse("admin:govern_apikey_revoke", args=[key.pk])]
    for case in Violation.objects.filter(application=application)[:2]:
        addresses.append(page_of(case))
    for address in addresses:
        assert client.get(address).status_code in (302, 404), address
        assert application not in client.get(address, follow=True).content.decode().replace(f"/{application}/", "")
    assert (
        client.post(reverse("admin:govern_apikey_add"), {"application": str(found.pk), "name": "mine"}).status_code
        == 200
    )
    assert not ApiKey.objects.filter(name="mine").exists()
    if key is not None and key.revoked_at is None:
        client.post(reverse("admin:govern_apikey_revoke", args=[key.pk]), {"reason": "because"})
        key.refresh_from_db()
        assert key.revoked_at is None


def test_filters_and_searches_reach_nothing_else(day: None) -> None:
    client = owen(applications=[OWN])
    calls, rejected = list_of(AuditEvent), reverse("admin:audit_auditevent_rejected")
    for address in (f"{calls}?application=helpdesk", f"{rejected}?application=helpdesk", f"{list_of(Violation)}?application=helpdesk&tab=closed",
                    f"{list_of(ApiKey)}?application=helpdesk", f"{list_of(ApiKey)}?q=helpdesk", f"{list_of(Application)}?q=helpdesk"):  # fmt: skip
        text = client.get(address).content.decode()
        assert not re.search(r">\s*helpdesk\s*<", text), address
    assert client.get(reverse("admin:audit_auditevent_activity")).status_code == 403


def test_an_owner_sees_no_addresses_of_those_who_guess_keys(day: None) -> None:
    now = timezone.now()
    UnknownKeyUse.objects.create(hour=now, address="192.0.2.7", door="openai", requests=3, first_at=now, last_at=now)
    answer = owen(applications=[OWN]).get(reverse("admin:audit_auditevent_rejected"))
    assert answer.status_code == 200
    assert "192.0.2.7" not in answer.content.decode()


def test_an_owner_of_a_team_sees_all_of_its_applications_and_its_budgets(day: None) -> None:
    client = owen(teams=["support"])
    names = set(Application.objects.in_force().values_list("name", flat=True))
    seen = {name for name in names if client.get(page_of(Application.objects.get(name=name))).status_code == 200}
    assert seen == {"helpdesk", "intern-bot"}
    shown = {b.name for b in Budget.objects.in_force() if client.get(page_of(b)).status_code == 200}
    assert shown == {
        b.name for b in Budget.objects.in_force() if b.body.scope.team == "support" or b.body.scope.application in seen
    }


def test_an_owner_issues_and_revokes_keys_of_their_own(day: None) -> None:
    client = owen(applications=[OWN])
    own = Application.objects.get(name=OWN)
    answer = client.post(
        reverse("admin:govern_apikey_add"), {"application": str(own.pk), "name": "fresh", "lifetime": "90"}
    )
    assert answer.status_code == 200
    key = ApiKey.objects.get(name="fresh")
    client.post(reverse("admin:govern_apikey_revoke", args=[key.pk]), {"reason": "no longer needed"})
    key.refresh_from_db()
    assert key.revoked_at is not None


def test_the_services_themselves_refuse(day: None) -> None:
    owen(applications=[OWN])
    found = Person.objects.get(username="owen")
    with pytest.raises(KeyRefused, match="not yours"):
        issue_key(application=Application.objects.get(name="helpdesk"), name="mine", by=found)
    with pytest.raises(KeyRefused, match="not yours"):
        revoke_key(key=key_of("helpdesk"), by=found, reason="because")


def test_an_owner_of_nothing_sees_nothing(day: None) -> None:
    client = owen()
    assert client.get(list_of(ApiKey)).status_code == 200
    for name in (OWN, *FOREIGN):
        assert client.get(page_of(Application.objects.get(name=name))).status_code in (302, 404)
    assert "Owns nothing yet" in page_of_role()


def page_of_role() -> str:
    from govern.models import Membership

    client = Client()
    client.force_login(person("dan"), backend="django.contrib.auth.backends.ModelBackend")
    return client.get(page_of(Membership.objects.get(name="owen"))).content.decode()


def test_a_role_given_around_govern_owns_nothing(day: None) -> None:
    found = Person.objects.create_user(username="eve-owner", password="x", is_staff=True)
    found.groups.set(Group.objects.filter(name="application_owner"))
    client = Client()
    client.force_login(found, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(page_of(key_of(OWN))).status_code in (302, 404)


def test_another_role_beside_it_sees_what_that_role_sees(day: None) -> None:
    client = owen(applications=[OWN])
    Person.objects.get(username="owen").groups.add(Group.objects.get(name="auditor"))
    assert client.get(page_of(key_of("helpdesk"))).status_code == 200
    assert client.get(reverse("admin:audit_auditevent_activity")).status_code == 200


def test_rest_gives_an_owner_their_own(day: None) -> None:
    client = owen(applications=[OWN], teams=["payments"])
    answer: Any = client.get(reverse("api-policies"))
    assert answer.status_code == 200
    assert {(found["kind"], found["name"]) for found in answer.json()["policies"] if found["kind"] != "budget"} == {
        ("application", OWN),
        ("team", "payments"),
    }
    assert client.get(reverse("api-policy", args=["application", OWN])).status_code == 200
    for kind, name in (
        ("application", "helpdesk"),
        ("guard_policy", "baseline"),
        ("provider", "openai"),
        ("budget", "organisation"),
    ):
        assert client.get(reverse("api-policy", args=[kind, name])).status_code == 404
    assert client.get(reverse("api-changes")).status_code == 403


@pytest.mark.parametrize(
    "owned", [{"applications": ["nobody's"]}, {"teams": ["nobody's"]}, {"groups": ["auditor"], "applications": [OWN]}]
)
def test_an_assignment_of_what_is_not_there_or_without_the_role_is_refused(day: None, owned: dict[str, Any]) -> None:
    from govern.changes.refused import ChangeRefused

    Person.objects.create_user(username="owen", password="x", is_staff=True)
    roles = new_body("membership", name="owen", **{"groups": ["application_owner"], **owned})
    with pytest.raises(ChangeRefused):
        submit(propose("Owen owns", "He runs them.", ("membership", roles)))
