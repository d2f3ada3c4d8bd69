"""A page never fails because of what is in the trail: whatever somebody wrote there, the others are shown, and it says so."""

import json
import random
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.selectors.coverage import coverage
from audit.selectors.day import overhead_p95_us
from tests.cast import person
from tests.factories.calls import record_call

HOUR = timedelta(hours=1)
ODD: list[str] = [
    '"a text"',
    "[1, 2]",
    "null",
    "1e999",
    '{"a": ' * 2_000 + "1" + "}" * 2_000,
    '{"messages": ' + "9" * 5_000 + "}",
    '{"message": "half a pair: \\ud83d", "code": "\\udc00"}',
    '{"latency_us": {"total": "soon", "provider": []}}',
    '{"latency_us": "quick", "attempts": {}, "usage": 7}',
    '{"attempts": [null], "input_verdict": [], "output_verdict": "allow"}',
    '{"input_verdict": {"runs": [{}], "findings": [{}], "action": null}}',
    '{"route": {"passed_over": [1]}, "task": {}, "modalities": 4, "tools": "many"}',
    '{"violation_id": "not one", "violation": "../../x", "before": [], "after": {}}',
    '{"body_bytes": "large", "param": {"a": 1}, "actor": "olive", "self": 1, "type": 2}',
]
NUL = '{"message": "\\u0000", "dropped_parameters": ["\\u0000"], "latency_us": {"total": 1, "provider": 0}}'
TYPES = (
    "call.intent",
    "call.outcome",
    "call.rejected",
    "call.fallback",
    "violation.opened",
    "violation.transitioned",
    "nobody.knows",
)


@pytest.fixture
def olive(db: None) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(person("olive"), backend="django.contrib.auth.backends.ModelBackend")
    return client


def write(type: str, body: str, call: uuid.UUID | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_event (id, at, type, call_id, application, code, body) VALUES (%s, now(), %s, %s, %s, %s, %s)",
            [uuid.uuid4(), type, call, "risk-engine", "invalid_request", body],
        )


def write_everywhere(body: str) -> list[uuid.UUID]:
    calls = [uuid.uuid4() for _ in TYPES]
    for type_, call in zip(TYPES, calls, strict=True):
        write(type_, body, call)
        write(type_, body, None)
    return calls


def read_every_page(client: Client, calls: list[uuid.UUID]) -> None:
    addresses = [
        reverse("admin:index"),
        reverse("admin:audit_auditevent_changelist"),
        reverse("admin:audit_auditevent_rejected"),
        reverse("admin:audit_auditevent_activity"),
        reverse("admin:audit_violation_changelist"),
        *(reverse("admin:audit_auditevent_call", args=[call]) for call in calls),
    ]
    for address in addresses:
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("body", ODD, ids=range(len(ODD)))
def test_every_page_stands_whatever_a_row_holds(body: str, olive: Client) -> None:
    good = record_call(at=timezone.now() - HOUR / 2)
    record_call()  # for half an hour after midnight the other one is of another day
    calls = write_everywhere(body)
    read_every_page(olive, [good, *calls])
    assert coverage(over=HOUR).calls >= 1
    assert overhead_p95_us() is not None


def test_a_row_with_nul_from_before_fails_no_page(olive: Client) -> None:
    record_call()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_event DROP CONSTRAINT audit_event_readable_body")
    read_every_page(olive, write_everywhere(NUL))
    assert overhead_p95_us() is not None


def test_a_call_that_cannot_be_told_says_so(olive: Client) -> None:
    call = uuid.uuid4()
    write("call.outcome", '{"attempts": [null]}', call)
    text = olive.get(reverse("admin:audit_auditevent_call", args=[call])).content.decode()
    assert "does not have the form in which Govern writes it" in text
    assert (
        "does not have the form"
        not in olive.get(reverse("admin:audit_auditevent_call", args=[record_call()])).content.decode()
    )


def test_records_with_any_value_in_any_place(olive: Client) -> None:
    """Takes a real record apart: each value in turn becomes one of another type."""
    call = record_call()
    with connection.cursor() as cursor:
        cursor.execute("SELECT body::text FROM audit_event WHERE call_id = %s AND type = 'call.outcome'", [call])
        real = json.loads(cursor.fetchone()[0])
    unread = [{"kind": "image", "count": 1, "bytes": 2_000}]
    real |= {"not_scanned": unread, "answer_not_scanned": unread, "violation_id": str(uuid.uuid4())}
    odd: list[Any] = [None, "x", -1, 10**30, 1.5, True, [], [[]], {}, {"a": []}]
    broken = random.Random(1).sample([(path, value) for path in paths(real) for value in odd], 240)
    for path, value in broken:
        spoiled = json.loads(json.dumps(real))
        place = spoiled
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value
        other = uuid.uuid4()
        write("call.outcome", json.dumps(spoiled), other)
        assert olive.get(reverse("admin:audit_auditevent_call", args=[other])).status_code == 200, (path, value)
    assert olive.get(reverse("admin:index")).status_code == 200


def paths(value: Any, before: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path for key, child in children for path in ((*before, key), *paths(child, (*before, key)))]
