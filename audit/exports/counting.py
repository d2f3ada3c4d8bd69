"""How many rows an export would have, while somebody chooses them."""

from typing import Any

import msgspec
from django.db import connection

from audit.exports.asked import Asked, conditions_of

MOST_COUNTED = 10_000


class Number(msgspec.Struct, frozen=True):
    """How many rows fit; not `exact`: the planner's estimate."""

    rows: int
    exact: bool


def count_rows(asked: Asked) -> Number:
    """How many rows fit: counted up to `MOST_COUNTED` while that is quick, estimated beyond."""
    condition, parameters = conditions_of(asked)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) SELECT 1 FROM audit_event WHERE {condition}", parameters)
        plan: Any = cursor.fetchone()[0]
        planned = (msgspec.json.decode(plan) if isinstance(plan, str) else plan)[0]["Plan"]
        if planned["Plan Rows"] > MOST_COUNTED or planned["Total Cost"] > _QUICK:
            return Number(max(int(planned["Plan Rows"]), 1), False)
        cursor.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM audit_event WHERE {condition} LIMIT {MOST_COUNTED + 1}) AS fitting",
            parameters,
        )
        (rows,) = cursor.fetchone()
    return Number(rows, rows <= MOST_COUNTED)


_QUICK = 40_000.0
"""The planner's cost of a query that may be run while somebody waits: some tens of milliseconds."""
