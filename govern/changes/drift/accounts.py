"""Budget accounts whose balance is not the one that Govern wrote last. A balance and its evidence are written in one transaction.

There may be one for each end user of each budget, so that a check reads those that were written since the one before it, by the number of
the transaction that wrote them (`xmin`), which PostgreSQL alone sets. How far the checks have come is in this process's memory, where no
writer of the database can move it; a process that starts reads them all, and all are read again once in a while.
"""

import time
from dataclasses import dataclass, field
from hmac import compare_digest

from django.db import connection

from govern.budgets.accounts import STAMPED
from govern.identity.keyring import keyring

ALL_EVERY_S = 3600.0
"""When what no check has reason to read is read again."""
_OLDEST_RUNNING = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
_ROWS = f"SELECT budget_id || '/' || to_char(period_start, 'YYYY-MM-DD'), {STAMPED}, stamp FROM govern_budgetaccount"
_SINCE = " WHERE age(xmin) <= age(%s::text::xid8::xid)"


@dataclass
class Watch:
    """How far the accounts are known to be in order. mark: every transaction before it has ended and was looked at."""

    mark: int | None = None
    all_read_at: float = field(default=float("-inf"))

    def changed(self) -> list[str]:
        """`account/BUDGET/PERIOD` of accounts that somebody else opened or changed. As long as there are any, the mark stays."""
        now = time.monotonic()
        oldest = self._oldest_running()
        whole = self.mark is None or self.mark > oldest or now - self.all_read_at >= ALL_EVERY_S
        stamp = keyring().stamp
        with connection.chunked_cursor() as cursor:
            cursor.execute(_ROWS) if whole else cursor.execute(_ROWS + _SINCE, [str(self.mark)])
            places = sorted(f"account/{place}" for place, text, kept in cursor if not compare_digest(stamp(text), kept))
        if not places:
            self.mark = oldest
            self.all_read_at = now if whole else self.all_read_at
        return places

    def _oldest_running(self) -> int:
        """The oldest transaction that may yet write, read before the accounts are."""
        with connection.cursor() as cursor:
            cursor.execute(_OLDEST_RUNNING)
            return int(cursor.fetchone()[0])


_WATCH = Watch()


def changed_accounts() -> list[str]:
    """`account/BUDGET/PERIOD` of accounts that somebody else opened or changed, whenever that was."""
    return _WATCH.changed()
