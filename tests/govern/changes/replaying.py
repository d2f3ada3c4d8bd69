"""Calls in the trail, with what was kept of them, for simulations to replay."""

import uuid
from datetime import timedelta
from typing import Any

from django.utils import timezone

from audit.models import AuditPayload
from audit.payloads.content import Content, StoredText, pack
from audit.payloads.sealing import configured_sealer
from audit.payloads.storing import ANSWER, PROMPT, binding
from govern.changes.simulation.reading import read_report
from govern.changes.simulation.report import Report
from govern.changes.simulation.running import run_simulation
from govern.models import ChangeRequest, Simulation
from tests.factories.calls import record_call


def call(prompt: str = "", answer: str = "", *, level: str = "full", **fields: Any) -> uuid.UUID:
    """A call of an hour ago; with a prompt, its texts were kept."""
    fields.setdefault("at", timezone.now() - timedelta(hours=1))
    fields.setdefault("application", "helpdesk")
    call_id = record_call(**fields)
    if prompt:
        keep(call_id, PROMPT, fields["application"], level, StoredText("user", "messages[0].content", prompt))
    if answer:
        keep(
            call_id, ANSWER, fields["application"], level, StoredText("assistant", "choices[0].message.content", answer)
        )
    return call_id


def keep(call_id: uuid.UUID, purpose: str, application: str, level: str, *texts: StoredText) -> None:
    """Stores texts of a call as the gateway does."""
    sealed = configured_sealer().seal(
        pack(Content(level, texts)), bound_to=binding(call_id.bytes, purpose, application)
    )
    AuditPayload.objects.create(
        call_id=call_id,
        purpose=purpose,
        application=application,
        expires_at=timezone.now() + timedelta(days=400),
        **sealed._asdict(),
    )


def simulated(change: ChangeRequest) -> Report:
    """Runs the simulation that waits for a change and gives its report."""
    waiting = Simulation.objects.get(change=change, state="waiting")
    run_simulation(waiting.pk)
    waiting = Simulation.objects.get(pk=waiting.pk)
    assert waiting.state == "finished", waiting.problem
    report = read_report(waiting)
    assert report is not None
    return report
