"""Calls without an outcome are closed once their process is gone, and only then."""

import asyncio
import threading
import uuid
from typing import Any

import pytest
from django.db import connection

from audit.models import AuditEvent, TrailInstance
from audit.trail.identifiers import uuid7
from audit.trail.instances import LOCK_CLASS
from audit.trail.orphans import LONGEST_CALL_MINUTES, OUTCOME_UNKNOWN, close_orphans
from tests.audit.calls import as_uuid, intent, new_writer, now_us, outcome

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_call_whose_process_is_gone_is_closed(conninfo: str) -> None:
    finished, unfinished = uuid7(), uuid7()
    number = _process_that_ends(conninfo, finished=[finished], unfinished=[unfinished])

    assert close_orphans() == 1
    closed = AuditEvent.objects.outcomes().get(call_id=as_uuid(unfinished))
    assert (closed.code, closed.application, closed.instance) == (OUTCOME_UNKNOWN, "risk-engine", number)
    assert AuditEvent.objects.outcomes().get(call_id=as_uuid(finished)).code is None
    instance = TrailInstance.objects.get(number=number)
    assert instance.closed_at
    assert instance.settled_at


def test_closing_again_closes_nothing(conninfo: str) -> None:
    _process_that_ends(conninfo, unfinished=[uuid7()])
    assert close_orphans() == 1
    assert close_orphans() == 0
    assert AuditEvent.objects.outcomes().count() == 1


def test_a_call_of_a_living_process_is_left_alone(conninfo: str) -> None:
    async def main() -> int:
        writer = new_writer(conninfo)
        await writer.start()
        number = writer.instance
        await writer.submit(intent(instance=number))
        assert await asyncio.to_thread(_in_thread, close_orphans) == 0
        await writer.stop()
        return number

    _await_lock(asyncio.run(main()))
    assert not AuditEvent.objects.outcomes().exists()
    assert close_orphans() == 1


def test_a_call_older_than_any_can_be_is_closed_while_its_process_lives(conninfo: str) -> None:
    old_us = now_us() - (LONGEST_CALL_MINUTES + 1) * 60_000_000
    lost, finished, young = uuid7(), uuid7(), uuid7()

    async def main() -> None:
        writer = new_writer(conninfo)
        await writer.start()
        for call, at_us in ((lost, old_us), (finished, old_us), (young, now_us())):
            await writer.submit(intent(call, instance=writer.instance, at_us=at_us))
        await writer.submit(outcome(finished, instance=writer.instance))
        assert await asyncio.to_thread(_in_thread, close_orphans) == 1
        assert await asyncio.to_thread(_in_thread, close_orphans) == 0
        await writer.submit(outcome(young, instance=writer.instance))
        await writer.stop()

    asyncio.run(main())
    assert AuditEvent.objects.get(code=OUTCOME_UNKNOWN).call_id == as_uuid(lost)
    assert close_orphans() == 0
    assert AuditEvent.objects.outcomes().count() == 3


def test_a_sweep_begins_where_the_last_one_ended(conninfo: str) -> None:
    async def main() -> None:
        writer = new_writer(conninfo)
        await writer.start()
        await asyncio.to_thread(_in_thread, close_orphans)
        await writer.stop()

    asyncio.run(main())
    instance = TrailInstance.objects.get()
    assert instance.swept_to
    assert instance.swept_to < instance.started_at
    assert instance.closed_at is None


def test_the_caller_settles_in_the_same_transaction(conninfo: str) -> None:
    call = uuid7()
    _process_that_ends(conninfo, unfinished=[call], body=b'{"reserved_nano_usd": 700}')

    def settle(cursor: Any, call_id: uuid.UUID, body: dict[str, Any]) -> int:
        assert connection.in_atomic_block
        assert call_id == as_uuid(call)
        return int(body["reserved_nano_usd"])

    assert close_orphans(on_close=settle) == 1
    assert AuditEvent.objects.outcomes().get().cost_nano_usd == 700


def test_a_settlement_that_fails_leaves_the_call_for_the_next_run(conninfo: str) -> None:
    _process_that_ends(conninfo, unfinished=[uuid7()])

    def fail(cursor: Any, call_id: uuid.UUID, body: dict[str, Any]) -> int:
        cursor.execute("SELECT 1 / 0")
        return 0

    with pytest.raises(Exception, match="division by zero"):
        close_orphans(on_close=fail)
    assert not AuditEvent.objects.outcomes().exists()
    assert close_orphans() == 1


def test_several_closers_close_each_call_once(conninfo: str) -> None:
    for _ in range(3):
        _process_that_ends(conninfo, unfinished=[uuid7() for _ in range(20)])
    closed: list[int] = []
    threads = [threading.Thread(target=lambda: closed.append(_in_thread(close_orphans))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(closed) + close_orphans() == 60
    assert AuditEvent.objects.outcomes().values("call_id").distinct().count() == 60
    assert AuditEvent.objects.outcomes().count() == 60


def test_the_locks_are_given_back(conninfo: str) -> None:
    _process_that_ends(conninfo, unfinished=[uuid7()])
    close_orphans()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        assert cursor.fetchone() == (0,)


def _process_that_ends(
    conninfo: str, *, finished: list[bytes] | None = None, unfinished: list[bytes], **columns: Any
) -> int:
    """Writes the calls' events under a number of its own and leaves. Returns the number."""

    async def main() -> int:
        writer = new_writer(conninfo)
        await writer.start()
        number = writer.instance
        for call in [*(finished or []), *unfinished]:
            await writer.submit(intent(call, instance=number, **columns))
        for call in finished or []:
            await writer.submit(outcome(call, instance=number))
        await writer.stop()
        return number

    number = asyncio.run(main())
    _await_lock(number)
    return number


def _await_lock(number: int) -> None:
    """The server frees the lock of a closed connection in its own time."""
    with connection.cursor() as cursor:
        for move in ("lock", "unlock"):
            cursor.execute(f"SELECT pg_advisory_{move}(%s, %s::int)", [LOCK_CLASS, number])


def _in_thread(work: Any) -> Any:
    try:
        return work()
    finally:
        connection.close()
