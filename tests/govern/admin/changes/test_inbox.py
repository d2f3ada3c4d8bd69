"""The inbox: what waits for whom, who is still needed, and finding a change."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from govern.models import ChangeRequest, Person
from tests.cast import person
from tests.factories.changes import body_of, new_body, propose, review, submit
from tests.govern.admin.changes.acting import address, text

pytestmark = pytest.mark.usefixtures("cast")
Browser = Callable[[str], Client]
LIST = "admin:govern_changerequest_changelist"


def titles(client: Client, **query: str) -> list[str]:
    return [row.change.title for row in client.get(reverse(LIST), query).context["rows"]]


def badge(client: Client) -> str | None:
    groups = client.get(reverse("admin:index")).context["sidebar_navigation"]
    return next(item.get("badge") for group in groups for item in group["items"] if item["link"] == reverse(LIST))


@pytest.fixture
def two(cast: None) -> None:
    """One change that only approvers may approve and that Ben has approved, and one that an officer may."""
    raised = submit(
        propose(
            "More for everybody",
            "It ran out twice.",
            ("budget", body_of("budget", "organisation", limit_usd="9000.00")),
        )
    )
    review(raised, "ben")
    submit(propose("Less for research", "Enough.", ("budget", body_of("budget", "research-weekly", limit_usd="50.00"))))


@pytest.mark.usefixtures("two")
def test_only_what_a_person_can_move_on_waits_for_them(signed_in: Browser) -> None:
    assert titles(signed_in("cara"), tab="awaiting") == ["More for everybody", "Less for research"]
    assert titles(signed_in("ben"), tab="awaiting") == ["Less for research"]
    assert titles(signed_in("olive"), tab="awaiting") == ["Less for research"]
    assert titles(signed_in("amy"), tab="awaiting") == titles(signed_in("dan"), tab="awaiting") == []
    assert [badge(signed_in(name)) for name in ("cara", "ben", "olive", "amy")] == ["2", "1", "1", None]


@pytest.mark.usefixtures("two")
def test_what_an_author_could_approve_through_somebody_else_does_not_wait_for_them(signed_in: Browser) -> None:
    Person.objects.filter(username="cara").update(credentials_set_by=person("amy"))
    cara = signed_in("cara")
    assert titles(cara, tab="awaiting") == []
    change = ChangeRequest.objects.get(title="More for everybody")
    page = cara.get(address(change))
    assert "approve" not in page.context["may"]
    assert "set your password or second factor" in text(page)


@pytest.mark.usefixtures("two")
def test_a_row_says_who_is_still_needed(signed_in: Browser) -> None:
    rows = {row.change.title: row for row in signed_in("dan").get(reverse(LIST), {"tab": "open"}).context["rows"]}
    assert rows["More for everybody"].needed == "1 more from cara"
    assert rows["Less for research"].needed == "1 more from ben, cara, olive"


@pytest.mark.usefixtures("two")
def test_a_change_is_found_by_number_title_risk_kind_and_person(signed_in: Browser) -> None:
    dan = signed_in("dan")
    assert titles(dan, tab="open", q="research") == ["Less for research"]
    number = ChangeRequest.objects.get(title="More for everybody").number
    assert titles(dan, tab="open", q=f"cr-{number}") == ["More for everybody"]
    assert titles(dan, tab="open", risk="high") == ["More for everybody"]
    assert titles(dan, tab="open", kind="team") == []
    assert titles(dan, tab="open", by="amy") == ["Less for research", "More for everybody"]
    assert "Nothing matches" in text(dan.get(reverse(LIST), {"tab": "open", "q": "zebra"}))
    assert titles(dan, tab="no such tab", q="99999999999999999999") == []


@pytest.mark.usefixtures("two")
def test_a_person_without_any_right_sees_no_inbox(signed_in: Browser) -> None:
    assert signed_in("eve").get(reverse(LIST)).status_code == 403


def test_the_desk_shows_what_to_review_and_what_was_sent_back(signed_in: Browser) -> None:
    body = new_body("budget", name="helpdesk-monthly", scope={"application": "helpdesk"}, limit_usd="10.00")
    change = submit(propose("A budget for the help desk", "It has none.", ("budget", body)))
    assert f"Review {change}: A budget for the help desk" in text(signed_in("cara").get(reverse("admin:index")))
    review(change, "cara", "request_changes", "Too little.")
    assert "Answer what was asked about" in text(signed_in("amy").get(reverse("admin:index")))


def test_a_draft_that_nobody_can_read_any_more_hides_no_other(signed_in: Browser) -> None:
    """Of an earlier release, or written around Govern: its own page says so."""
    draft = propose("Old", "It was time.", ("budget", body_of("budget", "organisation", limit_usd="9000.00")))
    submit(propose("Less for research", "Enough.", ("budget", body_of("budget", "research-weekly", limit_usd="50.00"))))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE govern_changeitem SET canonical = canonical || ' ' WHERE change_id = %s", [draft.pk])
    browser = signed_in("olive")
    browser.raise_request_exception = False
    answer = browser.get(reverse(LIST), {"tab": "open"})
    assert answer.status_code == 200
    assert {row.change.title: row.risk is None for row in answer.context["rows"]} == {
        "Old": True,
        "Less for research": False,
    }
