"""The conversation with libpq that writes a batch: the fewest round trips that COPY allows.

A COPY outside a transaction block is a transaction of its own, so a batch of rows takes two round trips: the statement,
then the data with the end of the data, answered after the commit. Inside a transaction block `COPY …; COMMIT` go as one
query string, which takes the same two.

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
_COMMAND_OK = pq.ExecStatus.COMMAND_OK
_COPY_AND_COMMIT = COPY_STATEMENT + b"; COMMIT"

# libpq in non-blocking mode refuses buffers that it cannot grow for (psycopg issue 255).
_CHUNK_BYTES = 128 * 1024


def copy_rows(pgconn: PGconn, rows: Sequence[bytes], *, in_transaction: bool) -> PQGen[None]:
    """Write packed rows and commit. Raises a `psycopg.Error`; after one the transaction, if any, is still open."""
    pgconn.send_query(_COPY_AND_COMMIT if in_transaction else COPY_STATEMENT)
    yield from send(pgconn)
    (started,) = yield from fetch_many(pgconn)
    if started.status != _COPY_IN:
        raise errors.error_from_result(started)
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


def run_command(pgconn: PGconn, command: bytes) -> PQGen[None]:
    """Run a command without parameters or rows, such as BEGIN, in one round trip. Raises a `psycopg.Error`."""
    pgconn.send_query(command)
    yield from send(pgconn)
    yield from _expect_ok(pgconn)


def _put(pgconn: PGconn, data: bytes | memoryview) -> PQGen[None]:
    while pgconn.put_copy_data(data) == 0:
        yield Wait.W


def _expect_ok(pgconn: PGconn) -> PQGen[None]:
    for result in (yield from fetch_many(pgconn)):
        if result.status != _COMMAND_OK:
            raise errors.error_from_result(result)
