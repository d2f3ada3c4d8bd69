"""Sign-ins, sign-outs and failures are in the trail; what was typed into the wrong field is not."""

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from tests.cast import person

LOGIN = "account_login"

pytestmark = pytest.mark.usefixtures("valkey")


def events() -> list[tuple[str, str | None]]:
    return list(AuditEvent.objects.filter(type__startswith="person.").order_by("seq").values_list("type", "actor"))


def test_signing_in_and_out_is_recorded(client: Client, db: None) -> None:
    person("olive")
    client.post(reverse(LOGIN), {"login": "olive", "password": "olive"})
    client.post(reverse("admin:logout"))
    assert events() == [("person.signed_in", "olive"), ("person.signed_out", "olive")]


def test_a_wrong_password_is_recorded_with_the_name(client: Client, db: None) -> None:
    person("olive")
    client.post(reverse(LOGIN), {"login": "olive", "password": "wrong"})
    event = AuditEvent.objects.get(type="person.sign_in_failed")
    assert event.body["username"] == "olive"
    assert event.body["address"] == "127.0.0.1"


def test_a_name_that_nobody_has_is_not_kept(client: Client, db: None) -> None:
    client.post(reverse(LOGIN), {"login": "correct horse battery", "password": "x"})
    event = AuditEvent.objects.get(type="person.sign_in_failed")
    assert "horse" not in str(event.body)
    assert str(event) == "Somebody failed to sign in as an unknown name"
