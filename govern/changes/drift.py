"""Whether what is stored is what was signed. A difference means that somebody wrote around Govern, and opens a critical violation."""

import time

from django.db import connection, transaction

from audit.models import Violation
from audit.services.opening import open_case
from audit.trail.events import record_event
from audit.trail.sightings import Sighting
from govern.changes.revisions import changed_names, manifest_in_force
from govern.changes.signed_text import signed_text
from govern.identity.keyring import keyring
from govern.models import Membership, Person, Revision
from govern.policy.canonical import content_digest

_NO_CALL = bytes(16)
PLACES = 20
"""How many places an event names at most."""
_CHANGED_VERSIONS = """
SELECT kind || '/' || object_name FROM govern_version
WHERE sha256 <> encode(sha256(convert_to(canonical, 'UTF8')), 'hex') ORDER BY 1
"""


def find_drift() -> list[str]:
    """Places that differ from the revision in force, such as `budget/organisation`; empty when nothing does, or nothing is in force."""
    newest = Revision.objects.order_by("-number").first()
    if newest is None:
        return []
    places = changed_names(newest.entries, manifest_in_force())
    text = signed_text(newest.number, newest.sha256, newest.created_at)
    if content_digest(newest.manifest) != newest.sha256 or not keyring().verifies(text, newest.signature):
        places.append(f"revision/{newest.number}")
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED_VERSIONS)
        places += [place for (place,) in cursor.fetchall()]
    return list(dict.fromkeys(places + _roles()))


def _roles() -> list[str]:
    """People who hold other roles than what is in force gives them, and superusers that nothing gave rise to."""
    given = {m.name: set(m.body.groups) for m in Membership.objects.in_force() if m.body}
    held = {
        person.username: {group.name for group in person.groups.all()}
        for person in Person.objects.prefetch_related("groups")
    }
    return [f"membership/{name}" for name in sorted(held) if held[name] != given.get(name, set())]


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
        guard="drift",
        rule="what is stored is not what was signed",
        severity="critical",
        at_us=time.time_ns() // 1_000,
        call_id=_NO_CALL,
        revision=revision,
    )
    if not Violation.objects.open().filter(pk=sighting.violation_id).exists():
        record_event(type="policy.drifted", actor=None, context={"places": named, "revision": revision})
        open_case(sighting)
    return places
