"""The conversation with libpq that writes a batch: the fewest round trips that COPY allows.

One query string outside a transaction block is a transaction of its own, so a batch takes two round trips: what goes before
the rows with the COPY, then the data with the end of the data, answered after the commit. Inside a transaction block COMMIT
follows in the same string, which takes the same two.

The generators follow psycopg's protocol (psycopg/generators.py) and are run by `psycopg.waiting.wait_async`.
"""

from collections.abc import Sequence

from psycopg import errors, pq
from psycopg.abc import PQGen
from psycopg.generators import fetch_many, send
from psycopg.pq.abc import PGconn
from psycopg.waiting import Wait

from audit.trail.rows import COPY_HEADER, COPY_STATEMENT, COPY_TRAILER

_COPY_IN = pq.ExecStatus.COPY_IN
_OK = (pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK, pq.ExecStatus.EMPTY_QUERY)
_IDLE = pq.TransactionStatus.IDLE

# libpq in non-blocking mode refuses buffers that it cannot grow for (psycopg issue 255).
_CHUNK_BYTES = 128 * 1024


def copy_rows(pgconn: PGconn, rows: Sequence[bytes], *, before: Sequence[str] = ()) -> PQGen[None]:
    """Write packed rows and commit. before: statements that are run first, in the same transaction.

    Raises a `psycopg.Error`; after one a transaction that was open still is.
    """
    _send(pgconn, [*before, COPY_STATEMENT, *_commit(pgconn)])
    yield from send(pgconn)
    results = yield from fetch_many(pgconn)
    if results[-1].status != _COPY_IN:
        raise errors.error_from_result(results[-1])
    data = b"".join((COPY_HEADER, *rows, COPY_TRAILER))
    if len(data) <= _CHUNK_BYTES:
        yield from _put(pgconn, data)
    else:
        view = memoryview(data)
        for start in range(0, len(data), _CHUNK_BYTES):
            yield from _put(pgconn, view[start : start + _CHUNK_BYTES])
            yield from send(pgconn)
    while pgconn.put_copy_end() == 0:
        yield Wait.W
    yield from send(pgconn)
    yield from _expect_ok(pgconn)


def run_statements(pgconn: PGconn, statements: Sequence[str]) -> PQGen[None]:
    """Run statements without parameters, such as BEGIN, whose rows nobody wants. Raises a `psycopg.Error`."""
    _send(pgconn, statements)
    yield from send(pgconn)
    yield from _expect_ok(pgconn)


def commit(pgconn: PGconn, *, before: Sequence[str] = ()) -> PQGen[None]:
    """Commit. before: statements that are run first, in the same transaction.

    Raises a `psycopg.Error`; after one a transaction that was open still is.
    """
    yield from run_statements(pgconn, [*before, *_commit(pgconn)])


def _commit(pgconn: PGconn) -> list[str]:
    return [] if pgconn.transaction_status == _IDLE else ["COMMIT"]


def _send(pgconn: PGconn, statements: Sequence[str]) -> None:
    pgconn.send_query("; ".join(filter(None, statements)).encode())


def _put(pgconn: PGconn, data: bytes | memoryview) -> PQGen[None]:
    while pgconn.put_copy_data(data) == 0:
        yield Wait.W


def _expect_ok(pgconn: PGconn) -> PQGen[None]:
    for result in (yield from fetch_many(pgconn)):
        if result.status not in _OK:
            raise errors.error_from_result(result)
