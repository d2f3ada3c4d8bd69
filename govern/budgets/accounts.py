"""The accounts of budgets, locked and written back in one transaction.

The application's role cannot write them itself: `govern_write_accounts` (`govern/guarantees/budgets.sql`) asks for a proof
over the transaction's number and every new balance.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from govern.budgets.claims import Account
from govern.identity.keyring import keyring

LOCK = "SELECT * FROM govern_lock_accounts(%s::uuid[], %s::date[], %s)"
"""Parameters: `lock_parameters`. Rows: budget, period, settled, reserved, number of the transaction, frozen applications."""
WRITE = "SELECT govern_write_accounts(%s::uuid[], %s::date[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s)"
"""Parameters: `write_parameters`."""


class Balance:
    """One account while it is decided. ceiling: the limit that a reservation was admitted under."""

    __slots__ = ("ceiling", "frozen", "reserved", "settled")

    def __init__(self, settled: int, reserved: int, frozen: Iterable[str] = ()) -> None:
        self.frozen = set(frozen)
        """Applications that may not spend from it."""
        self.settled = settled
        self.reserved = reserved
        self.ceiling: int | None = None

    def settle(self, held_nano_usd: int, cost_nano_usd: int) -> None:
        """The end of a hold."""
        self.reserved = max(0, self.reserved - held_nano_usd)
        self.settled += cost_nano_usd


def lock_parameters(accounts: Sequence[Account], *, open: bool) -> list[Any]:
    """open: accounts that do not exist yet are made."""
    return [[account.budget_id for account in accounts], [account.period_start for account in accounts], open]


def locked_balances(rows: Iterable[tuple[Any, ...]]) -> tuple[dict[Account, Balance], str]:
    """The balances by account, and the number of the transaction that holds them."""
    found, transaction = {}, ""
    for budget_id, start, settled, reserved, transaction, frozen in rows:  # noqa: B007 (the same in every row)
        found[Account(budget_id, start)] = Balance(settled, reserved, frozen or ())
    return found, transaction


def write_parameters(balances: Mapping[Account, Balance], transaction: str) -> list[Any]:
    """What is written back, proven."""
    columns: list[list[Any]] = [
        [account.budget_id for account in balances],
        [account.period_start for account in balances],
        [balance.settled for balance in balances.values()],
        [balance.reserved for balance in balances.values()],
        [balance.ceiling for balance in balances.values()],
    ]
    text = "\n".join(("govern/accounts", transaction, *map(_array, columns)))
    stamps = [
        account_stamp(account.budget_id, account.period_start, balance.settled, balance.reserved)
        for account, balance in balances.items()
    ]
    return [*columns, stamps, keyring().prove(text)]


STAMPED = r"""concat_ws(E'\n', 'govern/account', budget_id, to_char(period_start, 'YYYY-MM-DD'), settled_nano_usd, reserved_nano_usd)"""
"""What `account_stamp` stamps, of a row of the table, in SQL."""


def account_stamp(budget_id: UUID, period_start: date, settled_nano_usd: int, reserved_nano_usd: int) -> str:
    """The stamp of a balance, whose key is not in the database: whoever else writes one is found by drift."""
    return keyring().stamp(f"govern/account\n{budget_id}\n{period_start}\n{settled_nano_usd}\n{reserved_nano_usd}")


def _array(values: Sequence[object]) -> str:
    """As PostgreSQL writes an array of identifiers, days or numbers."""
    return "{" + ",".join("NULL" if value is None else str(value) for value in values) + "}"
