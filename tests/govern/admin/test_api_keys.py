"""Keys in the admin: the secret is shown once, a revoked key needs a reason, and both leave an event."""

from collections.abc import Callable
from typing import Any

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


def test_rotating_shows_the_new_secret_once_and_says_when_the_old_one_ends(
    signed_in: Callable[[str], Client], installed: None
) -> None:
    olive = signed_in("olive")
    old = ApiKey.objects.get(application__name="helpdesk", name="main")
    address = reverse("admin:govern_apikey_rotate", args=[old.pk])
    assert old.masked in olive.get(address).content.decode()
    answer = olive.post(address, {"grace": "24", "lifetime": "90"})
    new = ApiKey.objects.get(replaces=old)
    secret = answer.context["secret"]
    assert key_digest(secret) == new.digest
    assert old.masked in answer.content.decode()
    page = olive.get(reverse("admin:govern_apikey_change", args=[new.pk])).content.decode()
    assert secret not in page
    assert "The earlier secret of this key still works" in page
    assert f"key={new.name}" in page
    assert olive.get(address).status_code == 302, "it was replaced already"
    assert "was replaced already" in olive.post(address, {"grace": "24", "lifetime": ""}).content.decode()
    assert "goes on working" in olive.get(reverse("admin:govern_apikey_revoke", args=[new.pk])).content.decode()
    listed = olive.get(reverse("admin:govern_apikey_changelist"), {"status": "replaced"})
    assert list(listed.context["cl"].result_list) == [old]
    soon = olive.get(reverse("admin:govern_apikey_changelist"), {"status": "soon"})
    assert list(soon.context["cl"].result_list) == [], "an old secret ends because somebody wanted it to"
    assert "rotate it before that" not in olive.get(reverse("admin:index")).content.decode()


def test_who_may_not_issue_rotates_nothing(signed_in: Callable[[str], Client], installed: None) -> None:
    key = ApiKey.objects.get(application__name="helpdesk", name="main")
    address = reverse("admin:govern_apikey_rotate", args=[key.pk])
    for name in ("amy", "ben", "dan", "eve"):
        assert signed_in(name).post(address, {"grace": "0"}).status_code == 403
    assert not ApiKey.objects.filter(replaces=key).exists()


def test_an_installation_can_ask_for_a_second_factor(
    signed_in: Callable[[str], Client], installed: None, settings: Any
) -> None:
    settings.GOVERN_KEYS_SECOND_FACTOR = True
    key = ApiKey.objects.get(application__name="helpdesk", name="main")
    olive = signed_in("olive")
    for address, body in (
        (reverse(ADD), form()),
        (reverse("admin:govern_apikey_rotate", args=[key.pk]), {"grace": "0", "lifetime": ""}),
    ):
        assert olive.post(address, body).status_code == 302
    assert ApiKey.objects.filter(application__name="helpdesk").count() == 1
