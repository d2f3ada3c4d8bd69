"""The end users of a budget that gives each a limit, by what they have spent."""

import time
from typing import Any, NamedTuple

from django.db.models import F

from audit.trail.end_users import end_user_marks
from govern.budgets.balances import Balance
from govern.budgets.periods import period_start
from govern.models import Budget, BudgetAccount, EndUserAccount
from routing.money import nano_usd


class Spender(NamedTuple):
    """An end user in the current period: as the trail names them, and by whose word."""

    who: str
    by: str
    balance: Balance


def nearest_their_limit(budget: Budget, *, sought: str, limit: int) -> list[Spender]:
    """Who has spent or reserved the most, the most first; of those whose id or mark is `sought`, where something is."""
    users = EndUserAccount.objects.filter(budget_id=budget.pk)
    if sought:
        users = users.filter(who__in=end_user_marks(sought))
    start = period_start(budget.body.period, time.time())
    accounts: Any = BudgetAccount.objects.filter(period_start=start, budget_id__in=users.values("account_id"))
    taken = F("settled_nano_usd") + F("reserved_nano_usd")
    found = list(accounts.order_by(taken.desc(), "budget_id")[:limit])
    named = EndUserAccount.objects.in_bulk([account.budget_id for account in found])
    most = nano_usd(budget.body.limit_usd)
    return [
        Spender(user.who, user.by, Balance(account.settled_nano_usd, account.reserved_nano_usd, most))
        for account in found
        if (user := named.get(account.budget_id)) is not None
    ]
