"""How much of a budget is spent and reserved in its current period."""

import time
import uuid
from collections.abc import Iterable
from typing import NamedTuple

from govern.budgets.periods import period_start
from govern.models import Budget, BudgetAccount
from routing.money import nano_usd


class Balance(NamedTuple):
    """A budget in its current period."""

    settled_nano_usd: int
    reserved_nano_usd: int
    limit_nano_usd: int

    @property
    def left_nano_usd(self) -> int:
        """What may still be spent."""
        return max(0, self.limit_nano_usd - self.settled_nano_usd - self.reserved_nano_usd)

    @property
    def used(self) -> float:
        """The share that is spent or reserved; above 1 once an alerting budget is exceeded."""
        taken = self.settled_nano_usd + self.reserved_nano_usd
        return taken / self.limit_nano_usd if self.limit_nano_usd else float(taken > 0)

    @property
    def settled_percent(self) -> float:
        """The width of what is spent in a bar."""
        return min(100.0, 100 * self.settled_nano_usd / self.limit_nano_usd) if self.limit_nano_usd else 0.0

    @property
    def reserved_percent(self) -> float:
        """The width of what is reserved in a bar."""
        if not self.limit_nano_usd:
            return 0.0
        return min(100.0 - self.settled_percent, 100 * self.reserved_nano_usd / self.limit_nano_usd)

    @property
    def tone(self) -> str:
        """How near the limit is."""
        return "bad" if self.used >= 1 else "warn" if self.used >= 0.8 else "ok"


def balances(budgets: Iterable[Budget]) -> dict[uuid.UUID, Balance]:
    """The balance of each budget in force, by its id. One query, however many there are."""
    now = time.time()
    wanted = {budget.pk: period_start(budget.body.period, now) for budget in budgets if budget.active_version}
    limits = {budget.pk: nano_usd(budget.body.limit_usd) for budget in budgets if budget.active_version}
    accounts = BudgetAccount.objects.filter(budget_id__in=wanted, period_start__in=set(wanted.values()))
    taken = {
        account.budget_id: (account.settled_nano_usd, account.reserved_nano_usd)
        for account in accounts
        if wanted[account.budget_id] == account.period_start
    }
    return {key: Balance(*taken.get(key, (0, 0)), limits[key]) for key in wanted}
