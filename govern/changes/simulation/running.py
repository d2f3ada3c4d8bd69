"""Running a simulation, from the queue to its result. For a worker; everything before is `asking`."""

import logging
import time
import uuid
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from govern.changes.digest import digest_holds
from govern.changes.events import change_simulated
from govern.changes.proofs import simulation_proof
from govern.changes.simulation.calls import RecordedCall
from govern.changes.simulation.money import limits_of
from govern.changes.simulation.processes import replay_parts
from govern.changes.simulation.recorded import Sample, read_calls, sample_calls
from govern.changes.simulation.regression import replay_corpus
from govern.changes.simulation.replay import Replayed
from govern.changes.simulation.report import Report
from govern.changes.simulation.revisions import read_sides
from govern.changes.simulation.settled import settled_accounts
from govern.changes.simulation.summary import summarise
from govern.models import Simulation
from govern.models.simulation import TO_PROGRESS
from govern.policy.canonical import canonical_json, content_digest

BACK = timedelta(days=7)
"""How far back the trail is replayed."""
MOST_CALLS = 10_000
AT_ONCE = 200
"""Calls that are read and replayed together, so that a long sample is never in memory as a whole."""

EDITED = gettext_noop("The change was edited since it was submitted.")
BROKEN = gettext_noop("The replay failed because of a fault in Govern, which the worker's log names. Run it again.")
_log = logging.getLogger("govern.simulation")


class GivenUp(Exception):
    """Somebody ended the simulation, or another worker took it over."""


def run_simulation(simulation_id: uuid.UUID) -> None:
    """Runs a simulation that waits or was lost; one that has ended, or that another worker is at, is left alone."""
    simulation = _claim(simulation_id)
    if simulation is None:
        return
    try:
        _finish(simulation, _replay(simulation))
    except GivenUp:
        return
    except BrokenProcessPool:
        _log.warning("A process of the simulation of %s was ended; it is resumed later.", simulation.change)
    except Exception as error:
        # Its words may quote a text: only its kind is logged and shown.
        _log.error("The simulation of %s failed: %s", simulation.change, type(error).__name__)
        _fail(simulation, BROKEN)


@transaction.atomic
def _claim(simulation_id: uuid.UUID) -> Simulation | None:
    simulation = Simulation.objects.select_for_update().filter(pk=simulation_id).unfinished().first()
    if simulation is None:
        return None
    now = timezone.now()
    if simulation.progressed_at and simulation.progressed_at > now - TO_PROGRESS:
        return None
    simulation.state, simulation.started_at, simulation.progressed_at = Simulation.State.RUNNING, now, now
    simulation.done = 0
    simulation.save(update_fields=["state", "started_at", "progressed_at", "done"])
    return simulation


def _replay(simulation: Simulation) -> Report:
    started = time.monotonic()
    sides = read_sides(simulation.change)
    if not digest_holds(simulation.change, simulation.digest):  # after reading, so that nothing else can have been read
        _fail(simulation, EDITED)
        raise GivenUp
    simulation.base_revision = sides.revision
    until = timezone.now()
    sample = sample_calls(since=until - BACK, until=until, most=MOST_CALLS)
    settled = settled_accounts(limits_of(sides.before), limits_of(sides.after), since=sample.since)
    _progress(simulation, total=len(sample.places))
    calls: list[Replayed] = []
    for replayed in replay_parts(sides, _parts(sample), calls=len(sample.places)):
        calls += replayed
        _progress(simulation, done=len(calls))
    return summarise(
        calls,
        sides=sides,
        sample=sample,
        settled=settled,
        regression=replay_corpus(sides),
        digest=simulation.digest,
        duration_ms=round((time.monotonic() - started) * 1_000),
    )


def _parts(sample: Sample) -> Iterator[list[RecordedCall]]:
    for first in range(0, len(sample.places), AT_ONCE):
        yield list(read_calls(sample.places[first : first + AT_ONCE]))


def _progress(simulation: Simulation, **fields: Any) -> None:
    if not simulation.progress(**fields):
        raise GivenUp


@transaction.atomic
def _finish(simulation: Simulation, report: Report) -> None:
    simulation.result = canonical_json(report)
    simulation.result_sha256 = content_digest(simulation.result)
    _progress(
        simulation,
        state=Simulation.State.FINISHED,
        finished_at=timezone.now(),
        base_revision=simulation.base_revision,
        result=simulation.result,
        result_sha256=simulation.result_sha256,
        proof=simulation_proof(simulation),
    )
    change = simulation.change
    change_simulated(
        change=str(change),
        title=change.title,
        digest=simulation.digest,
        revision=report.revision,
        calls=report.sampled,
        blocked=report.effects["newly_blocked"].calls,
        allowed=report.effects["newly_allowed"].calls,
        coming_back=report.regression.back if report.regression else None,
        result_sha256=simulation.result_sha256,
    )


def _fail(simulation: Simulation, problem: str) -> None:
    simulation.progress(state=Simulation.State.FAILED, finished_at=timezone.now(), problem=problem)
