"""Months of a trail that were long ago, as they would be in an installation of some years."""

import datetime
import json
import uuid
from typing import Any

import psycopg
import pytest
from django.db import connection

from audit.sealing import sealer
from audit.trail.identifiers import uuid7
from govern.identity.sealing_key import trail_signer
from tests.audit.sealing.test_sealed_trail import wait_for_others

OLD = "audit_event_2024_03"
NEXT = "audit_event_2024_04"


def make_months() -> None:
    """Partitions of March and April 2024."""
    with connection.cursor() as cursor:
        for name, begins, ends in ((OLD, "2024-03-01", "2024-04-01"), (NEXT, "2024-04-01", "2024-05-01")):
            cursor.execute(f"CREATE TABLE {name} (LIKE audit_event INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
            cursor.execute(
                f"ALTER TABLE audit_event ATTACH PARTITION {name} FOR VALUES FROM ('{begins} 00:00+00') TO ('{ends} 00:00+00')"
            )


def write_calls(conninfo: str, at: str, calls: int = 3, application: str = "helpdesk", **body: Any) -> list[uuid.UUID]:
    """Calls of that moment, each with its intent and outcome."""
    made = [uuid.UUID(bytes=uuid7()) for _ in range(calls)]
    with psycopg.connect(conninfo, autocommit=True) as owner:
        for call in made:
            for type_ in ("call.intent", "call.outcome"):
                write_event(owner, at, type_, call, application, body)
    return made


def write_event(owner: Any, at: str, type_: str, call: uuid.UUID, application: str, body: dict[str, Any]) -> None:
    """One event of a call."""
    owner.execute(
        "INSERT INTO audit_event (id, call_id, at, type, application, model, body) VALUES (gen_random_uuid(), %s, %s, %s, %s, 'gpt-5.4', %s)",
        [call, at, type_, application, json.dumps(body, separators=(",", ":"))],
    )


def seal_days_ago(monkeypatch: pytest.MonkeyPatch, days: int = 2) -> None:
    """Seals everything as of some days ago, so that a clock has run since."""
    written = sealer._write
    with monkeypatch.context() as then:
        then.setattr(
            sealer,
            "_write",
            lambda signer, last, added, span, now: written(
                signer, last, added, span, now - datetime.timedelta(days=days)
            ),
        )
        wait_for_others()
        assert sealer.seal_all(trail_signer())


def partitions() -> set[str]:
    """The months of 2024 that are there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relname ~ '^audit_event_2024_..$'")
        return {name for (name,) in cursor.fetchall()}
