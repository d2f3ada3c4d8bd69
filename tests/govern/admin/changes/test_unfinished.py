"""What a second factor interrupts is done once the code was given, with what was typed: once, by that person, soon, as it was reviewed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from govern.identity import unfinished
from govern.identity.unfinished import FIELD
from govern.models import ChangeRequest, ChangeState
from tests.cast import person
from tests.factories.changes import body_of, propose, review, submit
from tests.govern.admin.changes.acting import address, now, text
from tests.second_factor import code_of, enrol, give_second_factor

pytestmark = pytest.mark.usefixtures("cast")
Browser = Callable[[str], Client]


def in_review() -> ChangeRequest:
    return submit(propose("More", "It ran out.", ("budget", body_of("budget", "organisation", limit_usd="9000.00"))))


def send(client: Client, change: ChangeRequest, action: str, **fields: str) -> str:
    """Sends a form of the change's page; returns where it leads."""
    seen = {"edition": str(change.edition), "digest": change.content_digest}
    answer = client.post(address(change, action), {**seen, **fields}, headers={"referer": address(change)})
    assert answer.status_code == 302
    return str(answer["Location"])


def unconfirmed(signed_in: Browser, name: str) -> Client:
    enrol(person(name))
    return signed_in(name)


def finish(client: Client, page: str) -> Any:
    """What a browser does on the page that follows the code: it sends the form there."""
    shown = client.get(page)
    kept = shown.context["kept"]
    assert f'action="{kept.address}"' in text(shown)
    assert kept.token in text(shown)
    return client.post(kept.address, {FIELD: kept.token}, follow=True, headers={"referer": page})


def give_code(client: Client, name: str, asked: str) -> str:
    """Types the code on the page that asks for it; returns where it leads."""
    asking, following = asked.split("?next=")
    answer = client.post(asking, {"code": code_of(enrol(person(name))), "next": _unquoted(following)})
    assert answer.status_code == 302, text(answer)
    return str(answer["Location"])


def _unquoted(value: str) -> str:
    from urllib.parse import unquote

    return unquote(value)


@pytest.mark.usefixtures("own_cache")
def test_an_approval_is_done_after_the_code_with_its_reason(signed_in: Browser) -> None:
    change = in_review()
    ben = unconfirmed(signed_in, "ben")
    asked = send(ben, change, "review", verdict="approve", reason="Looked at all of it.")
    page = text(ben.get(asked))
    assert f"Approve {change}: More" in page
    assert "Looked at all of it." in page
    assert now(change).reviews.count() == 0
    done = finish(ben, give_code(ben, "ben", asked))
    assert f"You approved {change}." in text(done)
    (given,) = now(change).reviews.all()
    assert (given.reviewer_name, given.verdict, given.reason) == ("ben", "approve", "Looked at all of it.")
    assert done.context["typed"] == {}


@pytest.mark.usefixtures("own_cache")
def test_applying_is_done_after_the_code(signed_in: Browser) -> None:
    change = review(review(in_review(), "ben"), "cara")
    ben = unconfirmed(signed_in, "ben")
    finish(ben, give_code(ben, "ben", send(ben, change, "apply")))
    assert now(change).state == ChangeState.APPLIED


@pytest.mark.usefixtures("own_cache")
def test_breaking_the_glass_and_ratifying_are_done_after_the_code(signed_in: Browser) -> None:
    change = propose(
        "At once", "Down.", ("budget", body_of("budget", "organisation", limit_usd="9000.00")), by=person("olive")
    )
    olive = unconfirmed(signed_in, "olive")
    finish(olive, give_code(olive, "olive", send(olive, change, "break_glass", incident="INC-7", hours="2")))
    assert (now(change).state, now(change).incident) == (ChangeState.EMERGENCY, "INC-7")
    ben = unconfirmed(signed_in, "ben")
    finish(ben, give_code(ben, "ben", send(ben, now(change), "review", verdict="approve")))
    assert now(change).reviews.get().reviewer_name == "ben"


def interrupted(signed_in: Browser) -> tuple[ChangeRequest, Client, str]:
    """Ben's approval, confirmed and not sent again yet; the token of it."""
    change = in_review()
    ben = unconfirmed(signed_in, "ben")
    send(ben, change, "review", verdict="approve")
    give_second_factor(ben, person("ben"))
    return change, ben, next(iter(ben.session["govern.unfinished"]))


def test_a_token_works_once(signed_in: Browser) -> None:
    change, ben, token = interrupted(signed_in)
    stale = dict(ben.session["govern.unfinished"])
    ben.post(address(change, "review"), {FIELD: token})
    assert now(change).reviews.count() == 1
    session = ben.session
    session["govern.unfinished"] = stale  # as a second request that read the session in the same instant
    session.save()
    assert "its time is over" in text(ben.post(address(change, "review"), {FIELD: token}, follow=True))
    assert now(change).reviews.count() == 1


def test_a_token_is_for_one_person_and_one_address(signed_in: Browser) -> None:
    change, ben, token = interrupted(signed_in)
    cara = unconfirmed(signed_in, "cara")
    give_second_factor(cara, person("cara"))
    cara.post(address(change, "review"), {FIELD: token})
    stolen = cara.session
    stolen["govern.unfinished"] = ben.session["govern.unfinished"]
    stolen.save()
    cara.post(address(change, "review"), {FIELD: token})
    assert cara.get(reverse("account_unfinished", args=[token])).status_code == 302
    ben.post(address(change, "apply"), {FIELD: token})
    ben.post(address(in_review(), "review"), {FIELD: token})
    assert not ChangeRequest.objects.filter(reviews__isnull=False).exists()


def test_a_token_ends_after_minutes(signed_in: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    change, ben, token = interrupted(signed_in)
    later = timezone.now() + timedelta(seconds=unfinished.AGE_S + 1)
    monkeypatch.setattr(unfinished.timezone, "now", lambda: later)
    ben.post(address(change, "review"), {FIELD: token})
    assert now(change).reviews.count() == 0


def test_a_token_alone_does_nothing_without_the_code(signed_in: Browser) -> None:
    change = in_review()
    ben = unconfirmed(signed_in, "ben")
    send(ben, change, "review", verdict="approve")
    token = next(iter(ben.session["govern.unfinished"]))
    assert reverse("mfa_reauthenticate") in ben.get(reverse("account_unfinished", args=[token]))["Location"]
    asked_again = ben.post(address(change, "review"), {FIELD: token})["Location"]
    assert reverse("mfa_reauthenticate") in asked_again
    assert token not in asked_again
    assert now(change).reviews.count() == 0


def test_reading_the_page_does_nothing(signed_in: Browser) -> None:
    change, ben, token = interrupted(signed_in)
    for _time in range(2):
        assert ben.get(reverse("account_unfinished", args=[token])).status_code == 200
    ben.get(address(change, "review") + f"?{FIELD}={token}")
    assert now(change).reviews.count() == 0


def test_another_site_cannot_finish_it(signed_in: Browser) -> None:
    change, ben, token = interrupted(signed_in)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = ben.cookies
    assert strict.post(address(change, "review"), {FIELD: token}).status_code == 403
    assert now(change).reviews.count() == 0


def test_what_was_edited_since_is_not_approved(signed_in: Browser) -> None:
    change, ben, token = interrupted(signed_in)
    ChangeRequest.objects.filter(pk=change.pk).update(edition=change.edition + 1)
    page = text(ben.post(address(change, "review"), {FIELD: token}, follow=True))
    assert "was edited since you opened this page" in page
    assert now(change).reviews.count() == 0


def test_somebody_else_who_signs_in_here_finds_nothing(signed_in: Browser) -> None:
    change, ben, token = interrupted(signed_in)
    ben.post(reverse("account_logout"))
    ben.force_login(person("cara"), backend=settings.AUTHENTICATION_BACKENDS[-1])
    assert ben.get(reverse("account_unfinished", args=[token])).status_code == 302
    assert now(change).reviews.count() == 0


def test_what_is_typed_is_shown_as_text(signed_in: Browser) -> None:
    change = in_review()
    ben = unconfirmed(signed_in, "ben")
    asked = send(ben, change, "review", verdict="approve", reason="<script>alert(1)</script>")
    assert "<script>alert" not in text(ben.get(asked))
