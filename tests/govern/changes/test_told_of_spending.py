"""People are told when a budget is being spent: once for each level of a period, and those whom it concerns."""

import time
import uuid
from typing import Any

import pytest
from django.core import mail
from django.db import connection, transaction

from govern.budgets.accounts import lock_statement, locked_balances, write_statement
from govern.budgets.claims import Account
from govern.budgets.periods import period_start
from govern.changes.notifications.sending import send_due
from govern.changes.notifications.spending import levels_of, tell_of_spending
from govern.models import Budget, Notification, Person
from govern.policy.bodies import BudgetBody
from tests.govern.changes.changing import applied

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("addresses")]
NANO_USD = 10**9


@pytest.fixture
def addresses(installation: None, settings: Any) -> None:
    """Everybody of the cast has an address, and e-mail is set up."""
    settings.EMAIL_IS_CONFIGURED = True
    for someone in Person.objects.all():
        someone.email = f"{someone.username}@example.com"
        someone.save()


def spend(name: str, share: float) -> None:
    """A budget's current period is spent to a share of its limit."""
    budget = Budget.objects.get(name=name)
    account = Account(uuid.UUID(str(budget.pk)), period_start(budget.body.period, time.time()))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(lock_statement([account], open=True))
        balances, session = locked_balances(cursor.fetchall())
        balances[account].settled = round(share * float(budget.body.limit_usd) * NANO_USD)
        cursor.execute(write_statement(balances, session))


def told() -> list[tuple[str, str]]:
    """(who, level) of every message about spending."""
    found = Notification.objects.filter(event="budget.spent").order_by("created_at", "address")
    return [(message.address.partition("@")[0], message.facts["level"]) for message in found]


def test_nobody_is_told_below_the_first_level() -> None:
    spend("organisation", 0.79)
    assert tell_of_spending(time.time()) == 0
    assert told() == []


def test_an_officer_is_told_once_of_each_level() -> None:
    spend("organisation", 0.81)
    for _ in range(3):
        tell_of_spending(time.time())
    assert told() == [("olive", "80%")]
    spend("organisation", 1.0)
    for _ in range(3):
        tell_of_spending(time.time())
    assert told() == [("olive", "80%"), ("olive", "100%")]


def test_a_raised_limit_is_a_new_matter() -> None:
    spend("organisation", 1.0)
    tell_of_spending(time.time())
    applied("budget", "organisation", limit_usd="9000.00")
    spend("organisation", 0.9)
    tell_of_spending(time.time())
    assert told() == [("olive", "100%"), ("olive", "80%")]


def test_the_message_names_the_budget_and_what_happens_next() -> None:
    spend("organisation", 0.81)
    tell_of_spending(time.time())
    send_due()
    (sent,) = mail.outbox
    assert sent.subject.startswith("Budget organisation: 81 % of ")
    assert "People are told at 80%." in sent.body
    assert "/admin/govern/budget/" in sent.body


def test_webhooks_hear_of_it_even_where_no_e_mail_is_set_up(settings: Any) -> None:
    settings.EMAIL_IS_CONFIGURED = False
    settings.GOVERN_WEBHOOK_URLS = ["http://127.0.0.1:9/hook"]
    spend("organisation", 0.81)
    tell_of_spending(time.time())
    assert Notification.objects.get(event="budget.spent").channel == Notification.Channel.WEBHOOK


@pytest.mark.parametrize(
    ("action", "alert_at", "levels"),
    [("block", (0.8, 1.0), (0.8, 1.0)), ("block", (), ()), ("alert", (), (1.0,)), ("alert", (0.5,), (0.5, 1.0))],
)
def test_a_budget_that_refuses_nothing_always_tells_of_its_end(action: Any, alert_at: Any, levels: Any) -> None:
    assert levels_of(BudgetBody(name="b", limit_usd="1", action=action, alert_at=alert_at)) == levels
