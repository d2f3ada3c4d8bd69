"""The event that a case leaves when a call opens or reopens it, in the transaction of that call."""

import msgspec

from audit.trail.events import check_event
from audit.trail.identifiers import uuid7
from audit.trail.rows import pack_event
from audit.trail.sightings import Joined


def pack_case_event(case: Joined, instance: int) -> bytes:
    """One row for the trail, `violation.opened` or `violation.reopened`."""
    seen = case.sighting
    type_ = "violation.opened" if case.opened else "violation.reopened"
    context = {
        "violation": str(case.id),
        "application": seen.application,
        "guard": seen.guard,
        "rule": seen.rule,
        "severity": seen.severity,
    }
    check_event(type_, context)
    return pack_event(
        id=uuid7(),
        at_us=seen.at_us,
        type=type_,
        call_id=seen.call_id,
        application=seen.application,
        team=seen.team,
        key=None,
        actor=None,
        model=None,
        status=None,
        code=None,
        verdict=None,
        cost_nano_usd=None,
        revision=seen.revision,
        body=msgspec.json.encode(context),
        instance=instance,
    )
