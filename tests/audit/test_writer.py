"""What the writer promises while its database is there."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from psycopg import AsyncConnection, errors

from audit.models import AuditEvent
from audit.trail.entries import AuditUnavailable, Entry
from audit.trail.identifiers import uuid7
from audit.trail.writer import TrailWriter
from tests.audit.calls import as_uuid, intent, new_writer, outcome, row

pytestmark = pytest.mark.django_db(transaction=True)


class Till:
    """A participant that refuses claims above what it holds, and counts what it is asked."""

    def __init__(self, *, holds: int = 0, deadlocks: int = 0) -> None:
        self.holds, self.deadlocks = holds, deadlocks
        self.joined = self.undone = 0

    async def join(self, connection: AsyncConnection[Any], entries: Sequence[Entry]) -> str:
        self.joined += 1
        if self.deadlocks:
            self.deadlocks -= 1
            await connection.execute("DO $$ BEGIN RAISE EXCEPTION 'a deadlock' USING ERRCODE = '40P01'; END $$")
        await connection.execute("BEGIN")
        await connection.execute("CREATE TEMPORARY TABLE IF NOT EXISTS till (claimed int)")
        for entry in entries:
            assert isinstance(entry.claim, int)
            if entry.claim > self.holds:
                entry.refused = "insufficient_quota"
        return ""

    def failed(self, entries: Sequence[Entry]) -> None:
        self.undone += 1


def test_an_entry_is_there_when_its_future_resolves(conninfo: str) -> None:
    call = uuid7()

    async def write(writer: TrailWriter) -> None:
        entry = intent(call)
        assert await writer.submit(entry) is entry
        assert await _stored(conninfo) == 1

    _with_writer(conninfo, write)
    event = AuditEvent.objects.get()
    assert (event.id, event.call_id, event.application) == (as_uuid(call), as_uuid(call), "risk-engine")


def test_rows_of_an_entry_are_written_together(conninfo: str) -> None:
    async def write(writer: TrailWriter) -> None:
        spoiled = Entry([row("call.intent", uuid7()), row("call.outcome", uuid7(), body=b"{no json")])
        with pytest.raises(AuditUnavailable):
            await writer.submit(spoiled)

    _with_writer(conninfo, write)
    assert not AuditEvent.objects.exists()


def test_entries_that_wait_for_a_commit_share_the_next(conninfo: str) -> None:
    async def write(writer: TrailWriter) -> None:
        await asyncio.gather(*(writer.submit(intent()) for _ in range(200)))

    _with_writer(conninfo, write)
    assert AuditEvent.objects.count() == 200
    assert AuditEvent.objects.values("xid").distinct().count() < 20


def test_one_spoiled_entry_spoils_no_other(conninfo: str) -> None:
    async def write(writer: TrailWriter) -> None:
        entries = [intent() for _ in range(20)]
        entries[7].rows[:] = [row("call.intent", uuid7(), body=b"\xff")]
        results = await asyncio.gather(*map(writer.submit, entries), return_exceptions=True)
        assert [n for n, result in enumerate(results) if isinstance(result, AuditUnavailable)] == [7]
        assert writer.healthy

    _with_writer(conninfo, write)
    assert AuditEvent.objects.count() == 19


def test_a_large_entry_is_written(conninfo: str) -> None:
    async def write(writer: TrailWriter) -> None:
        await writer.submit(intent(body=b'{"a": "' + b"x" * 3_000_000 + b'"}'))

    _with_writer(conninfo, write)
    assert len(AuditEvent.objects.get().body["a"]) == 3_000_000


def test_a_participant_refuses_single_entries(conninfo: str) -> None:
    async def write(writer: TrailWriter) -> None:
        entries = [intent() for _ in range(10)]
        for number, entry in enumerate(entries[:9]):
            entry.claim = number
        results = await asyncio.gather(*map(writer.submit, entries))
        assert [result.refused for result in results] == [None] * 6 + ["insufficient_quota"] * 3 + [None]

    till = Till(holds=5)
    _with_writer(conninfo, write, participants=[till])
    assert AuditEvent.objects.count() == 7
    assert till.undone == 0


def test_a_batch_that_is_refused_whole_commits_nothing(conninfo: str) -> None:
    async def write(writer: TrailWriter) -> None:
        entry = intent()
        entry.claim = 1
        assert (await writer.submit(entry)).refused == "insufficient_quota"
        assert (await writer.submit(intent())).refused is None

    _with_writer(conninfo, write, participants=[Till()])
    assert AuditEvent.objects.count() == 1


def test_participants_are_not_asked_without_claims(conninfo: str) -> None:
    async def write(writer: TrailWriter) -> None:
        await writer.submit(intent())

    till = Till()
    _with_writer(conninfo, write, participants=[till])
    assert till.joined == 0


def test_a_deadlocked_batch_is_retried_once(conninfo: str) -> None:
    async def write(writer: TrailWriter) -> None:
        entry = intent()
        entry.claim = 1
        assert (await writer.submit(entry)).refused is None

    till = Till(holds=5, deadlocks=1)
    _with_writer(conninfo, write, participants=[till])
    assert (till.joined, till.undone) == (2, 1)
    assert AuditEvent.objects.count() == 1


def test_a_batch_that_deadlocks_again_fails_and_the_next_goes_through(conninfo: str) -> None:
    async def write(writer: TrailWriter) -> None:
        entry = intent()
        entry.claim = 1
        with pytest.raises(AuditUnavailable):
            await writer.submit(entry)
        await _healthy(writer)
        await writer.submit(entry)

    till = Till(holds=5, deadlocks=2)
    _with_writer(conninfo, write, participants=[till])
    assert till.undone == 2
    assert AuditEvent.objects.count() == 1


def test_a_participant_that_breaks_fails_its_batch(conninfo: str) -> None:
    class Broken(Till):
        async def join(self, connection: AsyncConnection[Any], entries: Sequence[Entry]) -> str:
            raise errors.ProgrammingError("no such budget")

    async def write(writer: TrailWriter) -> None:
        entry = intent()
        entry.claim = 1
        with pytest.raises(AuditUnavailable):
            await writer.submit(entry)

    broken = Broken()
    _with_writer(conninfo, write, participants=[broken])
    assert broken.undone == 1
    assert not AuditEvent.objects.exists()


def test_stopping_writes_what_is_pending(conninfo: str) -> None:
    async def main() -> None:
        writer = new_writer(conninfo)
        await writer.start()
        futures = [writer.submit(intent()) for _ in range(100)]
        await writer.stop()
        assert all(future.done() and future.exception() is None for future in futures)
        with pytest.raises(AuditUnavailable):
            writer.submit(intent())

    asyncio.run(main())
    assert AuditEvent.objects.count() == 100


def test_too_many_pending_entries_fail_at_once(conninfo: str) -> None:
    async def write(writer: TrailWriter) -> None:
        futures = [writer.submit(intent()) for _ in range(10)]
        with pytest.raises(AuditUnavailable, match="too many"):
            writer.submit(intent())
        await asyncio.gather(*futures)
        await writer.submit(intent())

    _with_writer(conninfo, write, max_pending=10)
    assert AuditEvent.objects.count() == 11


def test_a_caller_that_goes_away_does_not_take_its_entry_back(conninfo: str) -> None:
    async def write(writer: TrailWriter) -> None:
        writer.submit(intent()).cancel()
        await writer.submit(outcome())

    _with_writer(conninfo, write)
    assert AuditEvent.objects.count() == 2


def test_an_entry_of_another_instance_is_not_taken(conninfo: str) -> None:
    async def write(writer: TrailWriter) -> None:
        with pytest.raises(AuditUnavailable, match="began before"):
            writer.submit(outcome(instance=writer.instance + 1))
        await writer.submit(outcome(instance=writer.instance))

    _with_writer(conninfo, write)
    assert AuditEvent.objects.count() == 1


def test_two_writers_write_side_by_side(conninfo: str) -> None:
    async def main() -> None:
        writers = [new_writer(conninfo), new_writer(conninfo)]
        for writer in writers:
            await writer.start()
        assert writers[0].instance != writers[1].instance

        async def calls(writer: TrailWriter) -> None:
            for _ in range(20):
                call = uuid7()
                await writer.submit(intent(call, instance=writer.instance))
                await writer.submit(outcome(call, instance=writer.instance))

        await asyncio.gather(*(calls(writer) for writer in writers for _ in range(10)))
        await asyncio.gather(*(writer.stop() for writer in writers))

    asyncio.run(main())
    assert AuditEvent.objects.intents().count() == AuditEvent.objects.outcomes().count() == 400
    assert AuditEvent.objects.values("instance").distinct().count() == 2


def _with_writer(conninfo: str, write: Any, **options: Any) -> None:
    async def main() -> None:
        writer = new_writer(conninfo, **options)
        await writer.start()
        try:
            await asyncio.wait_for(write(writer), 30)
        finally:
            await writer.stop()

    asyncio.run(main())


async def _healthy(writer: TrailWriter) -> None:
    async with asyncio.timeout(10):
        while not writer.healthy:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def _stored(conninfo: str) -> int:
    async with await AsyncConnection.connect(conninfo) as connection:
        cursor = await connection.execute("SELECT count(*) FROM audit_event")
        (count,) = await cursor.fetchone() or (0,)
    return int(count)
