"""What a retention, a hold and an erasure may say, and how grave a change of one is."""

import datetime
from typing import Any

import msgspec
import pytest

from govern.changes.kinds import KINDS
from govern.policy.keeping import ErasureBody, LegalHoldBody, Records, RetentionBody

MARK = "eu-" + "0" * 32
JUNE, JULY = (datetime.datetime(2026, month, 1, tzinfo=datetime.UTC) for month in (6, 7))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"trail_days": 183}, "at least 184"),
        ({"trail_days": 200}, "must not be more than `trail_days`"),
        ({"full_days": 401}, "must not be more than `trail_days`"),
        ({"redacted_days": 0}, ">= 1"),
        ({"trail_days": 40_000}, "<= 36500"),
    ],
)
def test_a_retention_that_could_not_be_kept_is_refused_in_words(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=said):
        msgspec.convert({"name": "r", **fields}, RetentionBody)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"end_users": ["anna@example.com"]}, "by their mark"),
        ({"end_users": ["eu-12"]}, "by their mark"),
        ({"since": JULY, "until": JUNE}, "`since` must be before `until`"),
        ({"since": "0001-01-01T00:00:00Z"}, "between the years"),
        ({"since": "2026-06-01T00:00:00"}, "timezone"),
    ],
)
def test_records_that_mean_nothing_are_refused_in_words(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=said):
        msgspec.convert(fields, Records)


def test_an_erasure_of_everything_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="must say what is to be erased"):
        msgspec.convert({"name": "x", "reason": "Because of it.", "records": {}}, ErasureBody)


def risk(kind: str, before: Any, after: Any) -> list[str]:
    return [reason.level for reason in KINDS[kind].risk(before, after)]


def held(**records: Any) -> LegalHoldBody:
    return LegalHoldBody(name="h", matter="File 1", reason="Proceedings began.", records=Records(**records))


@pytest.mark.parametrize(
    ("before", "after", "level"),
    [
        (None, held(), "low"),
        (held(), None, "critical"),
        (held(applications=("a",)), held(), "low"),
        (held(), held(applications=("a",)), "critical"),
        (held(applications=("a",)), held(applications=("a", "b")), "low"),
        (held(applications=("a", "b")), held(applications=("a",)), "critical"),
        (held(end_users=(MARK,)), held(), "low"),
        (held(since=JUNE), held(since=JULY), "critical"),
        (held(since=JULY), held(since=JUNE), "low"),
        (held(until=JUNE), held(until=JULY), "low"),
        (held(), held(until=JULY), "critical"),
    ],
)
def test_whatever_a_hold_no_longer_covers_is_grave(before: Any, after: Any, level: str) -> None:
    assert risk("legal_hold", before, after) == [level]


def test_shortening_a_retention_is_graver_than_lengthening_it() -> None:
    long, short = RetentionBody(name="r"), RetentionBody(name="r", trail_days=200, redacted_days=200, full_days=200)
    assert risk("retention", long, short) == ["high"] * 3
    assert risk("retention", short, long) == ["medium"] * 3
    assert risk("retention", None, long) == ["high"]


@pytest.mark.parametrize("kind", ["retention", "legal_hold", "erasure"])
def test_one_person_alone_never_changes_it(kind: str) -> None:
    assert not KINDS[kind].by_break_glass
