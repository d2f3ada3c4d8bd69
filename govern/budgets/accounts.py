"""The accounts of budgets, read and written back by Govern's word alone.

The application's role cannot write them itself: `govern_write_accounts` (`govern/guarantees/budgets.sql`) asks for a proof over the
session, the version of every account that is written over, and its new balance. A version is written over once, so that a proof that
somebody saw moves nothing again; and whoever decided on a balance that has changed since writes nothing at all.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from govern.budgets.claims import Account
from govern.identity.keyring import keyring


class Balance:
    """One account while it is decided. ceiling: the limit that a reservation was admitted under."""

    __slots__ = ("ceiling", "freezes", "frozen", "reserved", "settled", "version")

    def __init__(
        self, version: int, settled: int, reserved: int, frozen: Iterable[str] = (), freezes: str = ""
    ) -> None:
        self.version = version
        self.settled = settled
        self.reserved = reserved
        self.frozen = set(frozen)
        """Applications that may not spend from it."""
        self.freezes = freezes
        """The freezes that say so, in one text."""
        self.ceiling: int | None = None

    def settle(self, held_nano_usd: int, cost_nano_usd: int) -> None:
        """The end of a hold."""
        self.reserved = max(0, self.reserved - held_nano_usd)
        self.settled += cost_nano_usd


def lock_statement(accounts: Sequence[Account], *, open: bool) -> str:
    """Locks the accounts, in one order everywhere. Its rows are for `locked_balances`. open: accounts that do not exist yet are made."""
    ids = _array([account.budget_id for account in accounts])
    starts = _array([account.period_start for account in accounts])
    return f"SELECT * FROM govern_lock_accounts('{ids}', '{starts}', {open})"


def locked_balances(rows: Iterable[tuple[Any, ...]]) -> tuple[dict[Account, Balance], int]:
    """The balances by account, and the number of the database's session that holds them."""
    found, session = {}, 0
    for budget_id, start, version, settled, reserved, frozen, freezes, session_of_row in rows:
        found[Account(budget_id, start)] = Balance(version, settled, reserved, frozen, freezes)
        session = session_of_row  # the same in every row
    return found, session


def write_statement(balances: Mapping[Account, Balance], session: int, *, locked: bool = True) -> str:
    """Writes the balances over the versions that they were decided on, proven for the session that runs it.

    Without a lock on them, PostgreSQL refuses it with `serialization_failure` where one has been written since, or stands under other
    freezes.
    """
    decided = balances.values()
    columns = [
        _array([account.budget_id for account in balances]),
        _array([account.period_start for account in balances]),
        _array([balance.version for balance in decided]),
        _array([balance.settled for balance in decided]),
        _array([balance.reserved for balance in decided]),
        _array([balance.ceiling for balance in decided]),
    ]
    proof = keyring().prove("\n".join(("govern/accounts", str(session), *columns)))
    freezes = _array([None if locked else f'"{balance.freezes}"' for balance in decided])
    stamps = _array(
        [
            account_stamp(*account, balance.version + 1, balance.settled, balance.reserved)
            for account, balance in balances.items()
        ]
    )
    return "SELECT govern_write_accounts('" + "', '".join((*columns, freezes, stamps, proof)) + "')"


STAMPED = (
    r"concat_ws(E'\n', 'govern/account', budget_id, to_char(period_start, 'YYYY-MM-DD'), version, settled_nano_usd,"
    " reserved_nano_usd)"
)
"""What `account_stamp` stamps, of a row of the table, in SQL."""


def account_stamp(
    budget_id: UUID, period_start: date, version: int, settled_nano_usd: int, reserved_nano_usd: int
) -> str:
    """The stamp of a balance, whose key is not in the database: whoever else writes one is found by drift."""
    return keyring().stamp(
        f"govern/account\n{budget_id}\n{period_start}\n{version}\n{settled_nano_usd}\n{reserved_nano_usd}"
    )


def _array(values: Sequence[object]) -> str:
    """As PostgreSQL writes an array of identifiers, days or numbers."""
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"
