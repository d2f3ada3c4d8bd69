"""A simulation is evidence: of one content, of what Govern itself found, and written once."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import Error, transaction
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from audit.models import AuditEvent
from govern.changes.checks import failed, run_checks
from govern.changes.drafts import propose_version
from govern.changes.refused import ChangeRefused
from govern.changes.simulation import running
from govern.changes.simulation.asking import resume_lost_simulations, simulate_again
from govern.changes.simulation.reading import latest_simulation
from govern.changes.simulation.running import run_simulation
from govern.changes.submission import reopen_change, submit_change
from govern.models import ChangeRequest, Simulation
from tests.cast import person
from tests.factories.installation import install_sample
from tests.govern.changes.changing import applied, approve, body_of, submitted
from tests.govern.changes.replaying import call, simulated

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _installation(db: None) -> None:
    install_sample()
    for name in ("amy", "ben", "cara", "dan", "olive"):
        person(name)


def warning(change: ChangeRequest) -> str:
    """What the checks say about the simulation, if it is a warning."""
    (check,) = [check for check in run_checks(change) if check.code == "simulation"]
    assert check not in failed([check])
    return "" if check.passed else check.message


def edited(change: ChangeRequest, limit_usd: str) -> ChangeRequest:
    """The change with other content, submitted again."""
    amy = person("amy")
    change = reopen_change(change=change, by=amy)
    body = body_of("budget", "organisation", limit_usd=limit_usd)
    propose_version(change=change, kind="budget", body=body, by=amy, edition=change.edition)
    return submit_change(change=change, by=amy, edition=change.edition)


def test_submitting_starts_one_and_the_worker_runs_it_after_the_commit(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    call("Hello.")
    with django_capture_on_commit_callbacks(execute=True):
        change = submitted()
        assert Simulation.objects.get(change=change).state == "waiting"
    found = latest_simulation(change)
    assert found is not None
    assert (found.found.state, found.found.digest, found.counts) == ("finished", change.content_digest, True)
    assert (found.found.done, found.found.total, found.found.base_revision) == (1, 1, 1)
    assert warning(change) == ""


def test_its_end_is_in_the_trail() -> None:
    change = submitted()
    simulated(change)
    event = AuditEvent.objects.get(type="change.simulated")
    found = Simulation.objects.get(change=change)
    assert event.body["result_sha256"] == found.result_sha256
    assert str(event) == f"{change} was replayed over 0 calls: 0 newly blocked, 0 newly allowed"


def test_an_unfinished_one_warns_and_stands_in_nobody_s_way() -> None:
    change = submitted()
    assert "has not finished" in warning(change)
    assert approve(change, "ben", "cara").state == "approved"


def test_an_edit_makes_it_stale_and_starts_another() -> None:
    change = submitted()
    simulated(change)
    change = reopen_change(change=change, by=person("amy"))
    change = edited(approve(submit_change(change=change, by=person("amy"), edition=change.edition), "ben"), "9500.00")
    first, *_, last = Simulation.objects.filter(change=change).order_by("created_at")
    assert first.is_stale
    assert (last.state, last.is_stale) == ("waiting", False)
    assert simulated(change).digest == change.content_digest


def test_one_that_still_runs_is_given_up_when_other_content_is_submitted() -> None:
    change = submitted()
    overtaken = Simulation.objects.get(change=change)
    change = edited(change, "9500.00")
    overtaken.refresh_from_db()
    assert (overtaken.state, "other content" in overtaken.problem) == ("failed", True)
    run_simulation(overtaken.pk)
    assert Simulation.objects.get(pk=overtaken.pk).result == ""


def test_what_was_edited_without_being_submitted_is_not_replayed() -> None:
    change = submitted()
    waiting = Simulation.objects.get(change=change)
    amy = person("amy")
    change = reopen_change(change=change, by=amy)
    body = body_of("budget", "organisation", limit_usd="1.00")
    propose_version(change=change, kind="budget", body=body, by=amy, edition=change.edition)
    run_simulation(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.problem) == ("failed", running.EDITED)


def test_another_revision_makes_it_outdated_and_it_can_be_run_again() -> None:
    change = submitted()
    simulated(change)
    applied("budget", "intern-bot", limit_usd="6.00")
    found = latest_simulation(change)
    assert found is not None
    assert (found.outdated, found.counts) == (True, False)
    assert "come into force since" in warning(change)
    simulate_again(change=change, by=person("ben"))
    assert simulated(change).revision == 2
    assert warning(change) == ""


def test_a_fault_is_said_without_its_words_and_it_can_be_run_again(
    monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the text of a prompt")

    change = submitted()
    waiting = Simulation.objects.get(change=change)
    with monkeypatch.context() as patch:
        patch.setattr(running, "read_sides", broken)
        run_simulation(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.problem) == ("failed", running.BROKEN)
    assert "RuntimeError" in caplog.text
    assert "the text of a prompt" not in caplog.text
    assert "failed" in warning(change)
    again = simulate_again(change=change, by=person("cara"))
    assert again.asked_by_name == "cara"
    simulated(change)


def test_two_do_not_run_at_once() -> None:
    change = submitted()
    with pytest.raises(ChangeRefused, match="under way"):
        simulate_again(change=change, by=person("ben"))


def test_one_that_another_worker_is_at_is_left_alone() -> None:
    change = submitted()
    waiting = Simulation.objects.get(change=change)
    now = timezone.now()
    Simulation.objects.filter(pk=waiting.pk).update(state="running", started_at=now, progressed_at=now)
    run_simulation(waiting.pk)
    assert Simulation.objects.get(pk=waiting.pk).state == "running"


def test_one_whose_worker_died_is_resumed() -> None:
    change = submitted()
    long_ago = timezone.now() - timedelta(minutes=10)
    Simulation.objects.filter(change=change).update(state="running", started_at=long_ago, progressed_at=long_ago)
    assert resume_lost_simulations() == 1
    assert Simulation.objects.get(change=change).state == "finished"
    assert resume_lost_simulations() == 0


def refused(**fields: Any) -> str:
    """What the database says to an update of the only simulation."""
    with pytest.raises(Error) as error, transaction.atomic():
        Simulation.objects.update(**fields)
    return str(error.value)


def test_the_database_keeps_a_finished_one_as_it_is() -> None:
    simulated(submitted())
    assert "stays as it is" in refused(result="{}")
    assert "stays as it is" in refused(state="failed", problem="x", result="")
    with pytest.raises(Error, match="DELETE"), transaction.atomic():
        Simulation.objects.all()._raw_delete("default")


def test_the_database_takes_no_result_that_was_not_made_here() -> None:
    submitted()
    forged = {"state": "finished", "finished_at": timezone.now(), "base_revision": 1, "result": "{}"}
    digest = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    assert "not made by Govern" in refused(**forged, result_sha256="0" * 64, proof="0" * 64)
    assert "not made by Govern" in refused(**forged, result_sha256=digest, proof="0" * 64)


def test_the_database_binds_it_to_what_was_submitted() -> None:
    change = submitted()
    assert "written once" in refused(digest="0" * 64)
    Simulation.objects.update(state="failed", problem="x", finished_at=timezone.now())
    with pytest.raises(Error, match="submitted with"), transaction.atomic():
        Simulation.objects.create(change=change, digest="0" * 64, asked_by_name="eve")
    with pytest.raises(Error, match="starts as waiting"), transaction.atomic():
        Simulation.objects.create(id=uuid.uuid4(), change=change, digest=change.content_digest, state="running")
