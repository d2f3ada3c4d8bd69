"""What is in force moved while a change was under way: the page shows three sides, and rebasing settles it."""

from collections.abc import Callable

import pytest
from django.test import Client

from govern.models import ChangeState
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
    assert "Both sides changed: organisation: limit_usd" in text(act(amy, change, "rebase"))
    assert now(change).state == ChangeState.IN_REVIEW
    act(amy, change, "rebase", mine_wins="yes")
    assert now(change).state == ChangeState.DRAFT
    assert now(change).items.get().body.limit_usd == "9000.00"


def test_an_approver_is_told_that_the_author_must_rebase(confirmed: Browser) -> None:
    from tests.factories.changes import review

    change = review(review(submit(propose("More", "It ran out.", budget(limit_usd="9000.00"))), "ben"), "cara")
    apply(submit(propose("Less", "Enough.", budget(limit_usd="2000.00"))))
    page = confirmed("ben").get(address(change))
    assert "apply" not in page.context["may"]
    assert "Its author must rebase it." in text(page)
