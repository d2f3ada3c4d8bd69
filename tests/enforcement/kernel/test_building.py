"""A kernel is built from what there is, and one that is not this source's for this machine is never taken."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from govern.enforcement.kernel import build as building
from govern.enforcement.kernel import loading, source
from govern.enforcement.kernel.loading import Library, Unusable, load

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = [sys.executable, "-m", "govern.enforcement.kernel.build"]


@pytest.fixture
def built(tmp_path: Path, compiled: Library) -> Path:
    """A folder with a kernel in it."""
    command = building.compiler()
    assert command is not None
    return building.build(tmp_path / "built", command).parent


def _only(folder: Path) -> Path:
    (path,) = folder.glob("*")
    return path


def _cut_off(folder: Path) -> None:
    path = _only(folder)
    path.write_bytes(path.read_bytes()[:5000])


def _change_a_byte(folder: Path) -> None:
    path = _only(folder)
    whole = bytearray(path.read_bytes())
    whole[9000] ^= 1
    path.write_bytes(whole)


def _rename_to_this_source(folder: Path) -> None:
    """What another source was compiled to, under the name that it would have if it were ours."""
    path = _only(folder)
    whole = path.read_bytes().replace(source.source_key().encode(), b"0123456789abcdef")
    path.unlink()
    (folder / source.file_name(whole)).write_bytes(whole)


def _no_library_at_all(folder: Path) -> None:
    _only(folder).unlink()
    (folder / source.file_name(b"text")).write_bytes(b"text")


UNUSABLE: dict[str, tuple[Callable[[Path], object], str]] = {
    "gone": (shutil.rmtree, "has not been built"),
    "of other sources": (
        lambda folder: _only(folder).rename(folder / "inspection-0123456789abcdef-0.so"),
        "other sources",
    ),
    "cut off": (_cut_off, "damaged"),
    "one byte changed": (_change_a_byte, "damaged"),
    "renamed": (_rename_to_this_source, "damaged"),
    "no library": (_no_library_at_all, "cannot be loaded"),
}


@pytest.mark.parametrize("harm", UNUSABLE)
def test_what_cannot_be_used_is_said_in_a_sentence(built: Path, harm: str) -> None:
    do, reason = UNUSABLE[harm]
    do(built)
    with pytest.raises(Unusable, match=reason):
        load(built)


def test_without_a_kernel_one_line_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("GOVERN_KERNEL", str(tmp_path))
    with caplog.at_level(logging.WARNING):
        assert loading.library.__wrapped__() is None
    assert caplog.messages == ["The inspection kernel has not been built: guards run interpreted. Run make kernel."]


def test_off_says_nothing(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setenv("GOVERN_KERNEL", "OFF")
    assert loading.library.__wrapped__() is None
    assert caplog.messages == []


def test_old_kernels_go_and_many_may_build_at_once(built: Path) -> None:
    (built / "inspection-0123456789abcdef-0.so").write_text("old")
    command = building.compiler()
    assert command is not None
    builders = [threading.Thread(target=building.build, args=(built, command)) for _ in range(3)]
    for builder in builders:
        builder.start()
    for builder in builders:
        builder.join()
    load(built)
    assert len(list(built.iterdir())) == 1


def _run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name != "CC"}
    given = {**kept, "GOVERN_KERNEL": str(folder), **environment}
    return subprocess.run([*PROGRAM, *arguments], cwd=ROOT, env=given, capture_output=True, text=True)


def test_no_compiler_is_no_fault(tmp_path: Path) -> None:
    done = _run(tmp_path / "built", PATH=str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("There is no C compiler, so guards run interpreted")
    assert not (tmp_path / "built").exists()


def test_a_compiler_that_fails_is_quoted(tmp_path: Path) -> None:
    done = _run(tmp_path / "built", CC="false")
    assert done.returncode == 1
    assert "could not be built, so guards run interpreted" in done.stdout


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, compiled: Library) -> None:
    (tmp_path / "built").write_text("a file")
    done = _run(tmp_path / "built")
    assert done.returncode == 1
    assert str(tmp_path / "built") in done.stdout


def test_the_name_tells_how_it_was_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = source.source_key()
    monkeypatch.setattr(source.platform, "machine", lambda: "another")
    assert source.source_key.__wrapped__() != ours
