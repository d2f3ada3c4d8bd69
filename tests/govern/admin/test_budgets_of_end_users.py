"""The page of a budget that gives each end user a limit shows who is nearest theirs."""

import time
import uuid
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.trail.end_users import end_user_mark
from govern.budgets.periods import period_start
from govern.models import Budget, BudgetAccount, EndUserAccount
from tests.cast import person
from tests.factories.changes import apply, new_body, propose, submit
from tests.govern.admin.pages import page_of


@pytest.fixture
def budget(installed: None) -> Budget:
    for name in ("amy", "ben", "cara", "olive"):
        person(name)
    body = new_body("budget", name="each", period="month", limit_usd="2.00", per_end_user=True)
    apply(submit(propose("Each has a limit", "It is fair.", ("budget", body))))
    return Budget.objects.get(name="each")


def spend(budget: Budget, who: str, dollars: float, *, by: str = "token") -> None:
    account = uuid.uuid4()
    EndUserAccount.objects.create(account_id=account, budget_id=budget.pk, who=who, by=by)
    BudgetAccount.objects.create(
        budget_id=account, period_start=period_start("month", time.time()), settled_nano_usd=round(dollars * 1e9)
    )


def test_who_is_nearest_comes_first(signed_in: Callable[[str], Client], budget: Budget) -> None:
    for number in range(30):
        spend(budget, f"person-{number:02}", number / 20, by="proxy" if number % 2 else "token")
    text = signed_in("olive").get(page_of(budget)).content.decode()
    assert text.index("person-29") < text.index("person-28") < text.index("person-20")
    assert "person-19" not in text
    assert "by a trusted proxy" in text
    assert "?end_user=person-29" in text


def test_somebody_is_found_by_id_and_by_mark(signed_in: Callable[[str], Client], budget: Budget) -> None:
    for number in range(30):
        spend(budget, f"person-{number:02}", number / 20)
    spend(budget, end_user_mark("jane@example.com"), 0.01)
    olive = signed_in("olive")
    assert "person-03" in olive.get(f"{page_of(budget)}?end_user=person-03").content.decode()
    assert end_user_mark("jane@example.com") in olive.get(
        f"{page_of(budget)}?end_user=jane@example.com"
    ).content.decode().replace("%40", "@")
    assert "Nobody of this id" in olive.get(f"{page_of(budget)}?end_user=person-0").content.decode()
    for odd in ("%00", "%ED%A0%80", "x" * 5_000, "%27%22<script>"):
        assert olive.get(f"{page_of(budget)}?end_user={odd}").status_code == 200, odd


def test_another_period_and_another_budget_are_left_out(signed_in: Callable[[str], Client], budget: Budget) -> None:
    account = uuid.uuid4()
    EndUserAccount.objects.create(account_id=account, budget_id=budget.pk, who="long-ago", by="token")
    BudgetAccount.objects.create(budget_id=account, period_start="2001-01-01", settled_nano_usd=1)
    spend(Budget.objects.exclude(pk=budget.pk)[0], "elsewhere", 1.0)
    text = signed_in("olive").get(page_of(budget)).content.decode()
    assert "long-ago" not in text
    assert "elsewhere" not in text
    assert "No verified end user has spent anything" in text


def test_the_page_asks_as_much_for_many_as_for_few(signed_in: Callable[[str], Client], budget: Budget) -> None:
    olive = signed_in("olive")
    spend(budget, "one", 1.0)
    olive.get(page_of(budget))
    with CaptureQueriesContext(connection) as few:
        olive.get(page_of(budget))
    for number in range(40):
        spend(budget, f"person-{number}", 1.0)
    with CaptureQueriesContext(connection) as many:
        olive.get(page_of(budget))
    assert len(few) == len(many)
