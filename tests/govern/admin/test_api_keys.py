"""Keys in the admin: the secret is shown once, a revoked key needs a reason, and both leave an event."""

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from govern.identity.api_keys import key_digest
from govern.models import ApiKey, Application

ADD = "admin:govern_apikey_add"


def form(**changes: str) -> dict[str, str]:
    application = Application.objects.get(name="helpdesk")
    return {"application": str(application.pk), "name": "website", "lifetime": "90", **changes}


def test_the_secret_is_shown_in_the_answer_and_nowhere_later(
    signed_in: Callable[[str], Client], installed: None
) -> None:
    olive = signed_in("olive")
    answer = olive.post(reverse(ADD), form())
    key = ApiKey.objects.get(name="website")
    secret = answer.context["secret"]
    assert key_digest(secret) == key.digest
    assert secret in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    later = olive.get(reverse("admin:govern_apikey_change", args=[key.pk])).content.decode()
    assert secret not in later
    assert key.last_four in later
    issued = AuditEvent.objects.filter(type="key.issued", key="website").get()
    assert issued.actor == "olive"
    assert secret not in str(issued.body)


def test_a_name_that_is_taken_is_refused_with_the_reason(signed_in: Callable[[str], Client], installed: None) -> None:
    answer = signed_in("olive").post(reverse(ADD), form(name="main"))
    assert "already has a key named main" in answer.content.decode()
    assert ApiKey.objects.filter(application__name="helpdesk").count() == 1


def test_revoking_asks_for_a_reason_and_keeps_it(signed_in: Callable[[str], Client], installed: None) -> None:
    olive = signed_in("olive")
    key = ApiKey.objects.get(application__name="helpdesk", name="main")
    address = reverse("admin:govern_apikey_revoke", args=[key.pk])
    assert "This field is required" in olive.post(address, {"reason": " "}).content.decode()
    key.refresh_from_db()
    assert key.revoked_at is None
    olive.post(address, {"reason": "Leaked in a log."})
    key.refresh_from_db()
    assert key.revoked_by is not None
    assert key.revoked_by.username == "olive"
    assert "Leaked in a log." in olive.get(reverse("admin:govern_apikey_change", args=[key.pk])).content.decode()
    assert AuditEvent.objects.filter(type="key.revoked", actor="olive").exists()


def test_who_may_not_revoke_is_refused(signed_in: Callable[[str], Client], installed: None) -> None:
    key = ApiKey.objects.first()
    assert key is not None
    address = reverse("admin:govern_apikey_revoke", args=[key.pk])
    for name in ("amy", "ben", "dan", "eve"):
        assert signed_in(name).post(address, {"reason": "Because."}).status_code == 403
    key.refresh_from_db()
    assert key.revoked_at is None


def test_the_list_finds_keys_that_expire_soon(signed_in: Callable[[str], Client], day: None) -> None:
    found = (
        signed_in("olive").get(reverse("admin:govern_apikey_changelist"), {"status": "soon"}).context["cl"].result_list
    )
    assert [key.name for key in found] == ["mobile"]
