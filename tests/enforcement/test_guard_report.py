"""``manage.py guard_report``: reported texts are judged again, and what is told of them is not what they say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from govern.enforcement.reports import Judged, Report

FLAGS_MAIL = "name: mine\nguards:\n- guard: pii\n  on: [input]\n  action: flag\n  types: [email]\n"
MAIL = "write to amy@example.com"


def report(id: str, text: str, expected: str, **fields: Any) -> str:
    return json.dumps({"id": id, "text": text, "expected": expected, **fields})


def run(tmp_path: Path, *lines: str, **options: Any) -> None:
    source = tmp_path / "reports.jsonl"
    source.write_text("\n".join(lines))
    call_command("guard_report", source, **options)


@pytest.mark.parametrize(
    ("expected", "done", "right"),
    [
        ("allow", "allow", True),
        ("allow", "flag", False),
        ("found", "redact", True),
        ("found", "allow", False),
        ("block", "redact", False),
    ],
)
def test_found_is_anything_but_allow(expected: Any, done: str, right: bool) -> None:
    assert Judged(Report("r-1", MAIL, expected), done).right is right


def test_all_right_is_told_by_guard(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(
        tmp_path,
        report("r-1", MAIL, "redact", guard="pii"),
        report("r-2", MAIL, "allow", guard="secrets", note="an address is no secret"),
        "",
        report("r-3", "Good morning.", "allow"),
    )
    assert capsys.readouterr().out.splitlines() == [
        "baseline, all guards: 1 right, 0 wrong",
        "baseline, pii: 1 right, 0 wrong",
        "baseline, secrets: 1 right, 0 wrong",
    ]


def test_what_is_wrong_is_named_by_its_id_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(tmp_path, report("r-1", MAIL, "allow", note="Amy asked for it"), report("r-2", "Hello.", "found"))
    out = capsys.readouterr()
    assert ended.value.code == 1
    assert out.out.splitlines() == [
        "baseline, all guards: 0 right, 2 wrong",
        "  r-1: allow was expected, redact is done",
        "  r-2: found was expected, allow is done",
    ]
    assert "amy" not in (out.out + out.err).lower()


def test_policies_stand_side_by_side(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.yaml").write_text(FLAGS_MAIL)
    run(tmp_path, report("r-1", MAIL, "flag", guard="pii"), policy=[tmp_path / "mine.yaml", tmp_path / "mine.yaml"])
    assert capsys.readouterr().out.splitlines() == ["mine, pii: 1 right, 0 wrong"] * 2


def test_lines_that_are_no_reports_are_named_without_what_they_say(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError, match="5 lines are no reports"):
        run(
            tmp_path,
            "amy@example.com",
            report("amy@example.com", MAIL, "allow"),
            report("r-2", MAIL, "maybe amy"),
            report("r-3", MAIL, "allow", guard="amy"),
            json.dumps({"id": "r-4", "expected": "allow"}),
            report("r-5", MAIL, "redact"),
        )
    out = capsys.readouterr()
    assert [line.split(":")[0] for line in out.err.splitlines()] == ["line 1", "line 2", "line 3", "line 4", "line 5"]
    assert out.out.splitlines() == ["baseline, all guards: 1 right, 0 wrong"]
    assert "amy" not in (out.out + out.err).lower()


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"none\.jsonl"):
        call_command("guard_report", tmp_path / "none.jsonl")
