"""The task classifier: what it is told by, and what becomes of files that are not whole."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.ngrams import BUCKETS, buckets, features
from routing.outcome_model import FOLDER
from routing.task_model import TasksDamaged, read, tell
from routing.tasks import TOLD


@given(st.text(st.characters() | st.sampled_from(list("ab1 .\n日İ🙂Z\u0e01\ud800")), max_size=80))
def test_whatever_is_written_is_told_with_a_chance_and_has_each_bucket_once(text: str) -> None:
    task, confidence = tell(text)
    assert task in TOLD
    assert 1 / len(TOLD) <= confidence <= 1
    found = buckets(text)
    assert np.array_equal(found, features(text).buckets)
    assert sorted(set(found.tolist())) == found.tolist()
    assert all(0 <= bucket < BUCKETS for bucket in found.tolist())


def test_what_is_asked_at_either_end_of_a_long_text_is_told() -> None:
    body = "The harbour was quiet, and nobody had counted the boats since spring. " * 200
    for text in (f"Translate this into French:\n{body}", f"{body}\nTranslate this into French."):
        assert tell(text).task == "translation"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"format": 99}, "is not of this version of Govern"),
        ({"buckets": 7}, "is not of this version of Govern"),
        ({"tasks": ["chat"]}, "is not of this version of Govern"),
        ({"digest": "0" * 64}, "does not have the digest"),
        ({"scale": "large"}, "is no manifest"),
    ],
)
def test_files_of_another_version_are_refused_with_what_to_do(
    tmp_path: Path, changed: dict[str, Any], words: str
) -> None:
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    said = json.loads((tmp_path / "tasks.json").read_text())
    (tmp_path / "tasks.json").write_text(json.dumps({**said, **changed}))
    with pytest.raises(TasksDamaged, match=words) as refused:
        read(tmp_path)
    assert "make train-routing" in str(refused.value)
