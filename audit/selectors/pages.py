"""Keyset pages: the cost of a page does not depend on how many came before it."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec
from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)


class BadCursor(ValueError):
    """The cursor was not made by a page."""


class Page(msgspec.Struct, Generic[M], frozen=True):
    """rows: newest first. next: the cursor of the following, older page, or None at the end."""

    rows: Sequence[M]
    next: str | None


def newest_first(queryset: QuerySet[M], *, time: str, tie: str, after: str | None, limit: int) -> Page[M]:
    """A page ordered by the column `time`, then by the column `tie`, both falling. Raises `BadCursor`."""
    if after is not None:
        at, last = _decode(after)
        try:
            # The first condition says nothing new, but lets PostgreSQL skip later partitions.
            queryset = queryset.filter(Q(**{f"{time}__lte": at}), Q(**{f"{time}__lt": at}) | Q(**{f"{tie}__lt": last}))
        except (TypeError, ValueError) as error:
            raise BadCursor("not a cursor of this list") from error
    rows = list(queryset.order_by(f"-{time}", f"-{tie}")[: limit + 1])
    if len(rows) <= limit:
        return Page(rows, None)
    return Page(rows[:limit], _encode(getattr(rows[limit - 1], time), getattr(rows[limit - 1], tie)))


def _encode(at: datetime, tie: Any) -> str:
    return urlsafe_b64encode(f"{at.isoformat()} {tie}".encode()).decode().rstrip("=")


def _decode(cursor: str) -> tuple[datetime, str]:
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        time, _, tie = text.partition(" ")
        at = datetime.fromisoformat(time)
    except ValueError as error:
        raise BadCursor("not a cursor of this list") from error
    if at.tzinfo is None:
        raise BadCursor("not a cursor of this list")
    return at, tie


def encode_cursor(at: datetime, seq: int) -> str:
    """The cursor of the page that follows a row of the trail."""
    return _encode(at, seq)


def decode_cursor(cursor: str) -> tuple[datetime, int]:
    """The place in the trail that a cursor names. Raises `BadCursor`."""
    at, tie = _decode(cursor)
    if not tie.isdecimal() or len(tie) > 18:
        raise BadCursor("not a cursor of this list")
    return at, int(tie)
