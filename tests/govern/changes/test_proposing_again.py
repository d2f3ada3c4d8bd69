"""What was rejected, withdrawn or lapsed is not lost: it is proposed again with its values."""

import pytest

from govern.changes.again import ENDED, propose_again
from govern.changes.drafts import open_change, propose_retirement, propose_version
from govern.changes.rebase import moved_items
from govern.changes.refused import ChangeRefused
from govern.changes.reviewing import review_change
from govern.changes.secrets import seal_secret
from govern.changes.submission import submit_change, withdraw_change
from govern.models import ChangeRequest
from govern.policy.bodies import CredentialBody
from tests.cast import person
from tests.govern.changes.changing import applied, draft, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("installation")]


def rejected(change: ChangeRequest) -> ChangeRequest:
    return review_change(
        change=change,
        by=person("ben"),
        verdict="reject",
        digest=change.content_digest,
        second_factor=None,
        reason="No.",
    )


def test_a_rejected_change_becomes_a_draft_with_its_values() -> None:
    change = rejected(submitted(limit_usd="9000.00"))
    again = propose_again(change=change, by=person("olive"))
    assert (again.title, again.reason, again.state) == (change.title, change.reason, "draft")
    assert again.number > change.number
    item = again.items.get()
    assert (item.body.limit_usd, item.author, item.version) == ("9000.00", person("olive"), None)
    assert [author.person.username for author in again.authors.all()] == ["olive"]
    assert str(change) in again.comments.get().text
    submit_change(change=again, by=person("olive"), edition=again.edition)


def test_what_came_into_force_since_is_not_undone_unnoticed() -> None:
    change = submitted(limit_usd="9000.00")
    withdraw_change(change=change, by=person("amy"), reason="Not now.")
    applied(period="week")
    change.refresh_from_db()
    again = propose_again(change=change, by=person("amy"))
    (moved,) = moved_items(again)
    assert sorted(row.place for row in moved.rows) == ["limit_usd", "period"]


def test_retirements_come_along_and_secrets_do_not() -> None:
    amy = person("amy")
    change = open_change(title="Both", reason="Because.", by=amy)
    propose_retirement(change=change, kind="budget", name="intern-bot", by=amy, edition=1)
    sealed = seal_secret(credential="main", secret="a-secret-that-is-long-enough")
    body = CredentialBody(name="main", provider="simulated")
    propose_version(change=change, kind="provider_credential", body=body, by=amy, edition=2, secret=sealed)
    withdraw_change(change=change, by=amy, reason="")
    change.refresh_from_db()
    again = propose_again(change=change, by=amy)
    assert [(item.action, item.secret) for item in again.items.all()] == [("retire", None), ("create", None)]


@pytest.mark.parametrize("make", [draft, submitted, applied])
def test_what_has_not_ended_is_edited_instead(make: object) -> None:
    change = make()  # type: ignore[operator]
    assert change.state not in ENDED
    with pytest.raises(ChangeRefused, match="edit this one"):
        propose_again(change=change, by=person("amy"))
