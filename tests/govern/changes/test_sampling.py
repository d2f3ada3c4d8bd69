"""Random calls are drawn by a seed that nobody chooses, and rated by people whose calls they are not."""

import uuid
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent, Checkpoint, SampledCall, SampleDraw
from audit.sampling import draw, last_week, rank, seed_of
from audit.selectors.sampling import differing_draws, rates
from audit.services.sampling import RatingRefused, draw_week
from govern.changes.sampling import rate_sampled
from govern.models import ApiKey, Person
from govern.tasks import draw_samples
from tests.cast import person
from tests.factories.calls import record_call
from tests.factories.changes import apply, body_of, new_body, propose, submit
from tests.factories.checkpoints import seal_day
from tests.factories.installation import install_sample
from tests.govern.admin.test_owners import owen

pytestmark = pytest.mark.django_db
WEEK = last_week(timezone.now())
SAMPLED = {"name": "sampled", "scope": {"applications": ["helpdesk"]}, "sampled_a_week": 3}


@pytest.fixture(autouse=True)
def _installation(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audit.sampling.AFTER", timedelta(0))
    install_sample()
    for name in ("amy", "ben", "cara", "dan", "olive"):
        person(name)


def calls_of_the_week(number: int = 8, **fields: Any) -> set[uuid.UUID]:
    at = datetime.combine(WEEK, time(9), tzinfo=UTC)
    return {record_call(application="helpdesk", at=at + timedelta(hours=hour), **fields) for hour in range(number)}


def drawn(wanted: int = 3) -> SampleDraw:
    made = draw_week(application="helpdesk", week=WEEK, wanted=wanted, policy="sampled")
    assert made is not None
    return made


def rate(sampled: SampledCall, name: str = "olive", rating: str = "right", note: str = "") -> SampledCall:
    return rate_sampled(sampled=sampled, rating=rating, note=note, by=person(name))


def test_a_policy_has_calls_of_the_last_week_drawn_once() -> None:
    apply(submit(propose("Look at some", "Nobody looks.", ("guard_policy", new_body("guard_policy", **SAMPLED)))))
    asked = calls_of_the_week()
    record_call(application="helpdesk")
    assert draw_samples() == 0, "no checkpoint covers the week yet"
    seal_day()
    assert draw_samples() == 1
    assert draw_samples() == 0
    made = SampleDraw.objects.get()
    assert (made.application, made.week, made.population, made.drawn) == ("helpdesk", WEEK, 8, 3)
    assert {call.call_id for call in made.calls.all()} < asked
    event = AuditEvent.objects.get(type="sampling.drawn")
    assert (event.fields["policy"], event.fields["seed"], event.fields["wanted"]) == ("sampled", made.seed, 3)
    assert event.fields["calls"] == [str(call.call_id) for call in made.calls.order_by("place")]


def test_an_auditor_draws_the_same_calls_from_what_is_recorded() -> None:
    asked = calls_of_the_week()
    seal_day()
    made = drawn()
    root = bytes(Checkpoint.objects.get(number=made.checkpoint).root)
    assert made.seed == seed_of("helpdesk", WEEK, root)
    assert [call.call_id for call in made.calls.order_by("place")] == sorted(
        asked, key=lambda call: rank(made.seed, call)
    )[:3]
    assert list(differing_draws()) == []


def test_drawing_again_until_it_suits_gives_the_same_whatever_was_sealed_since() -> None:
    calls_of_the_week()
    seal_day()
    first = draw("helpdesk", WEEK, 3)
    calls_of_the_week(4)  # written into the past, after the checkpoint
    seal_day()
    assert draw("helpdesk", WEEK, 3) == first


def test_a_draw_that_somebody_exchanged_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    asked = calls_of_the_week()
    seal_day()
    made = drawn()
    other = next(iter(asked - {call.call_id for call in made.calls.all()}))
    SampledCall.objects.filter(draw=made, place=1).update(call_id=other)
    with pytest.raises(SystemExit):
        call_command("sampling_check")
    assert "other calls come out" in capsys.readouterr().out


def test_a_rating_is_an_event_and_stays() -> None:
    calls_of_the_week()
    seal_day()
    sampled = drawn().calls.get(place=1)
    with pytest.raises(RatingRefused, match="note"):
        rate(sampled, rating="missed")
    rate(sampled, rating="missed", note="A number of a card.")
    event = AuditEvent.objects.get(type="sampling.rated")
    assert (event.actor, event.fields["rating"], event.fields["call"]) == ("olive", "missed", str(sampled.call_id))
    with pytest.raises(RatingRefused, match="olive has rated"):
        rate(sampled, name="ben")
    assert AuditEvent.objects.filter(type="sampling.rated").count() == 1


@pytest.mark.parametrize("name", ["amy", "dan", "eve"])
def test_who_writes_policies_or_audits_does_not_rate(name: str) -> None:
    calls_of_the_week()
    seal_day()
    with pytest.raises(RatingRefused):
        rate(drawn().calls.get(place=1), name=name)


def test_nobody_rates_what_they_look_after() -> None:
    owen(applications=["helpdesk"])
    found = Person.objects.get(username="owen")
    found.groups.add(Group.objects.get(name="approver"))
    calls_of_the_week()
    seal_day()
    with pytest.raises(RatingRefused, match="look after"):
        rate_sampled(sampled=drawn().calls.get(place=1), rating="right", note="", by=found)


def test_nobody_rates_calls_of_a_key_that_they_issued() -> None:
    calls_of_the_week()
    seal_day()
    ApiKey.objects.filter(application__name="helpdesk", name="main").update(created_by=person("ben"))
    with pytest.raises(RatingRefused, match="key"):
        rate(drawn().calls.get(place=1), name="ben")


def test_nobody_rates_their_own_call() -> None:
    calls_of_the_week(end_user={"by": "header", "id": "ben", "verified": True})
    seal_day()
    sampled = drawn().calls.get(place=1)
    with pytest.raises(RatingRefused, match="your own"):
        rate(sampled, name="ben")
    assert rate(sampled, name="cara").rated_by == "cara"


def test_a_rating_that_was_turned_round_in_a_shell_is_named_and_not_counted() -> None:
    calls_of_the_week()
    seal_day()
    made = drawn()
    rate(made.calls.get(place=1), rating="missed", note="A number.")
    rate(made.calls.get(place=2))
    SampledCall.objects.filter(place=1).update(rating="right")
    (found,) = rates(timezone.now() - timedelta(weeks=13))
    assert (found.drawn, found.rated, found.right, found.missed, found.unrecorded) == (3, 1, 1, 0, 1)


def test_the_application_s_role_can_neither_draw_again_nor_take_back() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege('govern_app', 'audit_sample_draw', 'UPDATE, DELETE'),"
            " has_table_privilege('govern_app', 'audit_sampled_call', 'DELETE'),"
            " has_column_privilege('govern_app', 'audit_sampled_call', 'call_id', 'UPDATE')"
        )
        assert cursor.fetchone() == (False, False, False)


def test_the_queue_is_worked_on_its_pages_and_goes_on_to_the_next(client: Client) -> None:
    calls_of_the_week()
    seal_day()
    first, second, _third = drawn().calls.order_by("place")
    client.force_login(person("olive"), backend="django.contrib.auth.backends.ModelBackend")
    queue = client.get(reverse("admin:audit_sampledcall_changelist")).content.decode()
    assert queue.index(str(first.call_id)) < queue.index(str(second.call_id))
    address = reverse("admin:audit_sampledcall_rate", args=[first.pk])
    answer = client.post(address, {"rating": "too_strict", "note": "It was a phone number."})
    assert answer["Location"] == reverse("admin:audit_sampledcall_change", args=[second.pk])
    client.post(address, {"rating": "right"})
    first.refresh_from_db()
    assert (first.rating, first.rated_by) == ("too_strict", "olive")
    page = client.get(reverse("admin:audit_sampledcall_rates")).content.decode()
    assert "1 (100%)" in page


def test_an_auditor_sees_a_call_and_no_button(client: Client) -> None:
    calls_of_the_week()
    seal_day()
    sampled = drawn().calls.get(place=1)
    client.force_login(person("dan"), backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("admin:audit_sampledcall_change", args=[sampled.pk])).content.decode()
    assert sampled.draw.seed in page
    assert 'name="rating"' not in page
    client.post(reverse("admin:audit_sampledcall_rate", args=[sampled.pk]), {"rating": "right"})
    assert not SampledCall.objects.exclude(rating="").exists()


def test_fewer_rated_calls_are_a_risk() -> None:
    apply(submit(propose("Look at some", "Nobody looks.", ("guard_policy", new_body("guard_policy", **SAMPLED)))))
    change = submit(
        propose(
            "Look at fewer", "It takes long.", ("guard_policy", body_of("guard_policy", "sampled", sampled_a_week=1))
        )
    )
    assert change.risk == "medium"
