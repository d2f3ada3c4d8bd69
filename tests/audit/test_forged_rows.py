"""Whoever has only the application's database role cannot write what people did, another time, or over a case."""

import asyncio
import os
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from audit.models import AuditEvent, State, Violation
from audit.services.opening import open_case
from audit.services.violations import assign_violation, comment_violation, transition_violation
from audit.trail.entries import Entry
from audit.trail.events import record_event
from audit.trail.identifiers import uuid7
from tests.audit.calls import new_writer, now_us, row, sighting

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def application(conninfo: str) -> Iterator[str]:
    """Where the database is for the application's role; Django's own connection is one of it too."""
    before = {name: connection.settings_dict[name] for name in ("USER", "PASSWORD")}
    password = os.environ["GOVERN_DATABASE_APP_PASSWORD"]
    connection.close()
    connection.settings_dict.update(USER="govern_app", PASSWORD=password)
    yield make_conninfo(conninfo, user="govern_app", password=password)
    connection.close()
    connection.settings_dict.update(before)


def test_people_and_guards_are_recorded_through_govern(application: str) -> None:
    record_event(
        type="person.signed_in", actor='amy\n"ü"', context={"number": 7, "revision": 3, "call_id": uuid.uuid4()}
    )
    case = open_case(sighting()).id
    transition_violation(violation=case, to=State.TRIAGED, actor="dan")
    assign_violation(violation=case, assignee="dan", actor="olive")
    comment_violation(violation=case, text="Seen.", actor="dan")
    transition_violation(violation=case, to=State.RESOLVED, actor="dan")
    assert open_case(sighting()).reopened
    assert AuditEvent.objects.count() == 7


INTENT = "'call.intent', '{}'"
FORGED = [
    "INSERT INTO audit_event (id, type, actor, body) VALUES (gen_random_uuid(), 'change.reviewed', 'ben', '{}')",
    "INSERT INTO audit_event (id, type, actor, body) SELECT id, type, actor, body FROM audit_event WHERE type = 'person.signed_in'",
    "INSERT INTO audit_event (id, type, actor, call_id, body) SELECT gen_random_uuid(), type, actor, call_id, body FROM audit_event",
    f"INSERT INTO audit_event (id, at, type, body) VALUES (gen_random_uuid(), now() - interval '3 hours', {INTENT})",
    f"INSERT INTO audit_event (id, at, type, body) VALUES (gen_random_uuid(), now() - interval '6 minutes', {INTENT})",
    f"INSERT INTO audit_event (id, at, type, body) VALUES (gen_random_uuid(), now() + interval '6 minutes', {INTENT})",
    f"INSERT INTO audit_event (seq, id, at, type, body) OVERRIDING SYSTEM VALUE VALUES (1, gen_random_uuid(), now(), {INTENT})",
    f"INSERT INTO audit_event (seq, id, at, type, body) OVERRIDING USER VALUE VALUES (1, gen_random_uuid(), now(), {INTENT})",
    f"INSERT INTO audit_event (xid, id, at, type, body) VALUES ('7', gen_random_uuid(), now(), {INTENT})",
    "INSERT INTO audit_event SELECT * FROM audit_event",
    (
        "MERGE INTO audit_event e USING (SELECT 1) s ON false WHEN NOT MATCHED THEN INSERT (id, type, body) VALUES (gen_random_uuid(),"
        " 'change.applied', '{}')"
    ),
    "WITH x AS (INSERT INTO audit_event (id, type, body) VALUES (gen_random_uuid(), 'key.issued', '{}') RETURNING 1) SELECT * FROM x",
    "SELECT setval(pg_get_serial_sequence('audit_event', 'seq'), 1)",
    "DELETE FROM audit_violation",
    "TRUNCATE audit_violation CASCADE",
    "UPDATE audit_violation SET application = 'other'",
    "UPDATE audit_violation SET rule = 'x'",
    "UPDATE audit_violation SET first_call_id = gen_random_uuid()",
    "UPDATE audit_violation SET count = 1",
    "UPDATE audit_violation SET count = count + 1, severity = 'low'",
    "UPDATE audit_violation SET count = count + 1, state = 'false_positive'",
    "UPDATE audit_violation SET count = count + 1, due_at = due_at + interval '1 year'",
    "UPDATE audit_violation SET count = count + 1, last_at = '2999-01-01'",
    "UPDATE audit_violation SET state = 'false_positive'",
    "UPDATE audit_violation SET state = 'resolved', assignee = 'eve'",
    "UPDATE audit_violation SET severity = 'low'",
    "UPDATE audit_violation SET due_at = due_at + interval '1 year'",
    "UPDATE audit_violation SET last_at = now()",
    "MERGE INTO audit_violation v USING (SELECT 1) s ON true WHEN MATCHED THEN UPDATE SET state = 'accepted_risk'",
    "MERGE INTO audit_violation v USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
    "INSERT INTO audit_violation SELECT * FROM audit_violation ON CONFLICT (id) DO UPDATE SET state = 'resolved'",
    "INSERT INTO audit_violation_comment (violation_id, author, text) SELECT id, 'dan', 'A false alarm.' FROM audit_violation",
    "UPDATE audit_violation_comment SET text = 'A false alarm.'",
    "DELETE FROM audit_violation_comment",
    "DELETE FROM audit_instance",
    "LOCK TABLE audit_violation IN SHARE ROW EXCLUSIVE MODE",
    "LOCK TABLE audit_event IN SHARE MODE",
    "ALTER TABLE audit_event DISABLE TRIGGER guard_event",
    "ALTER TABLE audit_violation DISABLE TRIGGER guard_case",
]


def test_in_psql_they_are_not(application: str) -> None:
    record_event(type="person.signed_in", actor="ben", context={})
    case = open_case(sighting()).id
    comment_violation(violation=case, text="Serious.", actor="dan")
    proof = seen()
    before = list(AuditEvent.objects.values_list()), list(Violation.objects.values_list())
    with psycopg.connect(application, autocommit=True) as shell:
        shell.execute("SELECT set_config('govern.write_proof', %s, false)", [proof])
        for statement in FORGED:
            with pytest.raises(psycopg.Error):
                shell.execute(statement)
    assert (list(AuditEvent.objects.values_list()), list(Violation.objects.values_list())) == before


def seen() -> str:
    """The last proof, as if somebody had seen it."""
    record_event(type="person.signed_out", actor="ben", context={})
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('govern.write_proof')")
        return str(cursor.fetchone()[0])


def test_a_case_is_not_opened_as_closed(application: str) -> None:
    columns = "id, application, team, guard, rule, severity, count, first_at, last_at, first_call_id, last_call_id"
    values = "gen_random_uuid(), 'a', 't', 'g', 'r', 'high', 1, now(), now(), gen_random_uuid(), gen_random_uuid()"
    with psycopg.connect(application, autocommit=True) as shell:
        for state, due in (("false_positive", "now()"), ("new", "now() + interval '1 year'")):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                shell.execute(
                    f"INSERT INTO audit_violation ({columns}, due_at, state, assignee) VALUES ({values}, {due}, '{state}', '')"
                )


def written(application: str, entry: Callable[[], Entry]) -> Any:
    async def main() -> Any:
        writer = new_writer(application)
        await writer.start()
        try:
            return await writer.submit(entry())
        except Exception as error:
            return error
        finally:
            await writer.stop()

    return asyncio.run(main())


def test_a_gateway_whose_clock_is_wrong_writes_nothing(application: str) -> None:
    assert isinstance(written(application, lambda: Entry([row("call.intent", uuid7())])), Entry)
    far = now_us() - 6 * 60_000_000
    assert (
        type(written(application, lambda: Entry([row("call.intent", uuid7(), at_us=far)]))).__name__
        == "AuditUnavailable"
    )
