"""Locks that a database shell holds keep no writer of the trail from starting."""

import asyncio

import psycopg
import pytest
from django.db import connection

from audit.trail.instances import LOCK_CLASS
from tests.audit.calls import intent, new_writer

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_writer_starts_while_the_next_numbers_are_taken(conninfo: str) -> None:
    async def main() -> int:
        writer = new_writer(conninfo)
        await writer.start()
        await writer.submit(intent(instance=writer.instance))
        await writer.stop()
        return writer.instance

    first = asyncio.run(main())
    with psycopg.connect(conninfo, autocommit=True) as shell:
        shell.execute(
            "SELECT pg_advisory_lock(%s, n) FROM generate_series(%s::int, %s::int) n",
            [LOCK_CLASS, first + 1, first + 20],
        )
        assert asyncio.run(main()) > first + 20


def test_making_partitions_waits_for_nobody(conninfo: str) -> None:
    with psycopg.connect(conninfo, autocommit=True) as shell:
        shell.execute("SELECT pg_advisory_lock(hashtext('audit_ensure_partitions'))")
        with connection.cursor() as cursor:
            cursor.execute("SELECT audit_ensure_partitions(6)")
            assert cursor.fetchone() == (0,)
        shell.execute("SELECT pg_advisory_unlock_all()")
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_ensure_partitions(6)")
        assert cursor.fetchone()[0] > 0
        cursor.execute("SELECT audit_ensure_partitions(6)")
        assert cursor.fetchone() == (0,)
