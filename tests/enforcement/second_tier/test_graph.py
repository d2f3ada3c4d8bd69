"""A model in ONNX form gives back what one of its inner nodes computes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from govern.enforcement.second_tier.graph import with_output
from tests.enforcement.onnx_model import BAD_TOKEN, write_classifier


def test_an_inner_value_is_an_output(tmp_path: Path) -> None:
    onnxruntime = pytest.importorskip("onnxruntime", reason="requirements/second-tier.txt is not installed")
    model = (write_classifier(tmp_path / "tiny") / "model.onnx").read_bytes()
    session = onnxruntime.InferenceSession(with_output(model, "bad"), providers=["CPUExecutionProvider"])
    _, bad = session.run(None, {"input_ids": np.array([[1, BAD_TOKEN], [1, 2]], np.int64)})
    assert bad.ravel().tolist() == [1.0, 0.0]


@pytest.mark.parametrize("broken", [b"\x80", b"\x0d", b"\x3a\x7f\x00", b"\x3a" + b"\xff" * 12])
def test_bytes_of_another_form_are_an_error(broken: bytes) -> None:
    with pytest.raises(ValueError, match="model"):
        with_output(broken, "bad")
