"""Rolling back, rebasing, and changes that come into force or end by the clock."""

from datetime import timedelta
from time import sleep

import pytest
from django.utils import timezone

from govern.changes import submission
from govern.changes.applying import apply_change, apply_due_changes
from govern.changes.drafts import describe_change, open_change, propose_version
from govern.changes.rebase import moved_items, rebase_change
from govern.changes.refused import ChangeRefused
from govern.changes.rollback import propose_rollback, propose_version_again
from govern.changes.submission import expire_changes, submit_change, withdraw_change
from govern.models import Budget, ChangeRequest, ChangeState, Revision, Version
from govern.policy.bodies import BudgetBody
from tests.cast import person
from tests.govern.changes.changing import applied, approve, body_of, draft, fresh, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("installation")]


def limit(name: str = "organisation") -> str:
    found: str = Budget.objects.get(name=name).body.limit_usd
    return found


def through(change: ChangeRequest) -> ChangeRequest:
    change = submit_change(change=change, by=person("amy"), edition=change.edition)
    return apply_change(change=approve(change, "ben", "cara"), by=person("ben"), second_factor=fresh("ben"))


def test_a_rollback_is_a_change_like_any_other() -> None:
    change = applied()
    back = propose_rollback(change=change, reason="It was too much.", by=person("amy"))
    assert (back.rolls_back, back.state) == (change, ChangeState.DRAFT)
    assert limit() == "9000.00"
    through(back)
    assert limit() == "2500.00"
    first, third = Revision.objects.get(number=1), Revision.objects.get(number=3)
    assert first.sha256 == third.sha256


def test_rolling_back_a_creation_retires_it_and_creating_again_continues_its_numbers() -> None:
    change = open_change(title="New", reason="Needed.", by=person("amy"))
    propose_version(
        change=change, kind="budget", body=BudgetBody(name="new", limit_usd="1"), by=person("amy"), edition=1
    )
    created = through(change)
    through(propose_rollback(change=created, reason="Not needed.", by=person("amy")))
    assert Budget.objects.get(name="new").active_version is None
    change = open_change(title="Again", reason="Needed after all.", by=person("amy"))
    propose_version(
        change=change, kind="budget", body=BudgetBody(name="new", limit_usd="2"), by=person("amy"), edition=1
    )
    through(change)
    assert Budget.objects.get(name="new").active_version.number == 2


def test_an_earlier_version_can_be_proposed_again() -> None:
    applied()
    first = Version.objects.get(object_name="organisation", kind="budget", number=1)
    through(propose_version_again(version=first, reason="It was better.", by=person("amy")))
    assert limit() == "2500.00"
    assert Budget.objects.get(name="organisation").active_version.number == 3


def test_a_change_whose_base_moved_is_rebased_onto_what_is_in_force() -> None:
    mine = draft(period="week")
    applied()
    with pytest.raises(ChangeRefused, match="moved"):
        submit_change(change=mine, by=person("amy"), edition=mine.edition)
    (moved,) = moved_items(mine)
    assert moved.conflicts == []
    mine = rebase_change(change=mine, by=person("amy"), edition=mine.edition)
    body = mine.items.get().body
    assert (body.period, body.limit_usd) == ("week", "9000.00")
    through(mine)
    assert (limit(), Budget.objects.get(name="organisation").body.period) == ("9000.00", "week")


def test_what_both_changed_is_decided_by_a_person() -> None:
    mine = draft(limit_usd="7.00")
    applied()
    with pytest.raises(ChangeRefused, match="limit_usd"):
        rebase_change(change=mine, by=person("amy"), edition=mine.edition)
    mine.refresh_from_db()
    mine = rebase_change(change=mine, by=person("amy"), edition=mine.edition, mine_wins=True)
    through(mine)
    assert limit() == "7.00"


def test_a_scheduled_change_comes_into_force_by_itself() -> None:
    change = draft()
    later = timezone.now() + timedelta(hours=1)
    change = describe_change(
        change=change,
        title="Later",
        reason="At night.",
        effective_at=later,
        apply_by=None,
        by=person("amy"),
        edition=change.edition,
    )
    change = submit_change(change=change, by=person("amy"), edition=change.edition)
    change = approve(change, "ben", "cara")
    assert change.state == ChangeState.SCHEDULED
    with pytest.raises(ChangeRefused, match="later"):
        apply_change(change=change, by=person("ben"), second_factor=fresh("ben"))
    assert apply_due_changes() == 0
    assert limit() == "2500.00"


def due_in(change: ChangeRequest, seconds: float) -> ChangeRequest:
    """Approved by both, with an effective time that is about to come or has just come."""
    soon = timezone.now() + timedelta(seconds=seconds)
    change = describe_change(
        change=change,
        title="Soon",
        reason="At once.",
        effective_at=soon,
        apply_by=None,
        by=person("amy"),
        edition=change.edition,
    )
    return approve(submit_change(change=change, by=person("amy"), edition=change.edition), "ben", "cara")


def test_its_time_comes() -> None:
    change = due_in(draft(), 0.5)
    sleep(0.5)
    assert apply_due_changes() == 1
    change.refresh_from_db()
    assert (change.state, change.applied_by_name, limit()) == (ChangeState.APPLIED, "schedule", "9000.00")


def test_a_scheduled_change_that_cannot_be_applied_goes_back_to_its_author() -> None:
    change = due_in(draft(), 0.5)
    applied(limit_usd="100.00")
    sleep(0.5)
    assert apply_due_changes() == 0
    change.refresh_from_db()
    assert (change.state, limit()) == (ChangeState.CHANGES_REQUESTED, "100.00")


def test_what_nobody_approved_in_time_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    submitted(name="intern-bot", limit_usd="70.00")
    assert expire_changes() == 0
    monkeypatch.setattr(submission, "TO_APPROVE", timedelta(microseconds=1))
    change = submitted()
    assert expire_changes() == 1
    change.refresh_from_db()
    assert change.state == ChangeState.EXPIRED
    with pytest.raises(ChangeRefused):
        approve(change, "ben")


def test_only_an_author_withdraws() -> None:
    change = submitted()
    with pytest.raises(ChangeRefused, match="Only an author"):
        withdraw_change(change=change, by=person("ben"))
    assert withdraw_change(change=change, by=person("amy")).state == ChangeState.WITHDRAWN


def test_what_is_spent_already_bounds_a_budget() -> None:
    from govern.budgets.periods import period_start
    from govern.models import BudgetAccount

    budget = Budget.objects.get(name="organisation")
    BudgetAccount.objects.create(
        budget_id=budget.pk, period_start=period_start("month", timezone.now().timestamp()), settled_nano_usd=50 * 10**9
    )
    with pytest.raises(ChangeRefused, match=r"\$50\.00 is spent"):
        submitted(limit_usd="49.00")
    assert body_of("budget", "organisation").limit_usd == "2500.00"
