"""Lists and numbers read from the trail."""

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from audit.models import Severity, State
from audit.selectors.calls import call_trace, day_bounds
from audit.selectors.day import today
from audit.selectors.pages import BadCursor
from audit.selectors.search import Wanted, search_calls
from audit.selectors.violations import open_violations_by_severity, violations
from tests.audit.test_violation_services import new_case

pytestmark = pytest.mark.django_db

_INSERT = """
INSERT INTO audit_event (id, at, type, call_id, application, model, status, code, verdict, cost_nano_usd, body)
VALUES (gen_random_uuid(), %(at)s, %(type)s, %(call_id)s, %(application)s, %(model)s, %(status)s, %(code)s, %(verdict)s,
    %(cost_nano_usd)s, '{}')
"""


def put(**columns: Any) -> uuid.UUID:
    """An outcome in the trail, of now and of the risk engine if nothing else is said."""
    fields: dict[str, Any] = {
        "at": timezone.now(), "type": "call.outcome", "call_id": uuid.uuid4(), "application": "risk-engine",
        "model": "gpt-5.4", "status": 200, "code": None, "verdict": "allow", "cost_nano_usd": 5,
    } | columns  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, fields)
    call_id: uuid.UUID = fields["call_id"]
    return call_id


def test_calls_come_newest_first() -> None:
    now = timezone.now()
    older, newer = put(at=now - timedelta(seconds=2)), put(at=now - timedelta(seconds=1))
    put(type="call.intent")
    assert [call.call_id for call in search_calls(Wanted(), within=None).rows] == [newer, older]


def test_pages_follow_each_other_without_gap_or_repetition() -> None:
    now = timezone.now()
    made = [put(at=now - timedelta(microseconds=n // 3)) for n in range(25)]
    seen: list[uuid.UUID | None] = []
    after = None
    while True:
        page = search_calls(Wanted(), within=None, limit=4, after=after)
        seen += [call.call_id for call in page.rows]
        assert len(page.rows) <= 4
        if (after := page.next) is None:
            break
    assert len(seen) == 25
    assert set(seen) == set(made)


@pytest.mark.parametrize("cursor", ["", "nonsense", "ÿ", "MjAyNi0xMS0yNCBhYmM", "MjAyNi0xMS0yNA"])
def test_a_cursor_that_no_page_made_is_refused(cursor: str) -> None:
    with pytest.raises(BadCursor):
        search_calls(Wanted(), within=None, after=cursor)


@pytest.mark.parametrize(
    ("name", "value"),
    [("application", "chat"), ("model", "gpt-5.4-mini"), ("code", "pii_leak"), ("verdict", "block")],
)
def test_calls_are_filtered(name: str, value: Any) -> None:
    put()
    wanted = put(**{name: value})
    assert [call.call_id for call in search_calls(Wanted(**{name: value}), within=None).rows] == [wanted]


def of_day(day: date) -> list[uuid.UUID | None]:
    since, until = day_bounds(day)
    return [row.call_id for row in search_calls(Wanted(since=since, until=until), within=None).rows]


def test_calls_of_a_day_are_those_of_the_active_time_zone() -> None:
    noon = datetime.now(UTC).replace(hour=12, minute=0)
    call = put(at=noon)
    midnight = put(at=noon + timedelta(hours=12))
    with timezone.override("UTC"):
        assert of_day(noon.date()) == [call]
    with timezone.override("Pacific/Kiritimati"):  # 14 hours ahead
        assert of_day(noon.date()) == []
        assert of_day(noon.date() + timedelta(days=1)) == [midnight, call]


def test_a_trace_is_what_the_call_left_in_order() -> None:
    now = timezone.now()
    call = put(at=now, type="call.outcome")
    put(at=now - timedelta(seconds=1), type="call.intent", call_id=call)
    put()
    assert [event.type for event in call_trace(call_id=call)] == ["call.intent", "call.outcome"]
    assert list(call_trace(call_id=uuid.uuid4())) == []


def test_today_counts_what_happened() -> None:
    put(cost_nano_usd=10)
    put(application="chat", verdict="block", code="prompt_injection", model=None, cost_nano_usd=None)
    put(application="chat", verdict="flag", cost_nano_usd=30)
    put(application="chat", code="insufficient_quota", model=None, cost_nano_usd=None)
    put(at=timezone.now() - timedelta(days=1))
    put(type="call.intent")
    day = today()
    total = day.total
    assert (total.calls, total.blocked, total.flagged, total.refused, total.cost_nano_usd) == (4, 1, 1, 2, 40)
    assert [(row.name, row.calls, row.blocked) for row in day.by_application] == [("chat", 3, 1), ("risk-engine", 1, 0)]
    assert [(row.name, row.calls, row.cost_nano_usd) for row in day.by_model] == [("gpt-5.4", 2, 40)]


def test_a_day_without_calls_is_all_zero() -> None:
    day = today()
    assert day.total.calls == day.total.cost_nano_usd == 0
    assert day.by_application == day.by_model == []


def test_violations_are_listed_and_filtered() -> None:
    now = timezone.now()
    first = new_case(last_at=now - timedelta(hours=1), severity=Severity.LOW)
    second = new_case(last_at=now, assignee="dan")
    closed = new_case(last_at=now - timedelta(hours=2), state=State.RESOLVED, application="chat")
    assert list(violations().rows) == [second, first, closed]
    assert list(violations(is_open=True).rows) == [second, first]
    assert list(violations(is_open=False).rows) == list(violations(application="chat").rows) == [closed]
    assert list(violations(severity=Severity.LOW).rows) == [first]
    assert list(violations(assignee="").rows) == [first, closed]
    page = violations(limit=2)
    assert list(violations(limit=2, after=page.next).rows) == [closed]


def test_open_violations_are_counted_by_severity() -> None:
    new_case()
    new_case(severity=Severity.LOW)
    new_case(severity=Severity.LOW, state=State.ACCEPTED_RISK)
    assert open_violations_by_severity() == {
        Severity.CRITICAL: 0,
        Severity.HIGH: 1,
        Severity.MEDIUM: 0,
        Severity.LOW: 1,
    }
