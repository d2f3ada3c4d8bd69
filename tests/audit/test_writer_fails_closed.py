"""What the writer promises when its database is not there."""

import asyncio
from collections.abc import Awaitable, Callable

import psycopg
import pytest

from audit.models import AuditEvent, TrailInstance
from audit.trail.entries import AuditUnavailable
from audit.trail.identifiers import uuid7
from audit.trail.writer import TrailWriter
from tests.audit.calls import as_uuid, intent, new_writer, outcome
from tests.audit.database_proxy import DatabaseProxy

_LOCKS = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s"

pytestmark = pytest.mark.django_db(transaction=True)


def test_without_a_database_an_entry_fails_at_once(database_proxy: DatabaseProxy) -> None:
    async def main() -> None:
        writer = new_writer(database_proxy.conninfo)
        await writer.start()
        assert not writer.healthy
        with pytest.raises(AuditUnavailable):
            writer.submit(intent())
        await database_proxy.open()
        await _healthy(writer)
        await writer.submit(intent())
        await writer.stop()

    _run(main)
    assert AuditEvent.objects.count() == 1


def test_a_lost_database_fails_what_is_pending_and_is_found_again(database_proxy: DatabaseProxy) -> None:
    resolved: set[bytes] = set()
    failed = 0

    async def main() -> None:
        nonlocal failed
        await database_proxy.open()
        writer = new_writer(database_proxy.conninfo)
        await writer.start()
        running = True

        async def call() -> None:
            nonlocal failed
            while running:
                identifier = uuid7()
                try:
                    await writer.submit(intent(identifier))
                    resolved.add(identifier)
                except AuditUnavailable:
                    failed += 1
                    await asyncio.sleep(0.005)

        callers = [asyncio.create_task(call()) for _ in range(20)]
        for _ in range(3):
            await asyncio.sleep(0.2)
            await database_proxy.cut()
            await asyncio.sleep(0.1)
            assert not writer.healthy
            with pytest.raises(AuditUnavailable):
                writer.submit(intent())
            await database_proxy.open()
            await _healthy(writer)
        running = False
        await asyncio.gather(*callers)
        await writer.stop()

    _run(main)
    assert failed
    assert len(resolved) > 100
    stored = set(AuditEvent.objects.values_list("id", flat=True))
    assert {as_uuid(identifier) for identifier in resolved} <= stored


def test_an_idle_writer_notices_that_its_database_is_gone(database_proxy: DatabaseProxy) -> None:
    async def main() -> None:
        await database_proxy.open()
        writer = new_writer(database_proxy.conninfo)
        await writer.start()
        await asyncio.sleep(0.05)
        await database_proxy.cut()
        await _until(lambda: not writer.healthy)
        await writer.stop()

    _run(main)


def test_a_commit_that_hangs_fails_its_batch(database_proxy: DatabaseProxy) -> None:
    async def main() -> None:
        await database_proxy.open()
        writer = new_writer(database_proxy.conninfo, commit_timeout_ms=100)
        await writer.start()
        await writer.submit(intent())
        database_proxy.hold()
        futures = [writer.submit(intent()) for _ in range(3)]
        for future in futures:
            with pytest.raises(AuditUnavailable, match="in time"):
                await asyncio.wait_for(future, 5)
        assert not writer.healthy
        await database_proxy.cut()
        await database_proxy.open()
        await _healthy(writer)
        await writer.submit(intent())
        await writer.stop()

    _run(main)
    assert AuditEvent.objects.count() >= 2


def test_a_process_keeps_its_number_over_a_lost_connection(database_proxy: DatabaseProxy, conninfo: str) -> None:
    async def main() -> None:
        await database_proxy.open()
        writer = new_writer(database_proxy.conninfo)
        await writer.start()
        number, call = writer.instance, uuid7()
        await writer.submit(intent(call, instance=number))
        await database_proxy.cut()
        await _until(lambda: not writer.healthy)
        await _unlocked(conninfo, number)
        await database_proxy.open()
        await _healthy(writer)
        assert writer.instance == number
        await writer.submit(outcome(call, instance=number))
        await writer.stop()

    _run(main)
    assert AuditEvent.objects.count() == 2


def test_a_number_that_was_closed_meanwhile_is_not_taken_up_again(database_proxy: DatabaseProxy, conninfo: str) -> None:
    async def main() -> None:
        await database_proxy.open()
        writer = new_writer(database_proxy.conninfo)
        await writer.start()
        number, call = writer.instance, uuid7()
        await writer.submit(intent(call, instance=number))
        await database_proxy.cut()
        async with await psycopg.AsyncConnection.connect(conninfo, autocommit=True) as connection:
            await connection.execute("UPDATE audit_instance SET closed_at = now() WHERE number = %s", [number])
        await database_proxy.open()
        await _healthy(writer)
        assert writer.instance != number
        with pytest.raises(AuditUnavailable, match="began before"):
            writer.submit(outcome(call, instance=number))
        await writer.stop()

    _run(main)
    assert TrailInstance.objects.count() == 2


def _run(main: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        await asyncio.wait_for(main(), 60)

    asyncio.run(bounded())


async def _healthy(writer: TrailWriter) -> None:
    await _until(lambda: writer.healthy)


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def _unlocked(conninfo: str, number: int) -> None:
    """Wait until the server has noticed that the connection is gone."""
    async with await psycopg.AsyncConnection.connect(conninfo, autocommit=True) as connection:
        while True:
            cursor = await connection.execute(_LOCKS, [number])
            if await cursor.fetchone() == (0,):
                return
            await asyncio.sleep(0.01)
