"""What a process counted of a day it reads once, and the numbers are those of the trail all the same."""

import uuid
from datetime import datetime, timedelta

import psycopg
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.selectors import day_counts
from audit.selectors.calls import day_bounds
from audit.selectors.day import today
from tests.audit.test_selectors import _INSERT, put

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process begins, at a time of the day at which all these calls are of one day."""
    monkeypatch.setattr(day_counts, "_kept", None)
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    monkeypatch.setattr(timezone, "now", lambda: noon)


def ago(**span: int) -> datetime:
    return timezone.now() - timedelta(**span)


def numbers() -> tuple[int, int, int]:
    total = today().total
    return total.calls, total.blocked, total.cost_nano_usd


def read_after() -> int:
    """Below which number nothing was read to count."""
    with CaptureQueriesContext(connection) as asked:
        day_counts.counts_of_day(*day_bounds(timezone.localdate()))
    return int(asked.captured_queries[-1]["sql"].rpartition("seq > ")[2].split()[0])


def test_what_was_counted_is_not_read_again_and_nothing_is_counted_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = day_counts._LAST.replace("pg_snapshot_xmin", "pg_snapshot_xmax")  # other tests write on the same server
    monkeypatch.setattr(day_counts, "_LAST", alone)
    put(at=ago(hours=2), cost_nano_usd=10)
    put(at=ago(seconds=5), cost_nano_usd=20)
    assert read_after() == 0
    assert read_after() > 0
    for _ in range(3):
        assert numbers() == (2, 0, 30)


def test_what_comes_later_counts_whenever_it_was() -> None:
    put(at=ago(minutes=30), cost_nano_usd=1)
    assert numbers() == (1, 0, 1)
    put(at=ago(hours=5), cost_nano_usd=2, verdict="block", code="prompt_injection", model=None)
    put(at=ago(seconds=1), cost_nano_usd=4)
    assert numbers() == numbers() == (3, 1, 7)
    put(at=ago(minutes=2), cost_nano_usd=8)
    assert numbers() == numbers() == (4, 1, 15)
    assert [hour.calls for hour in today().by_hour][7:12] == [1, 0, 0, 0, 3]


def test_of_another_trail_nothing_is_kept() -> None:
    with transaction.atomic():
        put(at=ago(hours=1))
        assert numbers()[0] == 1
        transaction.set_rollback(True)
    assert numbers()[0] == 0
    put(at=ago(hours=1), application=f"a-{uuid.uuid4()}")
    assert numbers()[0] == 1


def test_who_may_see_some_applications_sees_the_numbers_of_those() -> None:
    put(at=ago(hours=1), application="chat")
    put(at=ago(hours=1), application="risk-engine")
    assert today(within=frozenset({"chat"})).total.calls == 1
    assert [row.name for row in today(within=frozenset({"chat"})).by_application] == ["chat"]
    assert today(within=frozenset()).total.calls == 0


def test_what_is_under_way_counts_when_it_comes_although_a_later_number_seems_old() -> None:
    """The clocks of two gateways differ, or one of them writes for long."""
    columns = {
        "at": ago(minutes=3), "type": "call.outcome", "call_id": uuid.uuid4(), "application": "chat",
        "model": "gpt-5.4", "status": 200, "code": None, "verdict": "allow", "cost_nano_usd": 1,
    }  # fmt: skip
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.ClientCursor}) as other:
        other.execute(_INSERT, columns)
        put(at=ago(minutes=2), cost_nano_usd=2)
        assert numbers() == numbers() == (1, 0, 2)
    other.close()
    assert numbers() == numbers() == (2, 0, 3)
