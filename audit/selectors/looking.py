"""Looking for events in an index that says only a part of what is wanted, in time that does not grow with the trail.

Events are read in order of time, so many at once; the rest of what is wanted is looked for in those. Where few fit, looking goes on for
`PATIENCE_S` and then says how far it came; the next page goes on from there.
"""

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol

import msgspec
from django.db import connection

from audit.models import AuditEvent
from audit.selectors.pages import decode_cursor, encode_cursor

ROWS_AT_ONCE = 10_000
"""Events that are looked at in one query by their columns."""
TEXTS_AT_ONCE = 2_000
"""Events whose bodies are read in one query: some 20 µs each."""
PATIENCE_S = 0.1

COLUMNS = (
    "seq, id, at, type, call_id, application, team, key, actor, model, status, code, verdict, cost_nano_usd, revision,"
    " body, instance, xid"
)
_READ = COLUMNS.replace(" body,", " body::text AS body,")
Place = tuple[datetime, int]
"""Time and number of an event."""


class Query(Protocol):
    """What is looked for. where: SQL over the columns of `COLUMNS`, `true` for everything. in_body: whether it reads bodies."""

    parameters: dict[str, Any]
    oldest_first: bool

    @property
    def where(self) -> str: ...

    @property
    def in_body(self) -> bool: ...

    def chunk(self, columns: str, *, cursor: Place | None, most: int) -> str:
        """SQL for the next `most` events of the index behind the cursor, in order."""


class Found(msgspec.Struct, frozen=True):
    """rows: in order. next: the cursor of the following page, None at the end. looked_to: where looking stopped, though the page is not
    full; None if it is, or if there was nothing left to look at."""

    rows: Sequence[AuditEvent]
    next: str | None
    looked_to: datetime | None = None


def look(
    query: Query, *, after: str | None, limit: int, fits: Callable[[AuditEvent], bool] = lambda _row: True
) -> Found:
    """A page of the events that the query finds and of which `fits` says so. Raises `audit.selectors.pages.BadCursor`."""
    cursor = decode_cursor(after) if after is not None else None
    rows: list[AuditEvent] = []
    until = time.monotonic() + PATIENCE_S
    while True:
        at_once = limit + 1 if query.where == "true" else chunk_size(query)
        lacking = limit + 1 - len(rows)
        looked = query.chunk(COLUMNS, cursor=cursor, most=at_once)
        sql = f"SELECT {_READ} FROM ({looked}) AS looked WHERE {query.where} {order(query)} LIMIT {lacking}"
        read = list(AuditEvent.objects.raw(sql, query.parameters))
        rows += [row for row in read if fits(row)]
        if len(rows) > limit:
            return Found(rows[:limit], encode_cursor(rows[limit - 1].at, rows[limit - 1].seq))
        if len(read) == lacking:
            cursor = read[-1].at, read[-1].seq
            continue
        if query.where == "true" or (cursor := _end_of_chunk(query, cursor, at_once)) is None:
            return Found(rows, None)
        if time.monotonic() > until:
            return Found(rows, encode_cursor(*cursor), cursor[0])


def chunk_size(query: Query) -> int:
    """How many events one query looks at."""
    return TEXTS_AT_ONCE if query.in_body else ROWS_AT_ONCE


def order(query: Query) -> str:
    return "ORDER BY at, seq" if query.oldest_first else "ORDER BY at DESC, seq DESC"


def behind(query: Query, at: str, seq: str) -> str:
    """The condition that an event comes after the place that two expressions name."""
    sign = ">" if query.oldest_first else "<"
    # The first condition says nothing new, but lets PostgreSQL skip partitions.
    return f"at {sign}= {at} AND (at {sign} {at} OR seq {sign} {seq})"


def _end_of_chunk(query: Query, cursor: Place | None, at_once: int) -> Place | None:
    """The last event of the chunk that begins at the cursor; None if there were fewer."""
    looked = query.chunk("at, seq", cursor=cursor, most=at_once)
    with connection.cursor() as database:
        database.execute(f"SELECT at, seq FROM ({looked}) AS looked OFFSET {at_once - 1}", query.parameters)
        found: Place | None = database.fetchone()
    return found
