"""A pack holds the rows that were sealed, and `verify.py` says so in a process of its own, or names what is not as it was."""

import base64
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.db import connection

from audit.exports import parts, proof
from audit.exports.asked import Asked
from audit.exports.parts import Stopped
from audit.exports.sealed_rows import NotAsSealed
from audit.sealing.leaves import event_hash
from audit.verification import verify
from govern.identity.sealing_key import trail_public_keys
from tests.audit.exports.packs import changed, happen, lines, member, packed, sealed

pytestmark = pytest.mark.django_db(transaction=True)


def check(pack: Path, key: bytes | None = None) -> subprocess.CompletedProcess[str]:
    program = Path(shutil.copy(verify.__file__, pack.parent / "verify.py"))
    encoded = base64.b64encode(key or trail_public_keys()[0]).decode()
    return subprocess.run(
        [sys.executable, "-I", str(program), str(pack), "--public-key", encoded],
        capture_output=True, text=True, cwd=pack.parent, env={}, timeout=120, check=False,
    )  # fmt: skip


def problems(pack: Path) -> str:
    found = check(pack)
    assert found.returncode == 1, found.stdout + found.stderr
    return found.stderr


@pytest.mark.parametrize("times", [1, 2, 7, 300])
def test_everything_that_is_sealed_holds(tmp_path: Path, times: int) -> None:
    happen(times=times)
    sealed()
    pack = packed(tmp_path)
    found = check(pack)
    assert found.returncode == 0, found.stderr
    assert f"{times} events" in found.stdout
    assert "all events of the checkpoint" in found.stdout
    assert len(lines(pack)) == times


def test_single_rows_far_from_each_other_hold(tmp_path: Path) -> None:
    for _ in range(3):
        happen(times=290, application="chat")
        happen({"here": 1})
        sealed()
    pack = packed(tmp_path, Asked(application="risk-engine"))
    found = check(pack)
    assert found.returncode == 0, found.stderr
    assert "3 events, each sealed in the checkpoint of 873 events" in found.stdout
    assert len(member(pack, "evidence/proof-00001.bin")) < 3 * 1_500
    assert [line["body"] for line in lines(pack)] == [{"here": 1}] * 3


def test_an_export_of_nothing_holds(tmp_path: Path) -> None:
    happen(times=5)
    sealed()
    assert "0 events" in check(packed(tmp_path, Asked(application="nobody's"))).stdout


def test_a_folder_holds_as_its_archive_does(tmp_path: Path) -> None:
    happen(times=5)
    sealed()
    pack = packed(tmp_path)
    with zipfile.ZipFile(pack) as archive:
        archive.extractall(tmp_path / "unpacked")
    assert check(tmp_path / "unpacked").returncode == 0


def test_the_same_at_the_same_checkpoint_is_the_same_bytes(tmp_path: Path) -> None:
    happen(times=20)
    checkpoint = sealed()
    first = packed(tmp_path)
    happen(times=20)
    sealed()
    assert packed(tmp_path, checkpoint=checkpoint).read_bytes() == first.read_bytes()
    assert len(lines(packed(tmp_path))) == 40


def test_rows_that_arrive_while_it_is_written_are_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    happen(times=6_000)
    checkpoint = sealed()
    arrived: list[int] = []

    def arrive(rows: int) -> None:
        if not arrived:
            happen(times=3)
            sealed()
        arrived.append(rows)

    pack = packed(tmp_path, formats=("jsonl",), checkpoint=checkpoint, told=arrive)
    assert arrived
    assert len(lines(pack)) == 6_000
    assert check(pack).returncode == 0


def test_what_was_stopped_goes_on_and_ends_in_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "PART_ROWS", 10)
    for _ in range(5):
        happen(times=8)
        checkpoint = sealed()
    monkeypatch.setattr("audit.exports.sealed_rows.GROUP_LEAVES", 8)
    whole = packed(tmp_path, checkpoint=checkpoint)
    assert sum(name.endswith(".jsonl") for name in zipfile.ZipFile(whole).namelist()) > 4
    for dies_at in range(1, 6):
        told = 0

        def die(_rows: int, dies_at: int = dies_at) -> None:
            nonlocal told
            told += 1
            if told == dies_at:
                raise Stopped

        folder = tmp_path / f"death-{dies_at}"
        folder.mkdir()
        with pytest.raises(Stopped):
            packed(folder, checkpoint=checkpoint, told=die)
        assert [found.name for found in folder.iterdir()] == ["0.parts"]
        assert packed(folder, checkpoint=checkpoint, name="0").read_bytes() == whole.read_bytes()


def test_a_row_that_was_changed_in_the_database_is_not_exported(tmp_path: Path) -> None:
    happen(times=5)
    checkpoint = sealed()
    with connection.cursor() as owner:
        owner.execute("ALTER TABLE audit_event DISABLE TRIGGER USER")
        owner.execute("UPDATE audit_event SET status = 500 WHERE seq = (SELECT max(seq) FROM audit_event)")
        owner.execute("ALTER TABLE audit_event ENABLE TRIGGER USER")
    with pytest.raises(NotAsSealed, match="is not what was sealed"):
        packed(tmp_path, checkpoint=checkpoint)
    assert not list(tmp_path.glob("*.zip*"))


def test_a_full_disk_leaves_no_half_pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    happen(times=5)
    sealed()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("audit.exports.pack._encoded", full)
    with pytest.raises(OSError, match="No space left"):
        packed(tmp_path)
    assert not list(tmp_path.glob("*.zip*"))


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    happen({"n": 1}, times=6)
    sealed()
    return packed(tmp_path)


def test_another_installations_key_is_refused(pack: Path) -> None:
    assert "not signed with a public key" in check(pack, bytes(32)).stderr


def test_a_pack_that_was_cut_off_is_named(pack: Path) -> None:
    whole = pack.read_bytes()
    for length in (0, 1, len(whole) // 2, len(whole) - 1):
        cut = pack.with_name("cut.zip")
        cut.write_bytes(whole[:length])
        assert check(cut).returncode in {1, 2}
    assert "cut off" in problems(cut)


def test_a_damaged_file_is_named(pack: Path) -> None:
    whole = bytearray(pack.read_bytes())
    with zipfile.ZipFile(pack) as archive:
        place = archive.getinfo("evidence/events-00001.bin").header_offset + 80
    whole[place] ^= 255
    damaged = pack.with_name("damaged.zip")
    damaged.write_bytes(whole)
    assert "evidence/events-00001.bin" in problems(damaged)


def test_a_changed_line_is_named(pack: Path) -> None:
    told = member(pack, "data/events-00001.jsonl").splitlines(keepends=True)
    event = json.loads(told[3])
    told[3] = told[3].replace(b'"n": 1', b'"n": 2')
    found = problems(changed(pack, "data/events-00001.jsonl", b"".join(told)))
    assert f"data/events-00001.jsonl, row 4 (event {event['seq']}): its line says something else of body" in found
    assert "row 5" not in found


def test_a_line_that_was_taken_out_or_added_is_named(pack: Path) -> None:
    told = member(pack, "data/events-00001.jsonl").splitlines(keepends=True)
    assert "its line is missing" in problems(changed(pack, "data/events-00001.jsonl", b"".join(told[:-1])))
    assert "more lines" in problems(changed(pack, "data/events-00001.jsonl", b"".join([*told, told[0]])))


def test_a_changed_event_is_named(pack: Path) -> None:
    event = member(pack, "evidence/events-00001.bin")
    place = event.index(b"risk-engine", event.index(b"risk-engine") + 1)
    forged = event[:place] + b"chat-engine" + event[place + 11 :]
    assert "evidence/events-00001.bin, row 2" in problems(changed(pack, "evidence/events-00001.bin", forged))


def test_an_event_that_was_changed_with_its_leaf_does_not_lead_to_the_root(pack: Path) -> None:
    event, leaves = member(pack, "evidence/events-00001.bin"), member(pack, "evidence/proof-00001.bin")
    length = 4 + int.from_bytes(event[:4])
    forged = event[:length].replace(b"risk-engine", b"chat-engine")
    leaf = event_hash(forged[4:])
    other = changed(pack, "evidence/events-00001.bin", forged + event[length:])
    other = changed(other, "evidence/proof-00001.bin", leaves[:8] + leaf + leaves[40:])
    assert "do not lead to the root" in problems(other)


def test_missing_and_foreign_files_are_named(pack: Path) -> None:
    assert "data/events-00001.csv is missing" in problems(changed(pack, "data/events-00001.csv", None))
    assert "evidence/proof-00001.bin is missing" in problems(changed(pack, "evidence/proof-00001.bin", None))
    with zipfile.ZipFile(pack, "a") as archive:
        archive.writestr("data/events-00002.csv", "more")
    assert "data/events-00002.csv is not part of what was signed" in problems(pack)


@pytest.mark.parametrize("name", ["manifest.json", "request.json"])
def test_a_changed_statement_is_named(pack: Path, name: str) -> None:
    forged = member(pack, name).replace(b"govern-export/1", b"govern-export/1 ")
    assert f"{name} is not what was signed" in problems(changed(pack, name, forged))


def test_signatures_of_statements_cannot_be_exchanged(pack: Path) -> None:
    forged = changed(pack, "manifest.json", member(pack, "request.json"))
    assert "signature of something else" in problems(changed(forged, "manifest.note", member(pack, "request.note")))


def test_the_exporter_and_the_verifier_part_gaps_alike() -> None:
    for start in range(40):
        for end in range(start, 40):
            found = list(proof.subtrees(start, end))
            assert [height for _first, height in found] == list(verify.subtree_heights(start, end))


@pytest.mark.parametrize(
    ("body", "readable"),
    [
        (b'{"digest":"12345678901234567890","rate":"1e999"}', None),
        (b'{"a":"\\"","b":1}', None),
        (b'{"a":"\\\\","b":12345678901234567890123}', b'{"a":"\\\\","b":"12345678901234567890123"}'),
        (b'{"a":"\\\\\\"","b":[1e999]}', b'{"a":"\\\\\\"","b":["1e999"]}'),
        (b'{"a":-99999999999999999999}', b'{"a":"-99999999999999999999"}'),
        (b'{"a":1.5E+400,"b":[true,false,null]}', b'{"a":"1.5E+400","b":[true,false,null]}'),
        (b'{"a": NaN}', b'{"a":"NaN"}'),
    ],
)
def test_only_numbers_that_not_every_reader_takes_become_texts(body: bytes, readable: bytes | None) -> None:
    assert verify.readable(body) == (body if readable is None else readable)


def test_lines_are_checked_as_they_are_written(tmp_path: Path) -> None:
    """The quick way is taken for what Govern writes; a line that says the same in other words holds, too."""
    happen({"a": '\u00e9\u2028"\\'}, actor='Olive "O" \u00e9', times=2)
    checkpoint = sealed()
    pack = packed(tmp_path, formats=("jsonl",), checkpoint=checkpoint)
    line, *_ = member(pack, "data/events-00001.jsonl").splitlines(keepends=True)
    events = member(pack, "evidence/events-00001.bin")
    row = events[4 : 4 + int.from_bytes(events[:4])]
    event = verify.read_event(*verify.parted(row), verify.readable)
    event["at"] = json.loads(line)["at"]
    assert verify._usual_line(event) == line
    assert verify._line_problem(row, line) is None
    assert verify._line_problem(row, json.dumps(json.loads(line), indent=None).encode()) is None
    assert "something else of actor" in str(verify._line_problem(row, line.replace(b"Olive", b"Oliva")))
    assert "something else of body" in str(verify._line_problem(row, line.replace(b'"a"', b'"b"')))
