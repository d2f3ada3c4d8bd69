"""What is settled in the accounts of budgets, of which the calls of the replayed days are a part."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime

from django.db import connection

from govern.changes.simulation.calls import person_key
from govern.changes.simulation.money import Limit, Settled, begun_before

_ACCOUNTS = """
WITH wanted AS (
    SELECT b.id, b.name, w.start, w.each
    FROM unnest(%s::text[], %s::date[], %s::boolean[]) AS w (name, start, each) JOIN govern_budget b ON b.name = w.name
)
SELECT w.name, w.start, NULL, NULL, NULL, a.settled_nano_usd
FROM wanted w JOIN govern_budgetaccount a ON a.budget_id = w.id AND a.period_start = w.start
UNION ALL
SELECT w.name, w.start, u.by, u.issuer, u.who, a.settled_nano_usd
FROM wanted w
    JOIN govern_enduseraccount u ON u.budget_id = w.id
    JOIN govern_budgetaccount a ON a.budget_id = u.account_id AND a.period_start = w.start
WHERE w.each
"""


def settled_accounts(*sides: Mapping[str, Limit], since: datetime) -> Settled:
    """What is settled in each account whose period had begun before `since`, of the budgets of all sides. One query.

    An account whose end user is not known yet is left out.
    """
    wanted: dict[tuple[str, date], bool] = defaultdict(bool)
    for side in sides:
        for name, start in begun_before(since, side):
            wanted[name, start] |= side[name].per_end_user
    found: dict[tuple[str, date], dict[str, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        names, starts = zip(*wanted, strict=True) if wanted else ((), ())
        cursor.execute(_ACCOUNTS, [list(names), list(starts), list(wanted.values())])
        for name, start, by, issuer, who, settled in cursor.fetchall():
            found[name, start]["" if by is None else person_key(by, issuer, who)] = settled
    return found
