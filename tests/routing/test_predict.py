"""Chances of good answers: what was measured speaks, what was not is judged by ability, and no file but the right one is read."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from routing.calls import chat_request, input_surfaces
from routing.describe import Description, describe
from routing.ngrams import COUNTS, features
from routing.outcome_model import FOLDER, OutcomesDamaged, read, shipped
from routing.predict import Prediction, predict
from routing.sizes import size_of_prompt

SUM = "Tom buys 3 boxes of 12 pencils and gives 7 pencils to Ann. How many pencils does Tom have left?"
WEAK, STRONG = "gpt-3.5-turbo-0125", "gpt-4o-2024-08-06"


def described(text: str) -> Description:
    request = chat_request({"model": "auto", "messages": [{"role": "user", "content": text}]})
    surfaces = input_surfaces(request)
    return describe(request, surfaces, ("text",), size_of_prompt(request, surfaces))


def test_each_candidate_gets_a_chance() -> None:
    chances = predict(described(SUM), SUM, (WEAK, STRONG, "nobody-measured-it"))
    assert list(chances) == [WEAK, STRONG, "nobody-measured-it"]
    assert all(0 < chance < 1 for chance in chances.values())


def test_a_model_that_answered_better_is_expected_to() -> None:
    chances = predict(described(SUM), SUM, (WEAK, STRONG))
    assert chances[STRONG] > chances[WEAK]


def test_what_nobody_measured_is_not_taken_for_good() -> None:
    chances = predict(described(SUM), SUM, (STRONG, "brand-new"))
    assert chances["brand-new"] < chances[STRONG]


@pytest.mark.parametrize("text", ["", " ", "\x00", "\ud800", "İ" * 4_000, "😀" * 9_000, "你好", "x" * 100_000])
def test_no_text_breaks_it(text: str) -> None:
    assert 0 < predict(described("Hello."), text, (STRONG,))[STRONG] < 1


def test_a_text_has_the_same_features_wherever_digits_differ_in_nothing_but_value() -> None:
    assert len(features("").buckets) == 0
    assert len(features("a b").counts) == len(COUNTS)
    assert features("Ask twice").buckets.tolist() == features("ask TWICE").buckets.tolist()


def test_cost_follows_the_recorded_prices() -> None:
    prediction = Prediction(shipped(), features(SUM), "math")
    cheap, dear = prediction.usd("gpt-4o-mini-2024-07-18"), prediction.usd("claude-3-opus-20240229")
    assert cheap is not None
    assert dear is not None
    assert 0 < cheap < dear
    assert prediction.usd("brand-new") is None


def copied(folder: Path, **changed: Any) -> Path:
    shutil.copytree(FOLDER, folder, dirs_exist_ok=True)
    said = json.loads((folder / "outcomes.json").read_text())
    (folder / "outcomes.json").write_text(json.dumps({**said, **changed}))
    return folder


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"format": 99}, "is of format 99"),
        ({"buckets": 7}, "other features"),
        ({"counted": ["letters"]}, "other features"),
        ({"digest": "0" * 64}, "does not have the digest"),
        ({"models": 4}, "is no manifest"),
    ],
)
def test_a_file_of_another_version_is_refused_with_what_to_do(
    tmp_path: Path, changed: dict[str, Any], words: str
) -> None:
    with pytest.raises(OutcomesDamaged, match=words) as refused:
        read(copied(tmp_path, **changed))
    assert "make train-routing" in str(refused.value)


def test_damaged_weights_are_refused(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    (folder / "outcomes.bin").write_bytes((folder / "outcomes.bin").read_bytes()[:-1] + b"\0")
    with pytest.raises(OutcomesDamaged, match="does not have the digest"):
        read(folder)
