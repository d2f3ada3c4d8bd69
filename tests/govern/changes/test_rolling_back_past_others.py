"""Rolling back past later changes: they are named, and stay or go as somebody says."""

import pytest

from govern.changes.refused import ChangeRefused
from govern.changes.rollback import overtaken_items, propose_rollback, undone_with
from govern.models import Budget, ChangeRequest
from tests.cast import person
from tests.govern.changes.changing import applied, draft

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("installation")]


def back(change: ChangeRequest, later: str = "") -> ChangeRequest:
    return propose_rollback(change=change, reason="It was too much.", by=person("amy"), later=later)  # type: ignore[arg-type]


def proposed(change: ChangeRequest) -> tuple[str, str, str]:
    body = change.items.get().body
    return body.limit_usd, body.period, body.action


def test_what_nobody_changed_since_is_rolled_back_without_a_question() -> None:
    change = applied()
    applied(name="intern-bot", limit_usd="70.00")
    assert overtaken_items(change) == []
    assert proposed(back(change))[0] == "2500.00"


def test_later_changes_are_named_before_anything_is_done() -> None:
    change = applied(limit_usd="9000.00", action="alert")
    later = applied(period="week")
    drafts = ChangeRequest.objects.count()
    with pytest.raises(ChangeRefused, match=f"{later}: Change organisation") as refused:
        back(change)
    assert refused.value.code == "later_changes"
    assert ChangeRequest.objects.count() == drafts


def test_they_stay_and_only_what_this_one_changed_comes_back() -> None:
    change = applied(limit_usd="9000.00", action="alert")
    applied(period="week")
    kept = back(change, "keep")
    assert proposed(kept) == ("2500.00", "week", "block")
    assert undone_with(kept) == []


def test_a_place_that_was_changed_again_stays() -> None:
    change = applied(limit_usd="9000.00", action="alert")
    applied(limit_usd="12000.00")
    assert [row.place for row in overtaken_items(change)[0].stays] == ["limit_usd"]
    assert proposed(back(change, "keep"))[::2] == ("12000.00", "block")


def test_they_go_if_somebody_says_so_and_reviewers_are_told() -> None:
    change = applied(limit_usd="9000.00")
    later, last = applied(period="week"), applied(action="alert")
    undoing = back(change, "undo")
    assert proposed(undoing) == ("2500.00", "month", "block")
    assert undone_with(undoing) == [later, last]


def test_where_nothing_is_left_to_undo_it_says_so() -> None:
    change = applied(limit_usd="9000.00")
    applied(limit_usd="12000.00")
    with pytest.raises(ChangeRefused, match="is left to undo"):
        back(change, "keep")


def test_what_was_put_back_since_hides_nothing() -> None:
    change = applied(limit_usd="9000.00")
    applied(period="week")
    applied(period="month")
    assert overtaken_items(change) == []
    assert proposed(back(change))[0] == "2500.00"


def test_a_draft_of_something_else_undoes_nothing() -> None:
    assert undone_with(draft()) == []
    assert Budget.objects.get(name="organisation").active_version is not None
