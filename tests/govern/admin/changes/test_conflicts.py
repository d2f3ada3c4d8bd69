"""What is in force moved while a change was under way: the page shows three sides, and rebasing settles it."""

from collections.abc import Callable

import pytest
from django.test import Client

from govern.models import ChangeRequest, ChangeState
from tests.factories.changes import apply, body_of, propose, submit
from tests.govern.admin.changes.acting import act, address, now, text

pytestmark = pytest.mark.usefixtures("cast")
Browser = Callable[[str], Client]


def budget(**fields: object) -> tuple[str, object]:
    return "budget", body_of("budget", "organisation", **fields)


def test_what_others_changed_elsewhere_is_taken_over(confirmed: Browser) -> None:
    change = propose("More", "It ran out.", budget(limit_usd="9000.00"))
    apply(submit(propose("Only tell", "For a week.", budget(action="alert"))))
    amy = confirmed("amy")
    page = amy.get(address(change))
    assert [row.clashes for row in page.context["conflicts"][0].rows] == [False, False]
    assert "What is in force has moved since this was written" in text(page)
    act(amy, change, "rebase")
    item = now(change).items.get()
    assert (item.body.limit_usd, item.body.action) == ("9000.00", "alert")
    assert amy.get(address(change)).context["conflicts"] == []


def test_where_both_changed_the_same_somebody_decides(confirmed: Browser) -> None:
    change = submit(propose("More", "It ran out.", budget(limit_usd="9000.00")))
    apply(submit(propose("Less", "Enough.", budget(limit_usd="2000.00"))))
    amy = confirmed("amy")
    assert "Both changed it" in text(amy.get(address(change)))
    assert "Both sides changed: Budget organisation › Limit" in text(act(amy, change, "rebase"))
    assert now(change).state == ChangeState.IN_REVIEW
    act(amy, change, "rebase", stands="mine")
    assert now(change).state == ChangeState.DRAFT
    assert now(change).items.get().body.limit_usd == "9000.00"


def clashing() -> ChangeRequest:
    change = propose("More", "It ran out.", budget(limit_usd="9000.00", period="week", action="alert"))
    apply(submit(propose("Less", "Enough.", budget(limit_usd="2000.00", period="day"))))
    return change


def test_what_is_in_force_may_stand(confirmed: Browser) -> None:
    change, amy = clashing(), confirmed("amy")
    act(amy, change, "rebase", stands="theirs")
    body = now(change).items.get().body
    assert (body.limit_usd, body.period, body.action) == ("2000.00", "day", "alert")


def test_each_field_may_be_chosen(confirmed: Browser) -> None:
    change, amy = clashing(), confirmed("amy")
    rows = [row for row in amy.get(address(change)).context["conflicts"][0].rows if row.clashes]
    assert [row.place for row in rows] == ["Period", "Limit"] or [row.place for row in rows] == [
        "Limit",
        "Period",
    ]
    one = {"stands": "field", "side:budget/organisation:limit_usd": "mine"}
    assert "Both sides changed: Budget organisation › Period" in text(act(amy, change, "rebase", **one))
    act(amy, now(change), "rebase", **one, **{"side:budget/organisation:period": "theirs"})
    body = now(change).items.get().body
    assert (body.limit_usd, body.period, body.action) == ("9000.00", "day", "alert")


def test_an_approver_is_told_that_the_author_must_rebase(confirmed: Browser) -> None:
    from tests.factories.changes import review

    change = review(review(submit(propose("More", "It ran out.", budget(limit_usd="9000.00"))), "ben"), "cara")
    apply(submit(propose("Less", "Enough.", budget(limit_usd="2000.00"))))
    page = confirmed("ben").get(address(change))
    assert "apply" not in page.context["may"]
    assert "Its author must rebase it." in text(page)
