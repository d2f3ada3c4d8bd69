"""Violations, as the trail opens them."""

import uuid
from datetime import datetime, timedelta

from django.utils import timezone

from audit.models import Violation
from audit.trail.sightings import DUE_AFTER_HOURS, violation_id


def open_case(
    *,
    application: str = "risk-engine",
    team: str = "payments",
    guard: str = "prompt_injection",
    rule: str = "ignore_instructions",
    severity: str = "high",
    at: datetime | None = None,
    count: int = 1,
    call: uuid.UUID | None = None,
    **fields: object,
) -> Violation:
    """A case that is new unless `fields` say otherwise."""
    at = at or timezone.now()
    return Violation.objects.create(
        id=violation_id(application=application, guard=guard, rule=rule, at_us=int(at.timestamp() * 1e6)),
        application=application,
        team=team,
        guard=guard,
        rule=rule,
        severity=severity,
        revision=1,
        count=count,
        first_at=at,
        last_at=at,
        first_call_id=call or uuid.uuid4(),
        last_call_id=call or uuid.uuid4(),
        due_at=at + timedelta(hours=DUE_AFTER_HOURS[severity]),
        **fields,
    )
