"""What a change's page says is said where it is meant, and in the language of who reads it."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from tests.factories.changes import body_of, propose, review, submit
from tests.govern.admin.changes.acting import act, address, text

pytestmark = pytest.mark.usefixtures("cast")
Browser = Callable[[str], Client]


def in_review() -> object:
    return submit(propose("More", "It ran out.", ("budget", body_of("budget", "organisation", limit_usd="9000.00"))))


def test_a_rejection_without_a_reason_is_told_at_the_field(confirmed: Browser) -> None:
    change = in_review()
    page = text(act(confirmed("ben"), change, "review", verdict="reject"))  # type: ignore[arg-type]
    field = page.split('id="review-reason"')[1].split(">")[0]
    assert 'aria-invalid="true"' in field
    assert "autofocus" in field
    assert "review-reason-problem" in field
    assert page.count("Say why, so that the author knows what to do.") == 1


def test_checks_of_a_settled_change_are_said_in_the_readers_language(confirmed: Browser) -> None:
    change = in_review()
    ben = confirmed("ben")
    act(ben, change, "review", verdict="reject", reason="Not now.")  # type: ignore[arg-type]
    ben.post(reverse("set_language"), {"language": "zh-hant", "next": "/admin/"})
    page = text(ben.get(address(change)))  # type: ignore[arg-type]
    assert "Every proposed version fits its schema." not in page


def test_the_activity_says_verdicts_in_words(confirmed: Browser) -> None:
    review(in_review(), "ben")  # type: ignore[arg-type]
    said = str(AuditEvent.objects.filter(type="change.reviewed").latest("at"))
    assert "(approved)" in said


def test_lists_are_called_what_the_menu_calls_them(confirmed: Browser) -> None:
    olive = confirmed("olive")
    for name, title in (
        ("govern_guardpolicy", "Guard policies"),
        ("auth_group", "Roles"),
        ("govern_apikey", "API keys"),
    ):
        page = text(olive.get(reverse(f"admin:{name}_changelist")))
        assert f"<h1>{title}</h1>" in page
        assert f"{title} | Govern" in page
        assert "to view" not in page.split("</title>")[0]
    for part in ("audit", "govern", "auth"):
        assert olive.get(f"/admin/{part}/")["Location"] == reverse("admin:index")
