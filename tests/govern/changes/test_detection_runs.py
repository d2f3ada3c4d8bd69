"""The guards in force are measured against texts that ship, after every change of what they look at and every quarter."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from govern.changes.detection.corpus import CASES, corpus_digest
from govern.changes.detection.running import EVERY, run_detection, why_due
from govern.models import DetectionRun
from govern.policy.canonical import content_digest
from govern.tasks import measure_detection
from tests.cast import person
from tests.factories.changes import apply, body_of, propose, submit
from tests.factories.installation import install_sample


@pytest.fixture(autouse=True)
def _installation(db: None) -> None:
    install_sample()
    for name in ("amy", "ben", "cara", "olive"):
        person(name)


def without_injection() -> None:
    guards = [{"guard": "secrets", "on": ["input", "output"], "action": "block"}]
    looser = body_of("guard_policy", "baseline", guards=guards)
    apply(submit(propose("No guard against injection", "It is in the way.", ("guard_policy", looser))))


def test_guards_that_ship_find_what_is_planted_and_touch_nothing_else() -> None:
    run = run_detection()
    assert run is not None
    for group in run.groups:
        assert (group["missed"], group["alarmed"]) == ([], []), group


def test_what_no_guard_looks_for_is_missed() -> None:
    without_injection()
    run = run_detection()
    assert run is not None
    missed = {case for group in run.groups for case in group["missed"]}
    assert {case.id for case in CASES if case.sort in ("prompt_injection", "pii")} == missed


def test_the_result_is_filed_with_its_revision_and_in_the_trail() -> None:
    run = run_detection(by="olive")
    assert run is not None
    event = AuditEvent.objects.get(type="detection.measured")
    assert (event.actor, event.fields["revision"]) == ("olive", run.revision_id)
    assert event.fields["result_sha256"] == run.result_sha256 == content_digest(run.result)
    assert run.corpus_sha256 == corpus_digest()
    applications = [name for group in run.groups for name in group["applications"]]
    assert sorted(applications) == ["filings-reader", "helpdesk", "intern-bot", "risk-engine"]


def test_it_is_due_once_after_each_change_and_each_quarter() -> None:
    assert why_due() == "never"
    assert measure_detection()
    assert why_due() == ""
    assert not measure_detection()
    without_injection()
    assert why_due() == "changed"
    assert measure_detection()
    DetectionRun.objects.filter(pk=DetectionRun.objects.latest("at").pk).update(at=timezone.now() - EVERY)
    DetectionRun.objects.filter(at__gt=timezone.now() - timedelta(days=1)).delete()
    assert why_due() == "quarter"


def test_a_change_of_something_else_makes_nothing_due() -> None:
    run_detection()
    raised = body_of("budget", "organisation", limit_usd="2600.00")
    apply(submit(propose("More", "It ran out.", ("budget", raised))))
    assert why_due() == ""


def test_what_is_due_waits_for_officers(client: Client) -> None:
    client.force_login(person("olive"), backend="django.contrib.auth.backends.ModelBackend")

    def waits() -> bool:
        duties = client.get(reverse("admin:index")).context["duties"].waiting
        return any(duty.title == "Measure what the guards in force find" for duty in duties)

    assert waits()
    call_command("detection_run")
    assert not waits()


def test_the_page_names_what_was_missed_and_a_result_that_was_altered(client: Client) -> None:
    without_injection()
    run = run_detection(cases=CASES[:1])
    assert run is not None
    client.force_login(person("dan"), backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("admin:govern_detectionrun_change", args=[run.pk])
    text = client.get(address).content.decode()
    assert CASES[0].text in text
    assert "not what was written" not in text
    DetectionRun.objects.update(result=run.result.replace("filings-reader", "another"))
    assert "not what was written" in client.get(address).content.decode()
