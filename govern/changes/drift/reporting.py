"""Reporting drift: a critical case, and an event that names the places."""

import time

from django.db import transaction

from audit.models import Violation
from audit.services.opening import open_case
from audit.trail.sightings import Sighting
from govern.changes.drift.finding import find_drift
from govern.changes.events import policy_drifted
from govern.models import Revision

_NO_CALL = bytes(16)
GUARD = "drift"
"""What its cases name as their guard."""
PLACES = 20
"""How many places an event names at most."""


@transaction.atomic
def report_drift() -> list[str]:
    """Looks for drift and reports it: one case a day, and one event when that case opens or opens again. Returns the places."""
    places = find_drift()
    if not places:
        return []
    revision = Revision.objects.order_by("-number").values_list("number", flat=True).first()
    named = ", ".join(places[:PLACES]) + (" …" if len(places) > PLACES else "")
    sighting = Sighting(
        application="govern",
        team="",
        guard=GUARD,
        rule="what is stored is not what was signed",
        severity="critical",
        at_us=time.time_ns() // 1_000,
        call_id=_NO_CALL,
        revision=revision,
    )
    if not Violation.objects.open().filter(pk=sighting.violation_id).exists():
        policy_drifted(places=named, revision=revision)
        open_case(sighting)
    return places
