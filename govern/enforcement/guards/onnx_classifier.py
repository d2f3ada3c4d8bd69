"""A sequence classifier in ONNX form: a directory with ``model.onnx``, ``tokenizer.json`` and ``config.json``.

For example Llama Prompt Guard 2 exported with Optimum. Long texts are read in overlapping windows and the highest score counts.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

_WINDOW_TOKENS = 512
_OVERLAP_TOKENS = 64


class OnnxClassifier:
    """``session`` runs the model, ``tokenizer`` cuts a text into windows of token ids, ``label_index`` is the output that is scored."""

    def __init__(self, session: Any, tokenizer: Any, label_index: int, version: str) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._label_index = label_index
        self._inputs = {item.name for item in session.get_inputs()}
        self.version = version

    def score(self, text: str, *, time_limit_s: float) -> float:
        deadline = time.perf_counter() + time_limit_s
        first = self._tokenizer.encode(text)
        highest = 0.0
        for window in (first, *first.overflowing):
            highest = max(highest, self._window_score(window))
            if time.perf_counter() > deadline:
                raise TimeoutError
        return highest

    def _window_score(self, window: Any) -> float:
        feed = {"input_ids": window.ids, "attention_mask": window.attention_mask, "token_type_ids": window.type_ids}
        arrays = {name: np.asarray([values], dtype=np.int64) for name, values in feed.items() if name in self._inputs}
        return softmax(self._session.run(None, arrays)[0][0])[self._label_index]


def softmax(logits: Sequence[float]) -> list[float]:
    top = max(logits)
    weights = [math.exp(float(value) - float(top)) for value in logits]
    return [weight / sum(weights) for weight in weights]


def label_index(config: dict[str, Any], label: str) -> int:
    """The output that stands for ``label``. Raises ``ValueError`` naming those that the model has."""
    labels = {str(name).casefold(): int(index) for index, name in config.get("id2label", {}).items()}
    if label.casefold() not in labels:
        raise ValueError(f"the model has the labels {', '.join(sorted(labels)) or 'none'}, not {label!r}")
    return labels[label.casefold()]


def load_onnx_classifier(directory: str, label: str) -> OnnxClassifier:
    """Raises ``ImportError`` without the packages, ``OSError`` and ``ValueError`` for files that are missing or of another form."""
    import onnxruntime
    from tokenizers import Tokenizer

    path = Path(directory)
    config = json.loads((path / "config.json").read_text(encoding="utf-8"))
    index = label_index(config, label)
    if not (path / "tokenizer.json").is_file() or not (path / "model.onnx").is_file():
        raise FileNotFoundError(f"{path} needs model.onnx and tokenizer.json")
    tokenizer = Tokenizer.from_file(str(path / "tokenizer.json"))
    tokenizer.enable_truncation(_WINDOW_TOKENS, stride=_OVERLAP_TOKENS)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path / "model.onnx"), options, providers=["CPUExecutionProvider"])
    return OnnxClassifier(session, tokenizer, index, f"onnx {path.name}")
