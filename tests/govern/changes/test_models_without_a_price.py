"""A model without a price under a budget that blocks is warned of: every call of it would be refused."""

import pytest

from govern.changes.check import Check
from govern.changes.checks import run_checks
from govern.changes.drafts import open_change, propose_version
from govern.models import ChangeRequest
from govern.policy.bodies import BudgetBody
from tests.cast import person
from tests.govern.changes.changing import applied, body_of, draft

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("installation")]


def warnings(change: ChangeRequest) -> list[Check]:
    return [check for check in run_checks(change) if check.code == "price"]


def unpriced() -> ChangeRequest:
    return draft("catalog_model", "gpt-5.4", usd_per_1k=None)


def test_a_model_that_loses_its_price_is_warned_of_with_the_budgets() -> None:
    (warning,) = warnings(unpriced())
    assert (warning.passed, warning.blocks, warning.place) == (False, False, "catalog_model/gpt-5.4.usd_per_1k")
    assert "organisation" in warning.message


def test_a_model_with_a_price_is_not() -> None:
    assert warnings(draft("catalog_model", "gpt-5.4", notes="Ours.")) == []


def test_a_budget_that_only_tells_refuses_nothing() -> None:
    change = unpriced()
    propose_version(
        change=change,
        kind="budget",
        body=body_of("budget", "organisation", action="alert"),
        by=person("amy"),
        edition=change.edition,
    )
    (warning,) = warnings(change)
    assert "organisation" not in warning.message


def test_a_new_budget_over_models_without_one_is_warned_of_and_one_that_only_rises_is_not() -> None:
    applied("catalog_model", "gpt-5.4", usd_per_1k=None)
    assert warnings(draft("budget", "organisation", limit_usd="9999.00")) == []
    change = open_change(title="Less", reason="Enough.", by=person("amy"))
    body = BudgetBody(name="new", limit_usd="100.00")
    propose_version(change=change, kind="budget", body=body, by=person("amy"), edition=change.edition)
    assert "catalog_model/gpt-5.4.usd_per_1k" in [warning.place for warning in warnings(change)]
