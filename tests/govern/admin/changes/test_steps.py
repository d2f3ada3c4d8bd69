"""The row of steps, in every state."""

import pytest
from django.utils import timezone

from govern.admin.changes.steps import steps
from govern.models import ChangeRequest, ChangeState, ChangeTransition

WAYS = [
    (["draft"], "now:Draft ahead:In review ahead:Approved ahead:Applied"),
    (["draft", "in_review"], "done:Draft now:In review ahead:Approved ahead:Applied"),
    (["draft", "in_review", "changes_requested"], "done:Draft done:In review now:Changes requested ahead:Approved ahead:Applied"),
    (["draft", "in_review", "rejected"], "done:Draft done:In review now:Rejected"),
    (["draft", "withdrawn"], "done:Draft now:Withdrawn"),
    (["draft", "in_review", "approved", "expired"], "done:Draft done:In review done:Approved now:Expired"),
    (["draft", "in_review", "approved", "applied"], "done:Draft done:In review done:Approved done:Applied"),
    (["draft", "in_review", "approved", "scheduled"], "done:Draft done:In review done:Approved now:Scheduled ahead:Applied"),
]  # fmt: skip
EMERGENCIES = [
    (["draft", "emergency"], "done:Draft now:In force, not ratified ahead:Ratified"),
    (["draft", "emergency", "applied"], "done:Draft done:In force, not ratified done:Ratified"),
    (["draft", "emergency", "reverted"], "done:Draft done:In force, not ratified now:Reverted"),
]


def told(states: list[str], **fields: object) -> str:
    change = ChangeRequest(state=ChangeState(states[-1]), **fields)
    passed = [ChangeTransition(after=state, actor="amy", at=timezone.now()) for state in states]
    return " ".join(f"{step.status}:{step.word.label}" for step in steps(change, passed))


@pytest.mark.parametrize(("states", "row"), WAYS)
def test_the_usual_way(states: list[str], row: str) -> None:
    assert told(states) == row


@pytest.mark.parametrize(("states", "row"), EMERGENCIES)
def test_breaking_the_glass(states: list[str], row: str) -> None:
    assert told(states, mode=ChangeRequest.Mode.EMERGENCY) == row
