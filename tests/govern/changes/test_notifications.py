"""People hear of what waits for them, and nobody hears the same twice."""

import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from govern.changes import submission
from govern.changes.emergencies import break_glass
from govern.changes.notifications.digest import tell_digest
from govern.changes.notifications.sending import send_due
from govern.changes.notifications.telling import tell_of_expiring
from govern.models import Notification, Person
from tests.cast import person
from tests.govern.changes.changing import applied, approve, draft, fresh, submitted
from tests.loopback import serve_in_thread

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("addresses")]


@pytest.fixture
def addresses(installation: None, settings: Any) -> None:
    """Everybody of the cast has an address, and e-mail is set up."""
    settings.EMAIL_IS_CONFIGURED = True
    for someone in Person.objects.all():
        someone.email = f"{someone.username}@example.com"
        someone.save()


class Hook:
    """A webhook's receiver."""

    def __init__(self) -> None:
        self.status = 204
        self.received: list[tuple[Any, bytes]] = []
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                hook.received.append((self.headers, body))
                self.send_response(hook.status)
                self.send_header("location", "http://127.0.0.1:9/")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        serve_in_thread(self.server)


@pytest.fixture
def hook(settings: Any) -> Iterator[Hook]:
    found = Hook()
    settings.EMAIL_IS_CONFIGURED = False
    settings.GOVERN_WEBHOOK_URLS = [found.url]
    settings.GOVERN_WEBHOOK_SECRET = "shared"
    yield found
    found.server.shutdown()
    found.server.server_close()


def told(event: str) -> set[str]:
    return {
        address.partition("@")[0]
        for address in Notification.objects.filter(event=event).values_list("address", flat=True)
    }


def test_who_may_approve_hears_of_a_submission_and_the_author_does_not() -> None:
    change = submitted()
    assert told("change.awaiting") == {"ben", "cara"}
    assert send_due() == 2
    message = mail.outbox[0]
    assert message.subject == f"{change} waits for your approval: Change organisation"
    assert f"/admin/govern/changerequest/{change.pk}/change/" in message.body
    assert send_due() == 0


def test_the_authors_hear_what_became_of_it_and_everybody_when_it_is_in_force() -> None:
    applied()
    assert told("change.approved") == {"amy"}
    assert told("change.applied") == {"amy", "ben", "cara"}


def test_broken_glass_is_told_to_who_may_ratify_it() -> None:
    change = draft()
    break_glass(
        change=change,
        incident="INC-7",
        lapses_at=timezone.now() + timedelta(hours=2),
        by=person("amy"),
        edition=change.edition,
        second_factor=fresh("amy"),
    )
    assert told("change.glass_broken") == {"ben", "cara", "olive"}
    send_due()
    assert "INC-7" in mail.outbox[0].body


def test_who_has_not_approved_is_reminded_once_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    submitted("budget", "intern-bot", limit_usd="6.00")
    assert tell_of_expiring() == 0
    monkeypatch.setattr(submission, "TO_APPROVE", timedelta(hours=3))
    approve(submitted(), "ben")
    assert tell_of_expiring() == tell_of_expiring() == 1
    assert told("change.expiring") == {"cara"}
    assert Notification.objects.filter(event="change.expiring").count() == 1


def test_the_digest_lists_everything_that_waits() -> None:
    first, second = submitted(), submitted("budget", "intern-bot", limit_usd="6.00")
    assert tell_digest() == 2
    tell_digest()
    digest = Notification.objects.get(event="digest", address="ben@example.com")
    assert [line.split()[0] for line in digest.facts["lines"]] == [str(second), str(first)]


def test_a_webhook_gets_signed_json(hook: Hook) -> None:
    change = submitted()
    assert send_due() == 1
    headers, body = hook.received[0]
    said = json.loads(body)
    assert (said["event"], said["change"], said["risk"]) == ("change.awaiting", str(change), "high")
    assert headers["x-govern-signature"] == "sha256=" + hmac.digest(b"shared", body, "sha256").hex()


@pytest.mark.parametrize("status", [500, 302])
def test_what_fails_is_tried_again_later(hook: Hook, status: int) -> None:
    hook.status = status
    submitted()
    assert send_due() == 0
    waiting = Notification.objects.get()
    assert (waiting.attempts, waiting.sent_at) == (1, None)
    assert waiting.try_at > timezone.now()
    assert len(hook.received) == 1
    hook.status = 204
    Notification.objects.update(try_at=timezone.now())
    assert send_due() == 1


def test_it_is_given_up_at_last(hook: Hook) -> None:
    hook.status = 500
    submitted()
    Notification.objects.update(attempts=11)
    send_due()
    assert Notification.objects.get().given_up_at is not None
    assert not Notification.objects.due().exists()


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "https://amy:pw@x.org",
        "http://169.254.169.254/",
        "https://x.org:99999/",
        "http://[::1",
        "x\n",
    ],
)
def test_an_address_that_may_not_be_called_keeps_nothing_else_waiting(hook: Hook, settings: Any, address: str) -> None:
    settings.GOVERN_WEBHOOK_URLS = [address, hook.url]
    submitted()
    assert send_due() == 1
    assert Notification.objects.get(address=address).error == "InvalidURL"
