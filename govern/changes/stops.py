"""The kill switch: one person turns traffic off; turning it on again is a change like any other."""

from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from govern.changes.clearing import clear_way
from govern.changes.events import traffic_stopped
from govern.changes.in_force import call_door
from govern.changes.refused import ChangeRefused
from govern.changes.revisions import manifest_in_force, sign_manifest
from govern.models import GOVERNED, Person, Stop
from govern.policy.bodies import StopBody, body_name
from govern.policy.canonical import canonical_json, content_digest

TARGETS = {"application": "application", "model": "catalog_model", "provider": "provider"}
"""What may be stopped besides everything → kind of the object of that name."""


_ATTEMPTS = 5


def stop_traffic(*, target: str, of: str, reason: str, by: Person) -> Stop:
    """Stops everything, or an application, a model or a provider. Gateways act on it within a second.

    Waits for nobody: it takes no advisory lock, and ends the sessions that hold what it needs. Whoever was putting another change in force
    meanwhile is told to try again, or comes first, and then the stop is made anew on top of that. Raises `ChangeRefused` if it is stopped
    already, or there is no such thing.
    """
    attempt = 1
    while True:
        try:
            with clear_way(), transaction.atomic():
                return _stop(target=target, of=of, reason=reason, by=by)
        except ChangeRefused as refused:
            if refused.code not in {"conflict", "busy"} or attempt == _ATTEMPTS:
                raise
            attempt += 1


def _stop(*, target: str, of: str, reason: str, by: Person) -> Stop:
    if target != "everything" and (
        target not in TARGETS or not GOVERNED[TARGETS[target]].objects.filter(name=of).exists()
    ):
        raise ChangeRefused(
            "unknown_target", _("There is no %(target)s named “%(name)s”.") % {"target": target, "name": of}
        )
    if not reason.strip():
        raise ChangeRefused("reason_missing", _("Say why: whoever turns it on again must know."))
    body = StopBody(target=target, of="" if target == "everything" else of, reason=reason.strip())  # type: ignore[arg-type]
    name = body_name("stop", body)
    found = Stop.objects.filter(name=name).first()
    if found is not None and found.active_version_id is not None:
        raise ChangeRefused("stopped_already", _("It is stopped already."))
    canonical = canonical_json(body)
    sha256 = content_digest(canonical)
    manifest = manifest_in_force()
    manifest["stop"][name] = sha256
    object_id = found.pk if found else uuid4()
    signed = sign_manifest(manifest)
    call_door("govern_stop_traffic", object_id, name, canonical, sha256, by.pk, signed.as_json())
    traffic_stopped(actor=by.username, stopped=name, reason=body.reason, revision=signed.number)
    return Stop.objects.get(pk=object_id)
