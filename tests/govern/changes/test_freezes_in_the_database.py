"""A freeze on a budget is lifted through Govern, and in no other way."""

import uuid

import pytest

from govern.budgets.freezes import lift_freeze
from govern.models import BudgetFreeze
from tests.cast import person
from tests.govern.changes.shell import refused, run

pytestmark = pytest.mark.usefixtures("as_application")


@pytest.fixture
def freeze() -> BudgetFreeze:
    frozen = BudgetFreeze(
        budget_id=uuid.uuid4(), budget_name="all", application="helpdesk", held_nano_usd=1, cost_nano_usd=2
    )
    frozen.save(force_insert=True)
    return frozen


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE govern_budgetfreeze SET lifted_at = now(), lifted_reason = 'x'",
        "UPDATE govern_budgetfreeze SET application = 'nobody'",
        "UPDATE govern_budgetfreeze SET budget_id = gen_random_uuid()",
        "DELETE FROM govern_budgetfreeze",
    ],
)
def test_a_shell_lifts_nothing(freeze: BudgetFreeze, statement: str) -> None:
    assert "freeze" in refused(statement)


def test_a_proof_lifts_one_freeze_once(freeze: BudgetFreeze) -> None:
    lifted = lift_freeze(freeze_id=freeze.pk, reason="Looked at.", by=person("olive"))
    assert lifted.lifted_at is not None
    assert "once" in refused("UPDATE govern_budgetfreeze SET lifted_reason = 'y'")
    assert run("SELECT lifted_reason FROM govern_budgetfreeze") == [("Looked at.",)]
