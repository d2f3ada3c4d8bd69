"""The writer of the trail: one a process, group commit, fail closed.

Entries that arrive while a commit is on its way form the next batch, which is committed as soon as that one returned:
no fixed window, so a lone call waits for nothing and a busy process writes many calls with one flush to disk.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from psycopg import AsyncConnection, Error

from audit.trail.batches import write_batch
from audit.trail.entries import AuditUnavailable, Entry, Participant
from audit.trail.instances import Session, mark_seen, open_session

logger = logging.getLogger(__name__)

_BATCH_ENTRIES = 1000
_SEEN_EVERY_S = 60
_FIRST_RETRY_S = 0.05
_LAST_RETRY_S = 2.0

_Pending = list[tuple[Entry, "asyncio.Future[Entry]"]]


class TrailWriter:
    """Writes entries through one connection of its own and says when they are durable.

    conninfo: of a role that may insert into the trail; not through a pooler that shares sessions between transactions.
    participants: join the transaction of every batch that has claims, in this order.
    max_pending: entries that may wait for a commit; above it `submit` fails at once.
    commit_timeout_ms: a batch that takes longer fails, and its connection is dropped.
    """

    instance: int
    """This process' number in the trail. Changes if a lost connection cannot be continued."""

    def __init__(
        self, conninfo: str, *, participants: Sequence[Participant] = (), max_pending: int, commit_timeout_ms: int
    ) -> None:
        self.instance = 0
        self._conninfo = conninfo
        self._participants = tuple(participants)
        self._max_pending = max_pending
        self._commit_timeout_s = commit_timeout_ms / 1000
        self._pending: _Pending = []
        self._in_flight: _Pending = []
        self._connected = False
        self._stopping = False
        self._wake: asyncio.Future[None] | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._abandoned: set[asyncio.Task[None]] = set()

    @property
    def healthy(self) -> bool:
        """Whether an entry submitted now would be written."""
        return self._connected and not self._stopping

    async def start(self) -> None:
        """Connect, and keep connected in the background. Returns after the first attempt, whatever came of it."""
        self._loop = asyncio.get_running_loop()
        tried = self._loop.create_future()
        self._keeper = self._loop.create_task(self._keep_connected(tried), name="trail writer")
        await asyncio.wait({tried, self._keeper}, return_when=asyncio.FIRST_COMPLETED)
        if self._keeper.done():
            self._keeper.result()

    async def stop(self) -> None:
        """Write everything pending, then disconnect. What cannot be written fails with `AuditUnavailable`."""
        self._stopping = True
        self._rouse()
        if self._keeper is not None:
            if not self._connected:
                self._keeper.cancel()
            await asyncio.wait({self._keeper})
        if self._abandoned:
            await asyncio.wait(self._abandoned)

    def submit(self, entry: Entry) -> "asyncio.Future[Entry]":
        """Queue an entry; the future resolves to it once it is durable, or refused (`entry.refused`).

        Cancelling the future does not take the entry back. Raises `AuditUnavailable` at once when the trail is not
        connected, the entry's instance is gone or too many entries wait; the future raises it when the entry was not
        written or when nobody knows.
        """
        if not self._connected or self._stopping:
            raise AuditUnavailable("the trail is not connected to its database")
        if entry.instance is not None and entry.instance != self.instance:
            raise AuditUnavailable("the call began before the trail lost its database")
        if len(self._pending) >= self._max_pending:
            raise AuditUnavailable("too many events wait to be written")
        future: asyncio.Future[Entry] = self._loop.create_future()
        self._pending.append((entry, future))
        self._rouse()
        return future

    def _rouse(self) -> None:
        wake, self._wake = self._wake, None
        if wake is not None and not wake.done():
            wake.set_result(None)

    async def _keep_connected(self, tried: "asyncio.Future[None]") -> None:
        number: int | None = None
        retry_s = _FIRST_RETRY_S
        while True:
            try:
                session = await open_session(self._conninfo, number)
            except (Error, OSError) as error:
                if retry_s == _FIRST_RETRY_S:
                    logger.warning("the trail's database is not reachable, trying on: %s", _in_words(error))
                if not tried.done():
                    tried.set_result(None)
                if self._stopping:
                    return
                await self._pause(retry_s)
                retry_s = min(retry_s * 2, _LAST_RETRY_S)
                continue
            retry_s = _FIRST_RETRY_S
            number = self.instance = session.number
            logger.info("the trail is connected as instance %s", number)
            self._connected = True
            if not tried.done():
                tried.set_result(None)
            await self._hold(session)
            if self._stopping:
                return

    async def _pause(self, seconds: float) -> None:
        wake = self._wake = self._loop.create_future()
        timer = self._loop.call_later(seconds, self._rouse)
        await wake
        timer.cancel()

    async def _hold(self, session: Session) -> None:
        """Serve one connection until it is lost, hangs or everything is written after `stop`."""
        given_up = self._loop.create_future()
        serving = self._loop.create_task(self._serve(session, given_up), name="trail session")
        try:
            await asyncio.wait({serving, given_up}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._connected = False
            if not serving.done():
                # It may take psycopg seconds to cancel what hangs. Nobody waits for it.
                self._abandoned.add(serving)
                serving.add_done_callback(self._abandoned.discard)
                serving.cancel()
            elif (error := serving.exception()) is not None:
                logger.warning("the trail lost its database: %s", _in_words(error))
            self._fail("the trail's database failed before the event was known to be written")

    async def _serve(self, session: Session, given_up: "asyncio.Future[None]") -> None:
        seen_at = self._loop.time()
        try:
            while True:
                unseen = self._loop.time() - seen_at > _SEEN_EVERY_S
                if not self._pending and not unseen:
                    if self._stopping:
                        return
                    await self._wait_for_entries(session.connection)
                    continue
                timer = self._loop.call_later(self._commit_timeout_s, self._give_up, given_up)
                try:
                    if unseen:
                        await mark_seen(session.connection, session.number)
                        seen_at = self._loop.time()
                    else:
                        await self._write_pending(session)
                finally:
                    timer.cancel()
        finally:
            await session.connection.close()

    async def _write_pending(self, session: Session) -> None:
        batch = self._in_flight = self._pending[:_BATCH_ENTRIES]
        del self._pending[:_BATCH_ENTRIES]
        unwritable = await write_batch(session, self._participants, [entry for entry, _ in batch])
        self._in_flight = []
        _resolve(batch, unwritable)

    async def _wait_for_entries(self, connection: AsyncConnection[Any]) -> None:
        """Sleep until there is something to do; a connection that the server closes meanwhile raises at once."""
        wake = self._wake = self._loop.create_future()

        def read() -> None:
            try:
                connection.pgconn.consume_input()
            except Error as error:
                if not wake.done():
                    wake.set_exception(error)

        fileno = connection.pgconn.socket
        timer = self._loop.call_later(_SEEN_EVERY_S, self._rouse)
        self._loop.add_reader(fileno, read)
        try:
            await wake
        finally:
            self._loop.remove_reader(fileno)
            timer.cancel()

    def _give_up(self, given_up: "asyncio.Future[None]") -> None:
        logger.error("a commit of the trail took more than %s s", self._commit_timeout_s)
        self._connected = False
        self._fail("the trail's database did not answer in time")
        if not given_up.done():
            given_up.set_result(None)

    def _fail(self, reason: str) -> None:
        failed = self._in_flight + self._pending
        self._in_flight, self._pending = [], []
        for _, future in failed:
            if not future.done():
                future.set_exception(AuditUnavailable(reason))


def _resolve(batch: _Pending, unwritable: Sequence[Entry]) -> None:
    for entry, future in batch:
        if future.done():
            continue
        if unwritable and entry in unwritable:
            future.set_exception(AuditUnavailable("the event cannot be written"))
        else:
            future.set_result(entry)


def _in_words(error: BaseException) -> str:
    """An error for the log: without its detail, which may quote a row."""
    message = error.diag.message_primary if isinstance(error, Error) else None
    return f"{type(error).__name__}: {message or str(error).partition(chr(10))[0]}"
