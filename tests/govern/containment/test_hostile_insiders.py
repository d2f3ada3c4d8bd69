"""Nobody gets round containment, or by it round four eyes, from a database shell; and nothing that dies half-way leaves half a stop."""

from datetime import timedelta
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
from django.db import Error, connection, connections, transaction
from django.utils import timezone

from audit.models import AuditEvent, RecentSighting
from govern.changes import containment
from govern.changes.containment import contain_applications
from govern.changes.in_force import call_door
from govern.changes.notifications.messages import subject, text
from govern.changes.refused import ChangeRefused
from govern.changes.revisions import manifest_in_force, sign_manifest
from govern.changes.risk import assess_items
from govern.models import Notification, Stop, Version
from govern.policy.bodies import StopBody
from govern.policy.canonical import canonical_json, content_digest
from tests.govern.changes.changing import draft
from tests.govern.containment.conftest import See
from tests.govern.containment.rules import REASON, put_rule

pytestmark = pytest.mark.usefixtures("as_application")


def run(sql: str, *arguments: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, arguments)


def contain(body: StopBody) -> None:
    """What somebody could do who has even the proof of a revision."""
    canonical = canonical_json(body)
    manifest = manifest_in_force()
    manifest["stop"]["forged"] = content_digest(canonical)
    signed = sign_manifest(manifest)
    call_door("govern_contain_application", uuid4(), "forged", canonical, content_digest(canonical), signed.as_json())


def test_sightings_cannot_be_removed_changed_or_written_for_another_time(see: See) -> None:
    see(2)
    for sql in (
        "DELETE FROM audit_recent_sighting",
        "TRUNCATE audit_recent_sighting",
        "UPDATE audit_recent_sighting SET severity = 'low'",
        "INSERT INTO audit_recent_sighting (violation_id, call_id, application, severity, at, revision) SELECT gen_random_uuid(), gen_random_uuid(), 'helpdesk', 'high', now() - interval '1 hour', 1",
    ):
        with pytest.raises(Error):
            run(sql)
    assert RecentSighting.objects.count() == 2


def test_the_door_stops_only_what_a_rule_in_force_says_and_for_as_long() -> None:
    put_rule(stop_minutes=60)
    soon, late = (timezone.now() + timedelta(minutes=minutes) for minutes in (59, 120))
    right = {"target": "application", "of": "helpdesk", "reason": REASON, "until": soon, "rule": "bursts"}
    for wrong in (
        {"rule": "no-such-rule"},
        {"rule": None},
        {"target": "everything", "of": ""},
        {"target": "model", "of": "gpt-5.4"},
        {"until": late},
        {"until": None},
        {"until": timezone.now() - timedelta(minutes=1)},
        {"reason": "Because I say so."},
    ):
        with pytest.raises(ChangeRefused):
            contain(StopBody(**(right | wrong)))
    assert not Stop.objects.in_force().exists()


def test_a_stop_is_not_ended_before_its_time_by_the_door(see: See) -> None:
    put_rule()
    see(3)
    contain_applications()
    stop = Stop.objects.in_force().get()
    manifest = manifest_in_force()
    manifest["stop"].pop(stop.name)
    with pytest.raises(ChangeRefused, match="not over"):
        call_door("govern_lapse_stop", stop.pk, sign_manifest(manifest).as_json())
    with pytest.raises(Error):
        run("UPDATE govern_stop SET active_version_id = NULL")


def test_shortening_a_stop_or_weakening_a_rule_is_as_risky_as_lifting_it(see: See) -> None:
    put_rule()
    see(3)
    contain_applications()
    stop = Stop.objects.in_force().get()
    for kind, name, fields in (
        ("stop", stop.name, {"until": timezone.now() + timedelta(seconds=5)}),
        ("containment", "bursts", {"violations": 10_000}),
        ("containment", "bursts", {"scope": {"applications": ["risk-engine"]}}),
        ("containment", "bursts", {"severity": "critical"}),
        ("containment", "bursts", {"stop_minutes": 5}),
    ):
        change = draft(kind, name, **fields)
        assert assess_items(change.items.all()) == "high", fields
    longer = draft("stop", stop.name, until=timezone.now() + timedelta(days=1))
    assert assess_items(longer.items.all()) == "low"


def test_what_dies_before_the_end_leaves_nothing_and_the_next_run_does_it(
    see: See, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_rule()
    see(3)
    versions = Version.objects.count()

    def dies(**_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as killed:
        killed.setattr(containment, "tell_of_containment", dies)
        with pytest.raises(SystemExit):
            contain_applications()
    assert not Stop.objects.exists()
    assert Version.objects.count() == versions
    assert not AuditEvent.objects.filter(type="traffic.contained").exists()
    assert contain_applications() == ["helpdesk"]


def test_two_workers_at_once_contain_once(see: See) -> None:
    put_rule()
    see(3)
    found: list[str] = []

    def work() -> None:
        try:
            found.extend(contain_applications())
        finally:
            connections.close_all()

    workers = [Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert found == ["helpdesk"]
    assert AuditEvent.objects.filter(type="traffic.contained").count() == 1


def test_it_is_told_once(see: See, settings: Any) -> None:
    settings.GOVERN_WEBHOOK_URLS = ["https://hooks.example.org/govern"]
    put_rule()
    see(3)
    contain_applications()
    contain_applications()
    (told,) = Notification.objects.filter(event="traffic.contained")
    assert told.address == "https://hooks.example.org/govern"
    assert subject(told.event, told.facts).startswith("The containment rule bursts stopped helpdesk until ")
    assert told.facts["link"] in text(told.event, told.facts)
