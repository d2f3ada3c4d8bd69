"""``manage.py route_scan``: one result a line, whatever the line is; money weighs against quality; a calibration teaches new models."""

import io
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.core.management import CommandError, call_command

from routing.calibrate import calibrated
from routing.ngrams import features
from routing.outcome_model import shipped
from routing.outcome_rows import Outcome, OutcomeRow
from routing.predict import Prediction
from routing.value import TOLERANCE, cheapest_good, worth_most

CHEAP, DEAR = "gpt-4o-mini-2024-07-18", "gpt-4o-2024-05-13"


def asked(text: str, **more: Any) -> dict[str, Any]:
    return {"id": "a", "messages": [{"role": "user", "content": text}], **more}


def scan(folder: Path, *lines: Any, **options: Any) -> tuple[list[dict[str, Any]], str]:
    source, target, said = folder / "in.jsonl", folder / "out.jsonl", io.StringIO()
    source.write_bytes(
        b"".join((line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" for line in lines)
    )
    call_command("route_scan", source, out=target, stderr=said, **options)
    return [json.loads(line) for line in target.read_bytes().splitlines()], said.getvalue()


def test_each_prompt_gets_a_model_with_reasons(tmp_path: Path) -> None:
    [found], _ = scan(tmp_path, asked("Write a Python function that reverses a list.", candidates=[CHEAP, DEAR]))
    assert found.keys() == {"id", "model", "task", "confidence", "scores", "expected_usd", "microseconds"}
    assert found["model"] in (CHEAP, DEAR)
    assert found["task"] == "coding"
    assert found["scores"].keys() == found["expected_usd"].keys() == {CHEAP, DEAR}
    assert all(0 < chance < 1 for chance in found["scores"].values())


def test_without_candidates_every_model_with_a_price_is_one(tmp_path: Path) -> None:
    [found], _ = scan(tmp_path, asked("What is 12 * 7?"))
    assert len(found["scores"]) > 10
    assert None not in found["expected_usd"].values()


def test_what_an_answer_is_worth_decides(tmp_path: Path) -> None:
    question = asked("Prove that the square root of 2 is irrational.", candidates=[CHEAP, DEAR])
    [free], _ = scan(tmp_path, question, willingness=0.0)
    assert free["model"] == CHEAP
    [precious], _ = scan(tmp_path, question, willingness=1_000_000.0)
    assert precious["model"] == max(precious["scores"], key=precious["scores"].get)


def test_a_bad_line_is_told_by_its_number_and_the_rest_goes_on(tmp_path: Path) -> None:
    bad = [
        b"no json", b"\xff\xfe", b"[1]", b'{"id": "x"}', b'{"messages": []}', b'{"id": "x", "messages": [{"role": "user"}]}',
        b'{"id": "x", "messages": [{"role": "user", "content": "hi"}], "candidates": []}', b"[" * 5_000,
        b'{"id": {}, "messages": [{"role": "user", "content": "hi"}]}', b'{"id": "x", "messages": [[]]}',
        b'{"id": "x", "messages": [{"role": "user", "content": "hi"}], "candidates": [3]}',
    ]  # fmt: skip
    found, said = scan(tmp_path, asked("hi"), *bad, asked("hello"))
    assert [row["line"] for row in found if "error" in row] == list(range(2, len(bad) + 2))
    assert found[0]["model"] == found[-1]["model"]
    assert f"{len(bad)} could not be read" in said
    assert "line 2:" in said


def test_strange_but_readable_lines_are_routed(tmp_path: Path) -> None:
    found, _ = scan(
        tmp_path,
        asked("", candidates=["nobody-knows-it"]), asked("你好" * 20_000), asked("\x00" * 50), {**asked("x"), "id": 7},
        {"id": "s", "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": [{"type": "text", "text": "Hi"}]}]},
        asked("same twice", candidates=[CHEAP, CHEAP]),
    )  # fmt: skip
    assert all("model" in row for row in found)
    assert found[0]["model"] == "nobody-knows-it"
    assert found[0]["expected_usd"] == {"nobody-knows-it": None}


def test_amounts_and_files_that_cannot_be_used_are_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        call_command("route_scan", tmp_path / "none.jsonl", out=tmp_path / "out.jsonl")
    (tmp_path / "in.jsonl").write_text("")
    for wrong in ("-1", "nan", "inf", "much"):
        with pytest.raises(CommandError, match="no amount of US dollars"):
            call_command("route_scan", str(tmp_path / "in.jsonl"), f"--out={tmp_path / 'o'}", f"--willingness={wrong}")
    (tmp_path / "outcomes.json").write_text('{"format": 7}')
    with pytest.raises(CommandError, match=r"format 7.*reads 1"):
        call_command("route_scan", tmp_path / "in.jsonl", out=tmp_path / "o", predictor=tmp_path)
    (tmp_path / "rows.jsonl").write_text('{"messages": [], "outcomes": {"m": {"correct": 3}}}')
    with pytest.raises(CommandError, match=r"rows.jsonl: line 1 holds no recorded outcome"):
        call_command("route_scan", tmp_path / "in.jsonl", out=tmp_path / "o", calibration=tmp_path / "rows.jsonl")


WORDS = ("harbour", "lantern", "saddle", "orchard", "turbine", "violin", "glacier", "pepper", "anchor", "quilt")


def recorded(number: int) -> OutcomeRow:
    """A prompt of a kind that nobody trained on, which one new model answers and another does not."""
    text = f"Spell the {WORDS[number % 10]} word backwards, then the {WORDS[number * 7 % 10]} word, in runes of row {number}."
    good = Outcome(correct=1.0, input_tokens=30, output_tokens=20, usd=0.00005)
    bad = Outcome(correct=float(number % 5 == 0), input_tokens=30, output_tokens=20, usd=0.004)
    return OutcomeRow([{"role": "user", "content": text}], {"new-good": good, "new-bad": bad}, source="runes")


def test_a_hundred_rows_teach_which_new_model_is_good(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_bytes(b"\n".join(msgspec.json.encode(recorded(number)) for number in range(100)))
    question = {"id": 1, "messages": recorded(207).messages, "candidates": ["new-bad", "new-good"]}
    [before], _ = scan(tmp_path, question)
    assert before["scores"]["new-good"] == before["scores"]["new-bad"]
    [after], _ = scan(tmp_path, question, calibration=rows)
    assert after["scores"]["new-good"] > 0.8 > after["scores"]["new-bad"] + 0.3
    assert after["model"] == "new-good"
    assert after["expected_usd"]["new-bad"] > after["expected_usd"]["new-good"]


def test_calibration_leaves_other_prompts_as_they_were() -> None:
    model = calibrated(shipped(), [recorded(number) for number in range(60)])
    seen = features("Natalia sold 48 clips in April and half as many in May. How many clips did she sell altogether?")
    before, after = Prediction(shipped(), seen, "math"), Prediction(model, seen, "math")
    assert abs(before.chance(DEAR) - after.chance(DEAR)) < 0.05


def test_a_calibration_by_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no recorded outcomes"):
        calibrated(shipped(), [])


def test_without_a_worth_the_cheapest_about_as_good_is_taken_and_never_a_dearer_one() -> None:
    chances = {"best": 0.9, "near": 0.9 * (1 - TOLERANCE) + 0.001, "far": 0.5, "dearer": 0.95}
    usd = {"best": 0.01, "near": 0.001, "far": 0.0001, "dearer": 0.1}
    usual = {"best": 0.9, "near": 0.8, "far": 0.5, "dearer": 0.89}
    assert cheapest_good(chances, usual, usd) == "near"
    assert cheapest_good({**chances, "near": 0.1}, usual, usd) == "best"


def test_what_has_no_price_is_taken_only_alone() -> None:
    assert worth_most({"a": 0.2, "b": 0.9}, {"a": 0.5, "b": None}, 1.0) == "a"
    assert worth_most({"a": 0.2, "b": 0.9}, {"a": None, "b": None}, 1.0) == "b"
    assert cheapest_good({"a": 0.2, "b": 0.9}, {"a": 0.2, "b": 0.9}, {"a": None, "b": None}) == "b"
