"""A filled trail is one that the gateway could have written: its pages open, it is found, sealed and verified."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent, State, Violation
from audit.sealing.sealer import seal_all
from audit.selectors.search import Wanted, search_calls
from audit.trail.call_record import is_readable
from audit.trail.events import OUTCOME, REJECTED
from audit.verification.trail import verify_trail
from govern.demo.filling.filling import Filled, fill_trail
from govern.identity.sealing_key import trail_public_keys, trail_signer

UNTIL = datetime(2026, 11, 20, 12, tzinfo=UTC)


def fill(seed: int = 1, events: int = 900) -> Filled:
    return fill_trail(events=events, days=75, seed=seed, until=UNTIL)


def written() -> list[tuple[Any, ...]]:
    columns = ("id", "at", "type", "call_id", "application", "model", "code", "verdict", "cost_nano_usd", "body")
    return [(*row[:-1], json.dumps(row[-1])) for row in AuditEvent.objects.order_by("seq").values_list(*columns)]


def test_every_record_has_the_shape_that_pages_are_told_from(db: None) -> None:
    filled = fill()
    outcomes = AuditEvent.objects.outcomes()
    assert all(is_readable(event.fields) for event in AuditEvent.objects.filter(call_id__isnull=False))
    assert outcomes.count() + AuditEvent.objects.filter(type=REJECTED).count() == filled.calls
    assert filled.events == AuditEvent.objects.count()
    assert all(event.fields["request_id"] == str(event.call_id) for event in outcomes)
    assert {event.application for event in outcomes} > {"payments-helper"}
    assert len({event.at.month for event in outcomes}) == 3


def test_it_is_sealed_and_verified(transactional_db: None) -> None:
    fill()
    assert seal_all(trail_signer()) > 0
    report = verify_trail(trail_public_keys(), [])
    assert report.ok, report.first_fault
    assert report.intents == report.outcomes


def test_calls_are_found_by_id_person_and_session(db: None) -> None:
    fill()
    call = next(e for e in AuditEvent.objects.outcomes() if e.fields.get("end_user") and e.fields.get("client"))
    for wanted in (
        Wanted(id_prefix=call.call_id.hex if call.call_id else ""),
        Wanted(person=call.fields["end_user"]["id"]),
        Wanted(session=call.fields["client"]["session"]),
    ):
        assert call.call_id in [row.call_id for row in search_calls(wanted, within=None).rows]


def test_cases_stand_in_every_state_with_the_events_that_brought_them_there(db: None) -> None:
    filled = fill(events=3_000)
    cases = list(Violation.objects.all())
    assert len(cases) == filled.cases == AuditEvent.objects.filter(type="violation.opened").count()
    assert {case.state for case in cases} == set(State.values)
    last = {event.fields["violation"]: event.fields["after"] for event in AuditEvent.objects.filter(type="violation.transitioned").order_by("at", "seq")}  # fmt: skip
    assert all(last.get(str(case.pk), State.NEW) == case.state for case in cases)
    outcomes = AuditEvent.objects.filter(type=OUTCOME, body__isnull=False)
    told = {event.fields["violation_id"] for event in outcomes} - {None}
    assert told <= {str(case.pk) for case in cases}
    assert not AuditEvent.objects.filter(at__gt=UNTIL).exists()


def test_the_same_seed_draws_the_same_calls(db: None) -> None:
    fill()
    first = written()
    half = len(first)
    fill()
    assert written()[half:] == first
    fill(seed=2)
    assert written()[2 * half :][:10] != first[:10]


def test_pages_show_it(db: None) -> None:
    from tests.cast import person

    fill()
    olive = Client()
    olive.force_login(person("olive"), backend="django.contrib.auth.backends.ModelBackend")
    page = olive.get(reverse("admin:audit_auditevent_changelist"))
    assert len(page.context["page"].rows) == 50
    call = page.context["page"].rows[0].call_id
    assert olive.get(reverse("admin:audit_auditevent_call", args=[call])).status_code == 200
    case = Violation.objects.filter(state=State.RESOLVED).first()
    assert case is not None
    assert (
        "The application was put right."
        in olive.get(reverse("admin:audit_violation_change", args=[case.pk])).content.decode()
    )


def test_a_trail_that_is_evidence_is_not_filled_by_accident(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/govern")
    with pytest.raises(CommandError, match="--yes-i-know"):
        call_command("fill", events=10)
    assert not AuditEvent.objects.exists()
    call_command("fill", events=10, days=2, yes_i_know=True)
    assert AuditEvent.objects.filter(type="trail.filled").exists()


@pytest.mark.parametrize("numbers", [{"events": 0}, {"events": -1}, {"days": 0}, {"days": 10**6}, {"events": 10**12}])
def test_odd_numbers_are_refused_in_words(db: None, numbers: dict[str, int]) -> None:
    with pytest.raises(CommandError, match=r"Give from 1"):
        call_command("fill", **numbers)
