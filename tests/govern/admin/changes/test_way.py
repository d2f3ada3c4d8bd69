"""A change on its way through the pages: Amy proposes, Ben and Cara approve, Ben puts it in force."""

from collections.abc import Callable

import pytest
from django.test import Client

from govern.models import Budget, ChangeState
from tests.factories.changes import body_of, propose, review, submit
from tests.govern.admin.changes.acting import act, address, now, text

pytestmark = pytest.mark.usefixtures("cast")
Browser = Callable[[str], Client]


def raised() -> tuple[str, object]:
    return "budget", body_of("budget", "organisation", limit_usd="9000.00")


def test_a_change_is_submitted_approved_twice_and_put_in_force(confirmed: Browser) -> None:
    change = propose("More for everybody", "It ran out twice.", raised())
    act(confirmed("amy"), change, "submit")
    assert now(change).state == ChangeState.IN_REVIEW
    said = text(act(confirmed("ben"), now(change), "review", verdict="approve", reason="Right."))
    assert "Others are still needed" in said
    act(confirmed("cara"), now(change), "review", verdict="approve")
    assert now(change).state == ChangeState.APPROVED
    said = text(act(confirmed("ben"), now(change), "apply"))
    assert "is in force with revision 2" in said
    assert Budget.objects.get(name="organisation").body.limit_usd == "9000.00"


def test_the_page_says_in_words_what_would_change(signed_in: Browser) -> None:
    change = submit(propose("More for everybody", "It ran out twice.", raised()))
    said = text(signed_in("ben").get(address(change)))
    assert "may spend <b>$<del>2,500.00</del></b> a month." in said
    assert "may spend <b>$<ins>9,000.00</ins></b> a month." in said
    assert "raises the limit" in said
    assert "High risk" in said


def test_approving_asks_for_a_second_factor_and_keeps_what_was_typed(signed_in: Browser) -> None:
    change = submit(propose("More for everybody", "It ran out twice.", raised()))
    ben = signed_in("ben")
    act(ben, change, "review", verdict="approve", reason="I counted it myself.")
    assert now(change).reviews.count() == 0
    assert "I counted it myself." in text(ben.get(address(change)))
    assert "I counted it myself." not in text(ben.get(address(change)))


def test_rejecting_asks_for_no_second_factor_but_for_a_reason(signed_in: Browser) -> None:
    change = submit(propose("More for everybody", "It ran out twice.", raised()))
    ben = signed_in("ben")
    assert "Say why" in text(act(ben, change, "review", verdict="reject"))
    act(ben, change, "review", verdict="reject", reason="Nobody has shown what it was spent on.")
    assert now(change).state == ChangeState.REJECTED
    assert "Nobody has shown what it was spent on." in text(ben.get(address(change)))


def test_who_wrote_it_is_told_that_somebody_else_must_approve(confirmed: Browser) -> None:
    change = submit(propose("More for everybody", "It ran out twice.", raised()))
    page = confirmed("amy").get(address(change))
    assert "approve" not in page.context["may"]
    assert "You wrote this, so somebody else must approve it." in text(page)


def test_an_officer_who_wrote_it_is_refused_by_the_service_too(confirmed: Browser) -> None:
    from tests.cast import person

    change = submit(
        propose(
            "Less", "Enough.", ("budget", body_of("budget", "organisation", limit_usd="2000.00")), by=person("olive")
        )
    )
    said = text(act(confirmed("olive"), change, "review", verdict="approve", reason="Mine."))
    assert "somebody else must review it" in said
    assert now(change).reviews.count() == 0


def test_what_was_edited_since_is_not_approved_unseen(confirmed: Browser) -> None:
    change = submit(propose("More for everybody", "It ran out twice.", raised()))
    seen = now(change)
    amy = confirmed("amy")
    act(amy, now(change), "reopen")
    amy.post(
        address(change, "describe"),
        {"edition": now(change).edition, "title": "More", "reason": "Other.", "apply_by": "2031-01-01T10:00"},
    )
    act(amy, now(change), "submit")
    said = text(act(confirmed("ben"), seen, "review", verdict="approve", reason="Looks right to me."))
    assert "was edited since you opened this page" in said
    assert "Looks right to me." in said
    assert now(change).reviews.count() == 0


def test_stale_approvals_are_shown_as_stale(confirmed: Browser) -> None:
    change = review(submit(propose("More for everybody", "It ran out twice.", raised())), "ben", reason="Fine.")
    amy = confirmed("amy")
    act(amy, change, "reopen")
    amy.post(
        address(change, "describe"),
        {"edition": now(change).edition, "title": "More", "reason": "Other.", "apply_by": "2031-01-01T10:00"},
    )
    act(amy, now(change), "submit")
    page = amy.get(address(change))
    assert [stale for _review, _word, stale in page.context["reviews"]] == [True]
    assert "Stale: edited since" in text(page)
    assert "0 of 2 from Approver" in text(page)


def test_a_failed_check_says_what_to_do_and_keeps_the_draft(confirmed: Browser) -> None:
    change = propose("More for everybody", "", raised())
    amy = confirmed("amy")
    page = amy.get(address(change))
    assert "One check has failed" in text(page)
    assert "Say why: the reason is what approvers and auditors read first." in text(act(amy, change, "submit"))
    assert now(change).state == ChangeState.DRAFT


def test_an_applied_change_is_rolled_back_by_another_one(confirmed: Browser) -> None:
    from tests.factories.changes import apply

    change = apply(submit(propose("More for everybody", "It ran out twice.", raised())))
    amy = confirmed("amy")
    assert "Say why" in text(act(amy, change, "rollback", reason=" "))
    page = act(amy, change, "rollback", reason="It was spent on nothing.")
    draft = page.context["change"]
    assert draft.rolls_back_id == change.pk
    assert "$<ins>2,500.00</ins>" in text(page)


def test_a_comment_is_added_and_kept(signed_in: Browser) -> None:
    change = submit(propose("More for everybody", "It ran out twice.", raised()))
    cara = signed_in("cara")
    assert "Write something first." in text(act(cara, change, "comment", text=" "))
    said = text(act(cara, change, "comment", text="What for?"))
    assert "What for?" in said


def test_a_draft_is_withdrawn_by_its_author_alone(confirmed: Browser) -> None:
    change = propose("More for everybody", "It ran out twice.", raised())
    assert "Only an author" in text(act(confirmed("olive"), change, "withdraw"))
    act(confirmed("amy"), change, "withdraw", reason="Not needed.")
    assert now(change).state == ChangeState.WITHDRAWN


def test_an_item_is_taken_out_of_a_draft(confirmed: Browser) -> None:
    change = propose("More for everybody", "It ran out twice.", raised())
    page = act(confirmed("amy"), change, "drop", item="budget/organisation")
    assert change.items.count() == 0
    assert "Nothing is proposed yet" in text(page)
