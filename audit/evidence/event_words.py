"""How a table of a pack says what an event recorded."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from audit.evidence.answers import Cell
from audit.models import AuditEvent
from audit.presentation.amounts import count, span
from audit.trail.actors import actor_label


def said(event: AuditEvent, name: str) -> str:
    """A field of the body; a dash where it says nothing."""
    value = event.fields.get(name)
    return str(value) if value not in (None, "") else "–"


def number(event: AuditEvent | None, name: str) -> str:
    """A whole number of the body; a dash where there is none."""
    value: Any = event.fields.get(name) if event else None
    return count(value) if type(value) is int else "–"


def actor(event: AuditEvent) -> str:
    """Who did it."""
    return str(actor_label(event.actor, begins=True) or _("The system"))


def moment(at: datetime, *, seconds: bool = False) -> str:
    """A time in UTC, as all times of a pack are."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if seconds else f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def median_span(lengths: Iterable[timedelta | None]) -> str:
    """The median of those that are known; a dash where none is."""
    known = [length.total_seconds() for length in lengths if length is not None]
    return span(timedelta(seconds=median(known))) if known else "–"


def event_address(event: AuditEvent) -> str:
    """The page of an event."""
    return reverse("admin:audit_auditevent_change", args=[event.pk])


def linked(event: AuditEvent, *, seconds: bool = False) -> Cell:
    """The time of an event, which leads to its page."""
    return Cell(moment(event.at, seconds=seconds), event_address(event))
