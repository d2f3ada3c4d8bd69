"""The encoder: a MiniLM of six layers in int8 that StackOne fine-tuned against indirect injection, out of the package `stackone-defender`.

Of the package only its model and its tokenizer are read; its code is never imported. It is English; for other languages the first tier
stands alone.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from govern.enforcement.second_tier.excerpts import excerpt, windows
from govern.enforcement.second_tier.graph import with_output

PACKAGE = "stackone-defender"
_MODULE, _FOLDER = "stackone_defender", "models/minilm-multihead-v5"
_POOLED = "/Div_output_0"
"""The mean over the tokens of a window, from which both of the model's own heads are computed."""
_BEGIN, _END = 101, 102
INSTALL = "install requirements/second-tier.txt"

Vectors = NDArray[np.float32]


class EncoderMissing(RuntimeError):
    """The encoder's package is not installed, or is not the one that is known; the message says what to do."""


class Encoder:
    """``encode`` is not to be called by two threads at once. ``digest`` is the SHA-256 of model and tokenizer."""

    def __init__(self, session: Any, tokenizer: Any, digest: str, version: str) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self.digest = digest
        self.version = version

    def encode(self, text: str, evidence: tuple[int, int] | None = None, *, deadline_s: float | None = None) -> Vectors:
        """A row for each window of the text: the two logits of the model's own heads and the 384 numbers below them.

        Raises `TimeoutError` past ``deadline_s``, on the clock of `time.perf_counter()`; it is looked at between windows of some 15 ms.
        """
        rows = []
        read = excerpt(text, evidence).encode("utf-8", "replace").decode()  # halves of pairs are no characters
        for tokens in windows(self._tokenizer.encode(read, add_special_tokens=False).ids):
            if deadline_s is not None and time.perf_counter() > deadline_s:
                raise TimeoutError
            rows.append(self._window(tokens))
        return np.array(rows)

    def _window(self, tokens: Sequence[int]) -> Vectors:
        ids = np.array([[_BEGIN, *tokens, _END]], np.int64)
        logits, pooled = self._session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        return np.concatenate((logits[0], pooled[0]))


class Files(NamedTuple):
    """What is read of the package; ``digest`` is the SHA-256 of both files, ``version`` names the package and its release."""

    model: bytes
    tokenizer: bytes
    digest: str
    version: str


def installed_files() -> Files:
    """Reads what the package carries, and builds nothing of it. Raises `EncoderMissing`."""
    for needed in ("onnxruntime", "tokenizers", _MODULE):
        if find_spec(needed) is None:
            raise EncoderMissing(f"the package {needed.replace('_', '-')} is missing: {INSTALL}")
    spec = find_spec(_MODULE)
    folder = Path(next(iter((spec.submodule_search_locations if spec else None) or [""]))) / _FOLDER
    try:
        release = version(PACKAGE)
        model = (folder / "model_quantized.onnx").read_bytes()
        tokenizer = (folder / "tokenizer.json").read_bytes()
    except (PackageNotFoundError, OSError) as fault:
        raise EncoderMissing(_unknown(fault)) from None
    return Files(model, tokenizer, hashlib.sha256(model + tokenizer).hexdigest(), f"{PACKAGE} {release}")


def load_encoder() -> Encoder:
    """Takes a second and some 150 MB. Raises `EncoderMissing`."""
    files = installed_files()
    try:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        session = onnxruntime.InferenceSession(
            with_output(files.model, _POOLED), options, providers=["CPUExecutionProvider"]
        )
        tokenizer = Tokenizer.from_str(files.tokenizer.decode())
    except Exception as fault:  # of a type that only the engines know
        raise EncoderMissing(_unknown(fault)) from None
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return Encoder(session, tokenizer, files.digest, files.version)


def _unknown(fault: Exception) -> str:
    return f"the package {PACKAGE} does not hold the model that is known ({type(fault).__name__}): {INSTALL}"
