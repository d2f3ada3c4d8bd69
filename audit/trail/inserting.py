"""The conversation with PostgreSQL that writes a batch: one round trip, whatever it holds.

The rows go as one parameter, an array of `audit_event_row_2`, into a statement that was prepared when the connection was opened. In libpq's
pipeline mode what must be run before them leaves with them. Outside a transaction block everything up to the end of the pipeline is a
transaction of its own; inside one COMMIT follows in the same pipeline. COPY would take a round trip more, and cost as much.

The generators follow psycopg's protocol (psycopg/generators.py) and are run by `psycopg.waiting.wait_async`.
"""

from collections.abc import Sequence
from struct import Struct
from typing import Any

from psycopg import AsyncConnection, errors, pq
from psycopg.abc import PQGen
from psycopg.generators import fetch_many, send
from psycopg.pq.abc import PGconn

from audit.trail.rows import COLUMNS

_COLUMNS = ", ".join(COLUMNS)
INSERT = f"INSERT INTO audit_event ({_COLUMNS}) SELECT {_COLUMNS} FROM unnest($1)"
_NAME = b"audit_insert"
_PREPARE = f"PREPARE audit_insert (audit_event_row_2[]) AS {INSERT}"
_ROW_TYPE = "SELECT 'audit_event_row_2'::regtype::oid"

_ARRAY_HEAD = Struct(">iiIii").pack
"""Dimensions, whether there are NULLs, the elements' type; then of the only dimension its length and first index."""
_BINARY = pq.Format.BINARY
_OK = (pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK, pq.ExecStatus.EMPTY_QUERY)
_SYNC = pq.ExecStatus.PIPELINE_SYNC
_IDLE = pq.TransactionStatus.IDLE


async def prepare_insert(connection: AsyncConnection[Any]) -> int:
    """Prepares the connection for `insert_rows`. Returns the number of the rows' type. Raises a `psycopg.Error`."""
    await connection.execute(_PREPARE)
    cursor = await connection.execute(_ROW_TYPE)
    (row_type,) = await cursor.fetchone() or (0,)
    return int(row_type)


def array_of_rows(rows: Sequence[bytes], row_type: int) -> bytes:
    """Packed rows as the binary form of an array."""
    return b"".join((_ARRAY_HEAD(1, 0, row_type, len(rows), 1), *rows))


def insert_rows(pgconn: PGconn, rows: Sequence[bytes], row_type: int, *, before: Sequence[str] = ()) -> PQGen[None]:
    """Write packed rows and commit. before: statements that are run first, in the same transaction.

    Raises a `psycopg.Error`; after one a transaction that was open still is.
    """
    in_transaction = pgconn.transaction_status != _IDLE
    pgconn.enter_pipeline_mode()
    for statement in before:
        pgconn.send_query_params(statement.encode(), None)
    pgconn.send_query_prepared(_NAME, [array_of_rows(rows, row_type)], [_BINARY])
    if in_transaction:
        pgconn.send_query_params(b"COMMIT", None)
    pgconn.pipeline_sync()
    yield from send(pgconn)
    failed = None
    while (result := (yield from fetch_many(pgconn))[-1]).status != _SYNC:
        if failed is None and result.status not in _OK:
            failed = result
    pgconn.exit_pipeline_mode()
    if failed is not None:
        raise errors.error_from_result(failed)


def run_statements(pgconn: PGconn, statements: Sequence[str]) -> PQGen[None]:
    """Run statements without parameters, such as BEGIN, whose rows nobody wants. Raises a `psycopg.Error`."""
    pgconn.send_query("; ".join(statements).encode())
    yield from send(pgconn)
    for result in (yield from fetch_many(pgconn)):
        if result.status not in _OK:
            raise errors.error_from_result(result)
