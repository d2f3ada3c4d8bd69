"""A limit that each end user has is replayed for each of them."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from govern.budgets.periods import period_start
from govern.changes.simulation import running
from govern.models import Budget, BudgetAccount, EndUserAccount
from tests.cast import person
from tests.factories.installation import install_sample
from tests.govern.changes.changing import submitted
from tests.govern.changes.replaying import call, simulated

ISSUER = "https://login.example.com"
EACH = {"limit_usd": "0.10", "period": "total", "per_end_user": True}


@pytest.fixture(autouse=True)
def _installation(db: None) -> None:
    install_sample()
    for name in ("amy", "ben", "cara", "dan", "olive"):
        person(name)


def called(who: str | None, times: int, *, verified: bool = True) -> None:
    """Calls of somebody, of which three fit into the limit."""
    said: dict[str, Any] | None = None
    if who is not None:
        said = {"id": who, "verified": verified, "by": "token" if verified else "claimed"}
        said |= {"issuer": ISSUER} if verified else {}
    for number in range(times):
        at = timezone.now() - timedelta(hours=2, minutes=times - number)
        call(application="intern-bot", task="coding", tokens=(1_000, 1_000), at=at, end_user=said)


def refused(**fields: Any) -> tuple[int, int]:
    (budget,) = simulated(submitted("budget", "intern-bot", **fields)).budgets
    return budget.refused_before, budget.refused_after


def test_each_has_the_whole_limit() -> None:
    called("jane", 3)
    called("june", 3)
    assert refused(**EACH) == (0, 0)


def test_who_spends_more_is_refused_and_nobody_else() -> None:
    called("jane", 5)
    called("june", 2)
    assert refused(**EACH) == (0, 2)


def test_all_who_only_claim_a_name_share_one_limit() -> None:
    called("jane", 2, verified=False)
    called("june", 2, verified=False)
    called(None, 2)
    assert refused(**EACH) == (0, 3)


def test_one_limit_for_all_refuses_what_each_could_spend() -> None:
    called("jane", 3)
    called("june", 3)
    assert refused(limit_usd="0.10", period="total") == (0, 3)


def test_what_somebody_spent_before_the_replayed_days_counts_for_them_alone() -> None:
    budget = Budget.objects.get(name="intern-bot")
    account = uuid.uuid4()
    start = period_start("total", timezone.now().timestamp())
    EndUserAccount.objects.create(account_id=account, budget_id=budget.pk, who="jane", by="token", issuer=ISSUER)
    BudgetAccount.objects.create(budget_id=account, period_start=start, settled_nano_usd=900_000_000)
    called("jane", 2)
    called("june", 2)
    assert refused(**{**EACH, "limit_usd": "0.90"}) == (0, 2)


def test_of_a_sample_it_is_said_that_it_is_a_guess(monkeypatch: pytest.MonkeyPatch) -> None:
    called("jane", 5)
    monkeypatch.setattr(running, "MOST_CALLS", 3)
    report = simulated(submitted("budget", "intern-bot", **EACH))
    assert report.guessed_of_each == ("intern-bot",)


def test_of_all_calls_nothing_is_a_guess() -> None:
    called("jane", 5)
    assert simulated(submitted("budget", "intern-bot", **EACH)).guessed_of_each == ()
