"""One batch of entries, one transaction."""

import logging
from collections.abc import Sequence
from typing import Any

from psycopg import AsyncConnection, errors, pq
from psycopg.abc import PQGen
from psycopg.waiting import wait_async

from audit.payloads.storing import store_payloads
from audit.trail.case_events import pack_case_event
from audit.trail.entries import Entry, Participant
from audit.trail.inserting import insert_rows, run_statements
from audit.trail.instances import Session
from audit.trail.sightings import join_violations

logger = logging.getLogger(__name__)

_RETRIED = (errors.DeadlockDetected, errors.SerializationFailure, errors.RestrictViolation)
"""Another process was quicker, or somebody has written what a participant remembers: it looks again."""
_CHECK_INTERVAL_S = 1.0  # how often psycopg looks whether a silent connection is still there
_IDLE = pq.TransactionStatus.IDLE


async def write_batch(session: Session, participants: Sequence[Participant], entries: Sequence[Entry]) -> list[Entry]:
    """Write the entries durably, in one transaction if PostgreSQL takes them all.

    A batch that others got in the way of is retried once. If an entry holds something that PostgreSQL does not take, the batch is
    halved until it stands alone, so that it spoils no other. Returns the entries that could not be written for that
    reason; all others are committed, or refused by a participant. Raises `psycopg.Error` (or what a participant raised)
    if it is unknown what was written: the connection must then be dropped.
    """
    try:
        try:
            await _transact(session, participants, entries)
        except _RETRIED:
            await _roll_back(session.connection)
            await _transact(session, participants, entries)
    except (errors.DataError, errors.IntegrityError) as error:
        await _roll_back(session.connection)
        if len(entries) == 1:
            # Its message and traceback may quote the row: only its kind is logged.
            logger.error("the trail cannot hold an entry: %s", type(error).__name__)  # noqa: TRY400
            return list(entries)
        middle = len(entries) // 2
        return [
            *await write_batch(session, participants, entries[:middle]),
            *await write_batch(session, participants, entries[middle:]),
        ]
    return []


async def _transact(session: Session, participants: Sequence[Participant], entries: Sequence[Entry]) -> None:
    connection, pgconn = session.connection, session.connection.pgconn
    claims: list[Entry] = []
    more = False
    for entry in entries:
        entry.refused = None
        if entry.claim is not None:
            claims.append(entry)
        if entry.sightings or entry.payloads:
            more = True

    before: list[str] = []  # run in one round trip with what comes next
    joined: list[Participant] = []
    try:
        if claims:
            for participant in participants:
                joined.append(participant)
                if statement := await participant.join(connection, claims):
                    before.append(statement)
        accepted = [entry for entry in entries if entry.refused is None] if joined else entries
        rows = [row for entry in accepted for row in entry.rows]
        if more:
            if pgconn.transaction_status == _IDLE:
                before.insert(0, "BEGIN")
            if before:
                await _run(connection, run_statements(pgconn, before))
                before = []
            rows += await _join_cases(connection, accepted, session.number)
        if rows:
            await _run(connection, insert_rows(pgconn, rows, session.row_type, before=before))
        elif before or pgconn.transaction_status != _IDLE:
            await _run(connection, run_statements(pgconn, [*before, "COMMIT"]))
    except BaseException:
        for participant in joined:
            participant.failed(claims)
        raise


async def _join_cases(connection: AsyncConnection[Any], entries: Sequence[Entry], instance: int) -> list[bytes]:
    """Opens and joins the entries' cases and stores their payloads. Returns the events that say so."""
    rows = []
    sightings = [sighting for entry in entries for sighting in entry.sightings]
    if sightings:
        rows = [
            pack_case_event(case, instance)
            for case in await join_violations(connection, sightings)
            if case.opened or case.reopened
        ]
    payloads = [payload for entry in entries for payload in entry.payloads]
    if payloads:
        await store_payloads(connection, payloads)
    return rows


async def _run(connection: AsyncConnection[Any], generator: PQGen[None]) -> None:
    await wait_async(generator, connection.pgconn.socket, interval=_CHECK_INTERVAL_S)


async def _roll_back(connection: AsyncConnection[Any]) -> None:
    if connection.pgconn.transaction_status != _IDLE:
        await _run(connection, run_statements(connection.pgconn, ["ROLLBACK"]))
