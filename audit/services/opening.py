"""Opening a violation from outside of a call."""

from django.db import connection

from audit.trail.events import record_event
from audit.trail.sightings import JOIN, Joined, Sighting, join_parameters, joined_cases


def open_case(sighting: Sighting) -> Joined:
    """Opens the day's case of a sighting, or joins it, in the current transaction, with the event that says so."""
    with connection.cursor() as cursor:
        cursor.execute(JOIN, join_parameters([sighting]))
        case = joined_cases([sighting], cursor.fetchall())[0]
    if case.opened or case.reopened:
        record_event(
            type="violation.opened" if case.opened else "violation.reopened",
            actor=None,
            context={
                "violation": str(case.id),
                "guard": sighting.guard,
                "rule": sighting.rule,
                "application": sighting.application,
                "severity": sighting.severity,
            },
        )
    return case
