"""A change comes into force by two people, or not at all."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import Error, connection, transaction
from django.utils import timezone

from govern.changes.applying import apply_change
from govern.changes.approvals import requirements
from govern.changes.drafts import open_change, propose_version
from govern.changes.refused import ChangeRefused
from govern.changes.reviewing import review_change
from govern.changes.revisions import manifest_in_force
from govern.changes.submission import ChecksFailed, reopen_change, submit_change
from govern.models import Budget, ChangeState, Revision, Version
from tests.cast import person
from tests.govern.changes.changing import applied, approve, body_of, draft, fresh, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("installation")]


def test_a_change_comes_into_force_with_a_new_version_and_a_signed_revision() -> None:
    change = applied()
    budget = Budget.objects.get(name="organisation")
    assert budget.body.limit_usd == "9000.00"
    assert (change.state, change.revision.number) == (ChangeState.APPLIED, 2)
    newest = Revision.objects.get(number=2)
    assert newest.entries == manifest_in_force()
    version = Version.objects.get(pk=budget.active_version_id)
    assert (version.number, version.author_name) == (2, "amy")


def test_raising_a_budget_is_a_high_risk() -> None:
    assert submitted().risk == "high"
    assert submitted(limit_usd="100.00").risk == "low"


def test_nobody_approves_what_they_requested() -> None:
    change = submitted(by=person("olive"), limit_usd="100.00")
    with pytest.raises(ChangeRefused, match="somebody else"):
        approve(change, "olive")


def test_nobody_approves_what_they_wrote_a_part_of() -> None:
    change = draft(limit_usd="100.00")
    olive = person("olive")
    propose_version(
        change=change,
        kind="budget",
        body=body_of("budget", "organisation", limit_usd="90.00"),
        by=olive,
        edition=change.edition,
    )
    propose_version(
        change=change,
        kind="budget",
        body=body_of("budget", "organisation", limit_usd="80.00"),
        by=person("amy"),
        edition=change.edition,
    )
    change = submit_change(change=change, by=person("amy"), edition=change.edition)
    with pytest.raises(ChangeRefused, match="somebody else"):
        approve(change, "olive")


def test_one_approval_is_not_two() -> None:
    change = approve(submitted(), "ben")
    assert change.state == ChangeState.IN_REVIEW
    with pytest.raises(ChangeRefused):
        apply_change(change=change, by=person("ben"), second_factor=fresh("ben"))
    with pytest.raises(ChangeRefused, match="this cannot be done"):
        apply_change(change=approve(change, "ben"), by=person("ben"), second_factor=fresh("ben"))


def test_an_edit_makes_approvals_stale() -> None:
    change = approve(submitted(), "ben", "cara")
    seen = change.content_digest
    change = reopen_change(change=change, by=person("amy"))
    propose_version(
        change=change,
        kind="budget",
        body=body_of("budget", "organisation", limit_usd="9999.00"),
        by=person("amy"),
        edition=change.edition,
    )
    change = submit_change(change=change, by=person("amy"), edition=change.edition)
    assert change.content_digest != seen
    with pytest.raises(ChangeRefused, match="edited since"):
        review_change(change=change, by=person("ben"), verdict="approve", digest=seen, second_factor=fresh("ben"))
    assert approve(change, "ben").state == ChangeState.IN_REVIEW


def test_an_approver_who_lost_the_role_counts_no_more() -> None:
    change = approve(submitted(), "ben", "cara")
    person("cara").groups.clear()
    with pytest.raises(ChangeRefused, match="1 of 2"):
        apply_change(change=change, by=person("ben"), second_factor=fresh("ben"))


def test_the_database_counts_for_itself() -> None:
    change = approve(submitted(), "ben", "cara")
    person("cara").is_active = False
    type(change.requested_by).objects.filter(username="cara").update(is_active=False)
    with pytest.raises(Error, match="1 count"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT govern_apply_change(%s, '{}', 'eve')", [change.pk])


def test_applying_twice_applies_once() -> None:
    change = applied()
    assert apply_change(change=change, by=person("cara"), second_factor=fresh("cara")).revision_id == 2
    assert Revision.objects.count() == 2


def test_a_base_that_moved_is_a_conflict() -> None:
    first, second = approve(submitted(), "ben", "cara"), approve(submitted(limit_usd="8000.00"), "ben", "cara")
    apply_change(change=first, by=person("ben"), second_factor=fresh("ben"))
    with pytest.raises(ChangeRefused, match="moved") as refused:
        apply_change(change=second, by=person("ben"), second_factor=fresh("ben"))
    assert refused.value.code == "conflict"


def test_everything_wrong_is_told_at_once() -> None:
    change = open_change(title="Wrong", reason=" ", by=person("amy"))
    body: Any = body_of("routing_policy", "default")
    rules = (body.rules[-1], *body.rules[:-1])
    propose_version(
        change=change, kind="routing_policy", body=type(body)(name="default", rules=rules), by=person("amy"), edition=1
    )
    with pytest.raises(ChecksFailed) as refused:
        submit_change(change=change, by=person("amy"), edition=change.edition)
    said = str(refused.value)
    assert "Say why" in said
    assert "can never match" in said
    assert "the last rule must match every call" in said


def test_two_editors_do_not_overwrite_each_other() -> None:
    change = draft()
    with pytest.raises(ChangeRefused, match="edited") as refused:
        propose_version(
            change=change, kind="budget", body=body_of("budget", "organisation"), by=person("olive"), edition=1
        )
    assert refused.value.code == "stale_edition"


def test_a_rule_that_was_changed_in_between_holds() -> None:
    change = approve(submitted(), "ben", "cara")
    stricter = body_of("approval_rule", "risky-changes", quorum=3, groups=("approver", "compliance_officer"))
    rules = open_change(title="Three", reason="An auditor asked for it.", by=person("amy"))
    propose_version(change=rules, kind="approval_rule", body=stricter, by=person("amy"), edition=1)
    rules = submit_change(change=rules, by=person("amy"), edition=rules.edition)
    apply_change(change=approve(rules, "ben", "cara"), by=person("ben"), second_factor=fresh("ben"))
    with pytest.raises(ChangeRefused, match="2 of 3"):
        apply_change(change=change, by=person("ben"), second_factor=fresh("ben"))
    apply_change(change=approve(change, "olive"), by=person("ben"), second_factor=fresh("ben"))


def test_where_no_rule_speaks_two_approvers_are_needed() -> None:
    """No rule of the sample speaks of exemptions at low risk, as when one ends."""
    assert [(r.rule, r.quorum, r.groups) for r in requirements(["exemption"], "low")] == [("", 2, ("approver",))]


def test_a_superuser_does_not_approve_without_the_role_nor_their_own() -> None:
    eve = person("eve")
    type(eve).objects.filter(pk=eve.pk).update(is_superuser=True)
    with pytest.raises(ChangeRefused, match="would not count"):
        approve(submitted(), "eve")
    eve.refresh_from_db()
    with pytest.raises(ChangeRefused, match="somebody else"):
        approve(submitted(by=eve), "eve")


def test_who_objects_last_is_heard() -> None:
    change = approve(submitted(), "ben", "cara")
    change = review_change(
        change=change,
        by=person("ben"),
        verdict="request_changes",
        reason="On reflection, too much.",
        digest=change.content_digest,
        second_factor=fresh("ben"),
    )
    assert change.state == ChangeState.CHANGES_REQUESTED
    with pytest.raises(ChangeRefused):
        apply_change(change=change, by=person("cara"), second_factor=fresh("cara"))


def test_what_was_rejected_stays_rejected() -> None:
    change = submitted()
    review = {"change": change, "verdict": "reject", "digest": change.content_digest, "second_factor": fresh("ben")}
    with pytest.raises(ChangeRefused, match="Say why"):
        review_change(**review, by=person("ben"))
    assert review_change(**review, by=person("ben"), reason="No.").state == ChangeState.REJECTED
    with pytest.raises(ChangeRefused):
        approve(change, "cara")
    with pytest.raises(ChangeRefused):
        submit_change(change=change, by=person("amy"), edition=change.edition)


def test_a_second_factor_must_be_ones_own_and_must_have_been_used() -> None:
    change = submitted()
    review = {"change": change, "by": person("ben"), "verdict": "approve", "digest": change.content_digest}
    with pytest.raises(ChangeRefused, match="second factor"):
        review_change(**review, second_factor=fresh("cara"))
    claimed = fresh("ben")
    with pytest.raises(ChangeRefused, match="second factor"):
        review_change(**review, second_factor=replace(claimed, at=timezone.now() - timedelta(minutes=6)))
    Authenticator.objects.filter(user=person("ben")).update(last_used_at=None)
    with pytest.raises(ChangeRefused, match="second factor"):
        review_change(**review, second_factor=claimed)
    assert not change.reviews.exists()
