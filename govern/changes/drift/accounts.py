"""Budget accounts whose balance is not the one that Govern wrote last. A balance and its evidence are written in one transaction."""

from hmac import compare_digest

from govern.budgets.accounts import account_stamp
from govern.models import BudgetAccount


def changed_accounts() -> list[str]:
    """`account/BUDGET/PERIOD` of accounts that somebody else opened or changed."""
    rows = BudgetAccount.objects.values_list(
        "budget_id", "period_start", "settled_nano_usd", "reserved_nano_usd", "stamp"
    )
    return sorted(
        f"account/{budget}/{start}"
        for budget, start, settled, reserved, stamp in rows.iterator()
        if not compare_digest(account_stamp(budget, start, settled, reserved), stamp)
    )
