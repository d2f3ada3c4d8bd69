"""A verification that was asked for, from the queue to its result: for a worker. One that was asked for at a command line is only noted."""

import logging
import time
import uuid
from collections.abc import Sequence
from datetime import datetime

from celery import current_app
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from audit.anchors.interface import ConfiguredAnchor
from audit.models import Checkpoint, VerificationRun
from audit.models.verification_run import TO_PROGRESS
from audit.trail.events import record_event
from audit.verification.trail import TrailReport, verify_trail

LOST = gettext_noop("It was lost with its worker or in the queue.")
BROKEN = gettext_noop("It failed because of a fault in Govern, which the worker's log names.")
_TASK = "govern.tasks.verify_trail_now"
"""By its name: tasks know what they call, and not the other way round."""
_LOCK = 0x76726679  # "vrfy"
_EVERY_S = 1.0
_log = logging.getLogger("govern.verification")
_State = VerificationRun.State


class UnderWay(Exception):
    """The sentence says so."""


class _GivenUp(Exception):
    """Another worker took it over, or somebody gave it up."""


@transaction.atomic
def ask_for_verification(*, by: str) -> VerificationRun:
    """Queues a verification of the trail against all anchors. Raises `UnderWay` while there is one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    VerificationRun.objects.lost().update(state=_State.FAILED, finished_at=timezone.now(), problem=LOST)
    if VerificationRun.objects.unfinished().exists():
        raise UnderWay(_("The trail is being verified already. Wait for it to end."))
    run = VerificationRun.objects.create(asked_by=by)
    transaction.on_commit(lambda: _send(run), robust=True)  # without a broker it waits, and can be asked for again
    return run


def _send(run: VerificationRun) -> None:
    current_app.signature(_TASK, [str(run.pk)]).delay()


def run_verification(run_id: uuid.UUID, public_keys: Sequence[bytes], anchors: Sequence[ConfiguredAnchor]) -> None:
    """Runs one that waits or was lost; one that has ended, or that another worker is at, is left alone."""
    run = _claim(run_id)
    if run is None:
        return
    told = time.monotonic()

    def seen(events: int) -> None:
        nonlocal told
        if time.monotonic() - told >= _EVERY_S:
            told = time.monotonic()
            if not run.progress(done=events):
                raise _GivenUp

    try:
        report = verify_trail(public_keys, anchors=anchors, seen=seen)
        _finish(run, report)
    except _GivenUp:
        return
    except Exception as error:
        # Its words may quote a text: only its kind is logged and shown.
        _log.error("The verification that %s asked for failed: %s", run.asked_by, type(error).__name__)
        run.progress(state=_State.FAILED, finished_at=timezone.now(), problem=BROKEN)


@transaction.atomic
def note_verification(*, by: str, report: TrailReport, started_at: datetime) -> None:
    """Keeps the result of one that has run, and records it. Raises `django.db.DatabaseError`."""
    now = timezone.now()
    VerificationRun.objects.create(
        asked_by=by, asked_at=started_at, started_at=started_at, finished_at=now, state=_State.FINISHED, report=report.as_json(),
        done=report.sealed, total=report.sealed,
    )  # fmt: skip
    record_event(type="trail.verified", actor=by, context=report.as_json())


@transaction.atomic
def _claim(run_id: uuid.UUID) -> VerificationRun | None:
    run = VerificationRun.objects.select_for_update().filter(pk=run_id).unfinished().first()
    now = timezone.now()
    if run is None or (run.progressed_at is not None and run.progressed_at > now - TO_PROGRESS):
        return None
    run.state, run.started_at, run.progressed_at, run.done = _State.RUNNING, now, now, 0
    run.total = Checkpoint.objects.order_by("-number").values_list("size", flat=True).first() or 0
    run.save(update_fields=["state", "started_at", "progressed_at", "done", "total"])
    return run


@transaction.atomic
def _finish(run: VerificationRun, report: TrailReport) -> None:
    ended = run.progress(state=_State.FINISHED, finished_at=timezone.now(), done=report.sealed, report=report.as_json())
    if not ended:
        raise _GivenUp
    record_event(type="trail.verified", actor=run.asked_by, context=report.as_json())
