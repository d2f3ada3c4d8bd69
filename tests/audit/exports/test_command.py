"""`manage.py audit_export`: a pack from the command line, on the record, and whole even after `kill -9`."""

import os
import signal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit.exports import parts
from audit.models import AuditEvent
from tests.audit.exports.packs import happen, lines, packed, sealed

pytestmark = pytest.mark.django_db(transaction=True)


def export(*arguments: str) -> str:
    out = StringIO()
    call_command("audit_export", *arguments, stdout=out)
    return out.getvalue()


def test_a_filter_and_a_format_make_a_pack_that_is_on_the_record(tmp_path: Path) -> None:
    happen(times=3)
    happen(application="chat", times=2)
    sealed()
    target = tmp_path / "november.zip"
    assert "0 events" in export("--out", str(target), "--application", "risk-engine", "--person", "eve")
    asked, finished = AuditEvent.objects.filter(type__startswith="export.").order_by("seq")
    assert (asked.type, finished.type) == ("export.asked", "export.finished")
    assert asked.fields["asked"]["application"] == "risk-engine"
    assert asked.fields["asked"]["person"].startswith("eu-")
    assert list(tmp_path.iterdir()) == [target]


def test_verify_says_that_it_holds(tmp_path: Path) -> None:
    happen(times=3)
    sealed()
    export("--out", str(tmp_path / "all.zip"), "--type", "call.", "--format", "csv")
    out = StringIO()
    call_command("audit_verify", pack=str(tmp_path / "all.zip"), stdout=out)
    assert "3" in out.getvalue()


@pytest.mark.parametrize("arguments", [("--from", "yesterday"), ("--out", "/nowhere/x.zip"), ("--out", "/tmp/x.tar")])
def test_what_cannot_be_meant_is_refused_in_words(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    happen()
    sealed()
    with pytest.raises(CommandError):
        export("--out", str(tmp_path / "x.zip"), *arguments)
    assert not list(tmp_path.iterdir())


def test_nothing_is_exported_before_something_is_sealed(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="seal first"):
        export("--out", str(tmp_path / "x.zip"))


def test_a_process_that_was_killed_leaves_whole_parts_and_the_next_one_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "PART_ROWS", 40)
    monkeypatch.setattr("audit.exports.sealed_rows.GROUP_LEAVES", 40)
    for _ in range(4):
        happen(times=40)
        sealed()
    whole = packed(tmp_path, name="whole")
    folder = tmp_path / "killed"
    folder.mkdir()
    told: list[int] = []

    def die(rows: int) -> None:
        told.append(rows)
        if len(told) == 2:
            os.kill(os.getpid(), signal.SIGKILL)

    connection.close()
    child = os.fork()
    if child == 0:
        packed(folder, told=die, name="one")
        os._exit(0)
    _child, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    assert not list(folder.glob("*.zip"))
    assert (folder / "one.parts" / "progress.json").exists()
    assert packed(folder, name="one").read_bytes() == whole.read_bytes()
    assert len(lines(whole)) == 40
