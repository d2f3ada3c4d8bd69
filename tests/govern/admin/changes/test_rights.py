"""Who may do what with a change: made for every action and every role."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from govern.admin.changes.actions import ACTIONS
from govern.identity.groups import GROUPS, permissions_of
from govern.models import Person
from tests.factories.changes import body_of, propose, submit

OTHERS = {"describe": ("propose_change",), "break_glass": ("break_glass",)}
NEEDED = {action.name: action.permissions for action in ACTIONS} | OTHERS


@pytest.mark.parametrize("role", [*GROUPS, "nobody"])
def test_forms_are_refused_to_who_may_not_send_them(role: str, cast: None) -> None:
    change = submit(propose("More", "It ran out.", ("budget", body_of("budget", "organisation", limit_usd="9000.00"))))
    visitor = Person.objects.create_user(username="visitor", password="x", is_staff=True)
    visitor.groups.set(Group.objects.filter(name=role))
    client = Client()
    client.force_login(visitor, backend="django.contrib.auth.backends.ModelBackend")
    held = {"_".join(pair) for pair in permissions_of(role)} if role in GROUPS else set()
    for name, permissions in NEEDED.items():
        may = bool(held & set(permissions)) and "view_changerequest" in held
        answer = client.post(reverse(f"admin:govern_changerequest_{name}", args=[change.pk]), {})
        assert (answer.status_code != 403) == may, (role, name)
    change.refresh_from_db()
    assert (change.state, change.reviews.count(), change.comments.count()) == ("in_review", 0, 0)


def test_a_form_that_is_only_opened_leads_to_the_page(cast: None) -> None:
    change = submit(propose("More", "It ran out.", ("budget", body_of("budget", "organisation", limit_usd="9000.00"))))
    client = Client()
    client.force_login(Person.objects.get(username="olive"), backend="django.contrib.auth.backends.ModelBackend")
    for action in ACTIONS:
        answer = client.get(reverse(f"admin:govern_changerequest_{action.name}", args=[change.pk]))
        assert answer.status_code == 302
        assert answer["Location"] == reverse("admin:govern_changerequest_change", args=[change.pk])
