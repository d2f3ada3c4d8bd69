"""kill -9 of a process that writes: nothing that it was told is durable is lost."""

import subprocess
import sys
import textwrap
from pathlib import Path

import psycopg
import pytest

from audit.models import AuditEvent
from audit.trail.orphans import OUTCOME_UNKNOWN, close_orphans
from audit.verification.trail import verify_trail
from tests.audit.calls import as_uuid

pytestmark = pytest.mark.django_db(transaction=True)

_PROCESS = textwrap.dedent("""
    import asyncio, sys
    from audit.trail.identifiers import uuid7
    from tests.audit.calls import intent, new_writer, outcome

    async def call(writer):
        while True:
            identifier = uuid7()
            await writer.submit(intent(identifier, instance=writer.instance))
            await writer.submit(outcome(identifier, instance=writer.instance))
            print(identifier.hex(), flush=True)

    async def main():
        writer = new_writer(sys.argv[1])
        await writer.start()
        await asyncio.gather(*(call(writer) for _ in range(20)))

    asyncio.run(main())
""")


def test_kill_loses_no_outcome_that_was_acknowledged(conninfo: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _PROCESS, conninfo], cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(500)]
    process.kill()
    lines += process.stdout.read().splitlines(keepends=True)
    process.wait(timeout=30)
    acknowledged = {as_uuid(bytes.fromhex(line.strip())) for line in lines if line.endswith("\n")}

    _wait_until_the_server_noticed(conninfo)
    finished = set(AuditEvent.objects.outcomes().values_list("call_id", flat=True))
    assert len(acknowledged) >= 500
    assert acknowledged <= finished

    unfinished = AuditEvent.objects.intents().count() - len(finished)
    assert close_orphans() == unfinished
    assert AuditEvent.objects.filter(code=OUTCOME_UNKNOWN).count() == unfinished
    report = verify_trail([])
    assert report.ok
    assert report.intents == report.outcomes


def _wait_until_the_server_noticed(conninfo: str) -> None:
    with psycopg.connect(conninfo, autocommit=True) as connection:
        for _ in range(1000):
            locks = connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'govern audit writer'"
                " AND datname = current_database()"
            ).fetchone()
            if locks == (0,):
                return
            connection.execute("SELECT pg_sleep(0.01)")
    raise AssertionError("the killed process is still connected")
