"""`manage.py audit_verify`: is the trail complete?"""

import asyncio
import json
from collections.abc import Iterable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from audit.models import AuditEvent
from audit.trail.entries import Entry
from audit.trail.identifiers import uuid7
from audit.trail.orphans import LONGEST_CALL_MINUTES
from audit.verification.trail import TrailReport, verify_trail
from govern.management.commands.audit_verify import Command
from tests.audit.calls import as_uuid, intent, new_writer, now_us, outcome
from tests.audit.sealing.test_sealed_trail import wait_for_others

pytestmark = pytest.mark.django_db(transaction=True)

KEYS = {
    "ok",
    "intents",
    "outcomes",
    "orphans",
    "sealed_through",
    "first_fault",
    "in_flight",
    "in_flight_oldest_s",
    "sealed",
    "checkpoints",
    "anchored",
    "dropped",
    "dropped_months",
    "anchors",
}


def test_an_empty_trail_is_complete() -> None:
    assert _verify() == {
        "ok": True, "intents": 0, "outcomes": 0, "orphans": 0, "sealed_through": None, "first_fault": None,
        "in_flight": 0, "in_flight_oldest_s": None, "sealed": 0, "checkpoints": 0, "anchored": 0,
        "dropped": 0, "dropped_months": [],
            "anchors": [],
    }  # fmt: skip


def test_pairs_of_intent_and_outcome_are_complete(conninfo: str) -> None:
    calls = [uuid7() for _ in range(30)]
    _write(conninfo, [*map(intent, calls), *map(outcome, calls)])
    report = _verify()
    assert set(report) == KEYS
    assert (report["ok"], report["intents"], report["outcomes"], report["orphans"]) == (True, 30, 30, 0)


@pytest.mark.parametrize(
    ("kinds", "orphans", "fault"),
    [
        ((intent,), 1, "has no outcome"),
        ((outcome,), 1, "has no intent"),
        ((intent, outcome, outcome), 0, "1 intents and 2 outcomes"),
        ((intent, intent, outcome), 0, "2 intents and 1 outcomes"),
    ],
)
def test_a_call_that_is_not_a_pair_is_a_fault(conninfo: str, kinds: tuple, orphans: int, fault: str) -> None:  # type: ignore[type-arg]
    good, bad, later = uuid7(), uuid7(), uuid7()
    _write(conninfo, [intent(good), outcome(good), *(kind(bad) for kind in kinds), intent(later)])
    report = _verify(status=1)
    assert not report["ok"]
    assert report["orphans"] == orphans + 1
    assert str(as_uuid(bad)) in str(report["first_fault"])
    assert fault in str(report["first_fault"])


def test_a_running_call_is_no_fault(conninfo: str) -> None:
    async def main() -> None:
        writer = new_writer(conninfo)
        await writer.start()
        await writer.submit(intent(instance=writer.instance))
        await writer.submit(intent(instance=writer.instance, at_us=now_us() - 90_000_000))
        report = await asyncio.to_thread(_in_thread)
        assert (report.ok, report.intents, report.outcomes, report.orphans, report.in_flight) == (True, 2, 0, 0, 2)
        assert report.in_flight_oldest_s is not None
        assert 90 <= report.in_flight_oldest_s < 150
        older_than_any = now_us() - (LONGEST_CALL_MINUTES * 60 + 1) * 1_000_000
        await writer.submit(intent(instance=writer.instance, at_us=older_than_any))
        report = await asyncio.to_thread(_in_thread)
        assert (report.ok, report.orphans, report.in_flight) == (False, 1, 2)
        await writer.stop()

    asyncio.run(main())
    assert verify_trail([]).orphans == 3


def test_verifying_leaves_an_event() -> None:
    _verify()
    event = AuditEvent.objects.get(type="trail.verified")
    assert event.actor
    assert event.body["ok"] is True


def test_the_text_says_what_was_found(conninfo: str) -> None:
    call = uuid7()
    _write(conninfo, [intent(call), outcome(call)])
    out = StringIO()
    call_command(Command(), stdout=out)
    assert "The trail is complete and unchanged." in out.getvalue()


def test_the_seal_is_verified_with_the_installation_s_key(conninfo: str, tmp_path: Path) -> None:
    call = uuid7()
    _write(conninfo, [intent(call), outcome(call)])
    wait_for_others()
    note = StringIO()
    call_command("seal", stdout=note, stderr=StringIO())
    kept = tmp_path / "checkpoint"
    kept.write_text(note.getvalue())
    report = _verify("--checkpoint", str(kept))
    assert (report["ok"], report["sealed"], report["checkpoints"], report["anchored"]) == (True, 2, 1, 2)
    assert report["sealed_through"] == AuditEvent.objects.order_by("-seq").values_list("seq", flat=True)[1]
    kept.write_text(note.getvalue().replace("\n2\n", "\n3\n"))
    assert "cannot be read" in str(_verify("--checkpoint", str(kept), status=1)["first_fault"])
    with pytest.raises(CommandError, match="cannot be read"):
        call_command(Command(), checkpoint=[str(tmp_path / "none")])


def test_a_pack_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "evidence.zip").write_bytes(b"nothing")
    with pytest.raises(CommandError, match="cut off"):
        call_command(Command(), pack=str(tmp_path / "evidence.zip"))


def _verify(*arguments: str, status: int = 0) -> dict[str, object]:
    out = StringIO()
    try:
        call_command(Command(), *arguments, json=True, stdout=out)
        exited = 0
    except SystemExit as exited_with:
        exited = int(exited_with.code or 0)
    assert exited == status
    document: dict[str, object] = json.loads(out.getvalue())
    return document


def _in_thread() -> TrailReport:
    from django.db import connection

    try:
        return verify_trail([])
    finally:
        connection.close()


def _write(conninfo: str, entries: Iterable[Entry]) -> None:
    async def main() -> None:
        writer = new_writer(conninfo)
        await writer.start()
        for entry in entries:
            await writer.submit(entry)
        await writer.stop()

    asyncio.run(main())
