"""`verify.py` in a process of its own, with nothing of Govern: what holds, and everything that does not."""

import base64
import json
import shutil
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from audit.models import AuditEvent
from audit.sealing.leaves import COLUMNS, SHOWN
from audit.trail.rows import COLUMNS as WRITTEN
from audit.verification import verify
from govern.identity.sealing_key import trail_public_keys
from tests.audit.sealing.test_sealed_trail import wait_for_others, write

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stands_alone(tmp_path: Path) -> Path:
    return Path(shutil.copy(verify.__file__, tmp_path / "verify.py"))


def output(*command: str) -> str:
    wait_for_others()
    out = StringIO()
    call_command(*command, stdout=out, stderr=StringIO())
    return out.getvalue()


def receipt() -> dict[str, Any]:
    call = AuditEvent.objects.outcomes().order_by("seq")[3].call_id
    document: dict[str, Any] = json.loads(output("audit_prove", str(call)))
    return document


def verdict(program: Path, text: str, key: bytes | None = None) -> subprocess.CompletedProcess[str]:
    file = program.with_name("given")
    file.write_text(text, encoding="utf-8")
    encoded = base64.b64encode(key or trail_public_keys()[0]).decode()
    return subprocess.run(
        [sys.executable, "-I", str(program), str(file), "--public-key", encoded],
        capture_output=True, text=True, cwd=program.parent, env={}, timeout=60, check=False,
    )  # fmt: skip


def test_the_fields_are_those_that_are_sealed() -> None:
    assert (verify.COLUMNS, verify.SHOWN) == (COLUMNS, SHOWN)
    assert COLUMNS[: len(SHOWN)] == SHOWN
    assert sorted(COLUMNS) == sorted(("seq", *WRITTEN, "xid"))


def test_receipt_checkpoint_and_growth_hold(conninfo: str, stands_alone: Path, tmp_path: Path) -> None:
    write(conninfo, 7)
    first = output("seal")
    (tmp_path / "kept").write_text(first, encoding="utf-8")
    given = receipt()
    found = verdict(stands_alone, json.dumps(given))
    assert found.returncode == 0, found.stderr
    event = AuditEvent.objects.outcomes().order_by("seq")[3]
    said = json.loads(found.stdout.partition("\n")[2])
    assert (said["seq"], said["id"], said["model"], said["xid"]) == (
        event.seq,
        str(event.id),
        "gpt-5.4",
        int(event.xid),
    )
    assert said["at"] == event.at.isoformat()
    assert "14 events" in verdict(stands_alone, first).stdout
    write(conninfo, 3)
    output("seal")
    assert (
        "first 14 of 20 events"
        in verdict(stands_alone, output("audit_prove", "--since", str(tmp_path / "kept"))).stdout
    )


def test_whatever_is_changed_no_longer_holds(conninfo: str, stands_alone: Path) -> None:
    write(conninfo, 7)
    note = output("seal")
    given = receipt()
    shown, rest = base64.b64decode(given["event"]), base64.b64decode(given["rest"])
    wrong = [
        {**given, "rest": base64.b64encode(rest.replace(b"gpt-5.4", b"gpt-5.5")).decode()},
        {**given, "event": base64.b64encode(shown.replace(b"risk-engine", b"helpdesk-ii")).decode()},
        {**given, "index": given["index"] + 1},
        {**given, "proof": given["proof"][:-1]},
        {**given, "proof": given["proof"][::-1]},
        {**given, "checkpoint": note.replace("\n14\n", "\n15\n")},
    ]
    for document in wrong:
        assert verdict(stands_alone, json.dumps(document)).returncode == 1
    assert verdict(stands_alone, json.dumps(given), key=b"k" * 32).returncode == 1
    unreadable: list[Any] = [
        {}, {"format": "govern-receipt/1"}, {**given, "proof": None}, {**given, "index": "1"}, {**given, "event": 5}, {**given, "checkpoint": ""},
        {"format": "govern-growth/1", "old": note, "new": 1, "proof": []},
    ]  # fmt: skip
    for document in unreadable:
        assert verdict(stands_alone, json.dumps(document)).returncode == 2, document
    for text in ("", "[]", "{", "checkpoint", "{" * 5000, note[:50]):
        assert verdict(stands_alone, text).returncode == 2, text
    assert verdict(stands_alone, note, key=b"short").returncode == 2


def test_every_cut_of_an_event_is_told(conninfo: str) -> None:
    write(conninfo, 4)
    output("seal")
    given = receipt()
    shown, rest = base64.b64decode(given["event"]), base64.b64decode(given["rest"])
    assert verify.read_event(shown, rest)["type"] == "call.outcome"
    cut = [(shown[:end], rest) for end in range(len(shown))] + [(shown, rest[:end]) for end in range(len(rest))]
    for told, hidden in (*cut, (shown + b"x", rest), (shown, rest + b"x"), (shown + rest[:4], rest[4:])):
        with pytest.raises(verify.Unreadable):
            verify.read_event(told, hidden)


def test_what_cannot_be_proved_is_said(conninfo: str, tmp_path: Path) -> None:
    write(conninfo, 1)
    call = AuditEvent.objects.outcomes().get().call_id
    with pytest.raises(CommandError, match="is not sealed yet"):
        call_command("audit_prove", str(call))
    with pytest.raises(CommandError, match="no request id"):
        call_command("audit_prove", "nothing")
    with pytest.raises(CommandError, match="no outcome"):
        call_command("audit_prove", "01890000-0000-7000-8000-000000000000")
    kept = tmp_path / "kept"
    for text, said in (
        (None, "cannot be read"),
        ("nothing", "has not the lines"),
        (output("seal").replace("\n2\n", "\n7\n"), "no checkpoint of 7 events"),
    ):
        if text is not None:
            kept.write_text(text, encoding="utf-8")
        with pytest.raises(CommandError, match=said):
            call_command("audit_prove", since=str(kept))
