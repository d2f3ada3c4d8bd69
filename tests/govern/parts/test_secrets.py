"""Secrets come from the environment, from a file, or are generated once for all processes."""

import base64
import subprocess
import sys
from pathlib import Path

import pytest

from govern.parts.home import PROJECT
from govern.parts.problem import Problem
from govern.parts.secrets import given_key, given_secret, kept_secret, key_bytes


def test_given_in_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXAMPLE", "value")
    assert given_secret("EXAMPLE") == "value"


def test_given_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("value\n")
    monkeypatch.setenv("EXAMPLE_FILE", str(tmp_path / "secret"))
    assert given_secret("EXAMPLE") == "value"


@pytest.mark.parametrize("value", [None, ""])
def test_not_given(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    if value is not None:
        monkeypatch.setenv("EXAMPLE", value)
    assert given_secret("EXAMPLE") is None


@pytest.mark.parametrize("value", ["value\n", " value ", "value\r\n", "\tvalue"])
def test_ends_are_stripped(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("EXAMPLE", value)
    assert given_secret("EXAMPLE") == given_key("EXAMPLE") == "value"


@pytest.mark.parametrize(
    "value", ["val\nue", "val\rue", "val\tue", "val\x7fue", "\ufeffvalue", "val\u200bue", "schlüssel"]
)
def test_a_key_that_no_header_can_carry_is_named(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("EXAMPLE", value)
    with pytest.raises(Problem, match="EXAMPLE") as caught:
        given_key("EXAMPLE")
    assert value not in str(caught.value)


def test_given_twice_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXAMPLE", "value")
    monkeypatch.setenv("EXAMPLE_FILE", "/nowhere")
    with pytest.raises(Problem, match="EXAMPLE and EXAMPLE_FILE are both set"):
        given_secret("EXAMPLE")


def test_unreadable_file_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EXAMPLE_FILE", str(tmp_path / "absent"))
    with pytest.raises(Problem, match=r"EXAMPLE_FILE names .*absent, which cannot be read"):
        given_secret("EXAMPLE")


def test_processes_that_start_at_once_keep_the_same_secret(tmp_path: Path) -> None:
    code = "import sys, pathlib; from govern.parts.secrets import kept_secret; print(kept_secret(pathlib.Path(sys.argv[1])))"
    file = tmp_path / "secrets" / "key"
    processes = [
        subprocess.Popen([sys.executable, "-c", code, str(file)], cwd=PROJECT, stdout=subprocess.PIPE, text=True)
        for _ in range(8)
    ]
    said = {process.communicate()[0].strip() for process in processes}
    assert said == {file.read_text()}
    assert [entry.name for entry in file.parent.iterdir()] == ["key"]


def test_kept_secret_is_a_key(tmp_path: Path) -> None:
    assert len(key_bytes(kept_secret(tmp_path / "key"), "EXAMPLE")) == 32


@pytest.mark.parametrize("value", ["", "short", base64.b64encode(b"x" * 31).decode(), "not base64 at all!"])
def test_a_key_of_another_length_is_refused(value: str) -> None:
    with pytest.raises(Problem, match="EXAMPLE must be 32 bytes in base64") as refusal:
        key_bytes(value, "EXAMPLE")
    assert not value or value not in str(refusal.value)
