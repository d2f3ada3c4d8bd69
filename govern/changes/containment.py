"""Containment: an application that violates policy too often is stopped by a rule in force, once an episode, and for a time.

An episode ends where a stop does: calls count only if they ran under a later revision than the last one in which the application was
stopped. Revisions are numbers, so no clock can make an episode count twice, or hide a new one.
"""

import logging
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

import msgspec
from django.db import connection, transaction
from django.utils import timezone

from audit.selectors.sightings import Often, Seen, seen_after, seen_often
from govern.changes.clearing import clear_way
from govern.changes.events import traffic_contained, traffic_resumed
from govern.changes.in_force import call_door
from govern.changes.kinds import KINDS
from govern.changes.notifications.telling import tell_of_containment
from govern.changes.refused import ChangeRefused
from govern.changes.revisions import manifest_in_force, sign_manifest
from govern.models import Containment, Governed, Stop
from govern.models.organisation import Application, Team
from govern.policy.bodies import StopBody, body_name
from govern.policy.canonical import canonical_json, content_digest
from govern.policy.containment_body import ContainmentBody
from govern.policy.contents import NotAsSigned

MOST_CASES = 20
"""Cases that an event names."""
_log = logging.getLogger("govern.changes")

_LAST_STOPPED = """
SELECT coalesce(max(r.number), 0) FROM govern_revision r
WHERE r.number >= %s AND EXISTS (
    SELECT FROM govern_version v
    WHERE v.kind = 'stop' AND r.manifest::jsonb->'stop'->>v.object_name = v.sha256
      AND (v.canonical::jsonb->>'target' = 'everything'
           OR (v.canonical::jsonb->>'target' = 'application' AND v.canonical::jsonb->>'of' = %s)))
"""


def contain_applications() -> list[str]:
    """Stops every application that a rule in force says. Returns their names.

    Safe to run at any time and by several at once: each stop is one transaction, and the second finds it there. A rule that cannot be
    followed is logged, each time anew, and keeps no other from being followed.
    """
    contained: list[str] = []
    for rule in Containment.objects.in_force():
        try:
            contained += _follow(rule)
        except (NotAsSigned, ChangeRefused) as error:
            _log.error("The containment rule %s could not be followed: %s", rule.name, error)
    return contained


def covered_applications(body: ContainmentBody, bodies: Mapping[str, Mapping[str, Any]]) -> frozenset[str]:
    """The applications that a rule watches, of those in `bodies` (kind → name → body)."""
    return KINDS["containment"].reach(body, bodies)


def would_stop(body: ContainmentBody, bodies: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The applications that a rule would stop now, of those in `bodies` (kind → name → body)."""
    return sorted(
        found.application
        for found in _seen_often(body, bodies)
        if not _is_stopped(found.application) and _seen_since_stopped(body, found).calls >= body.violations
    )


def _follow(rule: Governed) -> list[str]:
    body: ContainmentBody = rule.body
    return [found.application for found in _seen_often(body, _bodies()) if _contain(body, found)]


def _seen_often(body: ContainmentBody, bodies: Mapping[str, Mapping[str, Any]]) -> list[Often]:
    return seen_often(
        applications=sorted(covered_applications(body, bodies)),
        severity=body.severity,
        minutes=body.minutes,
        at_least=body.violations,
    )


def _seen_since_stopped(body: ContainmentBody, found: Often) -> Seen:
    return seen_after(_last_stopped(found), application=found.application, severity=body.severity, minutes=body.minutes)


def _bodies() -> dict[str, dict[str, Any]]:
    return {model.KIND: {each.name: each.body for each in model.objects.in_force()} for model in (Application, Team)}


def _contain(rule: ContainmentBody, found: Often) -> bool:
    """Whether it was stopped by this call. Raises `ChangeRefused` where others kept it from being stopped; the next run does it."""
    with clear_way(), transaction.atomic():
        manifest = manifest_in_force()
        if _is_stopped(found.application):
            return False
        seen = _seen_since_stopped(rule, found)
        if seen.calls < rule.violations:
            return False
        until = timezone.now() + timedelta(minutes=rule.stop_minutes)
        body = StopBody(target="application", of=found.application, reason=rule.reason, until=until, rule=rule.name)
        name = body_name("stop", body)
        if name in manifest["stop"]:  # something else that is stopped was given this name
            name = f"{name}:{uuid4().hex[:8]}"
            body = msgspec.structs.replace(body, name=name)
        canonical = canonical_json(body)
        sha256 = content_digest(canonical)
        manifest["stop"][name] = sha256
        stop = Stop.objects.filter(name=name).first()
        signed = sign_manifest(manifest)
        call_door(
            "govern_contain_application",
            stop.pk if stop else uuid4(),
            name,
            canonical,
            sha256,
            signed.as_json(),
        )
        traffic_contained(
            application=found.application,
            rule=rule.name,
            violations=seen.calls,
            severity=rule.severity,
            minutes=rule.minutes,
            until=until.isoformat(),
            cases=seen.cases[:MOST_CASES],
            revision=signed.number,
        )
        tell_of_containment(application=found.application, rule=rule.name, until=until, revision=signed.number)
    return True


def _is_stopped(application: str) -> bool:
    return any(
        body.target == "everything" or (body.target == "application" and body.of == application)
        for body in _stops_in_force()
    )


def _stops_in_force() -> Iterator[StopBody]:
    for stop in Stop.objects.in_force():
        yield stop.body


def _last_stopped(found: Often) -> int:
    """The last revision in which the application was stopped, of those since the first of these calls; 0: in none."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST_STOPPED, [found.revision, found.application])
        (number,) = cursor.fetchone()
    return int(number)


def lapse_stops() -> list[str]:
    """Ends stops whose time is over. Returns their names. One that others kept from being ended stays stopped until the next run."""
    lapsed: list[str] = []
    for stop in Stop.objects.in_force():
        try:
            if _lapse(stop):
                lapsed.append(stop.name)
        except (NotAsSigned, ChangeRefused) as error:
            _log.error("The stop %s could not be ended: %s", stop.name, error)
    return lapsed


@transaction.atomic
def _lapse(stop: Governed) -> bool:
    body: StopBody = stop.body
    if body.until is None or body.until > timezone.now():
        return False
    manifest = manifest_in_force()
    manifest["stop"].pop(stop.name, None)
    signed = sign_manifest(manifest)
    call_door("govern_lapse_stop", stop.pk, signed.as_json())
    traffic_resumed(stopped=stop.name, revision=signed.number)
    return True
