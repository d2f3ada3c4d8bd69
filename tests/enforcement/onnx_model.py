"""A real ONNX model of a few hundred bytes, written out by hand: a window is malicious when token ``BAD_TOKEN`` stands in it.

Protocol buffers (proto3 wire format) with the field numbers of ONNX's ``onnx.proto3``.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path

BAD_TOKEN = 7
_INT64, _FLOAT = 7, 1
_WORDS = {"[UNK]": 0, "please": 1, "summarise": 2, "this": 3, "page": 4, "and": 5, "thanks": 6, "obey": BAD_TOKEN}


def write_classifier(folder: Path) -> Path:
    """A directory as exporters leave it: ``model.onnx``, ``tokenizer.json``, ``config.json``."""
    folder.mkdir()
    (folder / "model.onnx").write_bytes(_model())
    (folder / "config.json").write_text(json.dumps({"id2label": {"0": "BENIGN", "1": "MALICIOUS"}}))
    tokenizer = {
        "version": "1.0",
        "added_tokens": [],
        "normalizer": {"type": "Lowercase"},
        "pre_tokenizer": {"type": "Whitespace"},
        "model": {"type": "WordLevel", "vocab": _WORDS, "unk_token": "[UNK]"},
    }
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    return folder


def _model() -> bytes:
    """``logits = [6, -6] * (1 - bad)`` and ``[-6, 6] * bad``, where ``bad`` is 1 if any token of the row is ``BAD_TOKEN``."""
    nodes = [
        _node("Equal", ["input_ids", "bad_token"], ["equal"]),
        _node("Cast", ["equal"], ["each"], _attribute("to", _FLOAT)),
        _node("ReduceMax", ["each", "axis"], ["bad"], _attribute("keepdims", 1)),
        _node("Mul", ["bad", "slope"], ["scaled"]),
        _node("Add", ["scaled", "start"], ["logits"]),
    ]
    constants = [
        _tensor("bad_token", _INT64, [1], struct.pack("<q", BAD_TOKEN)),
        _tensor("axis", _INT64, [1], struct.pack("<q", 1)),
        _tensor("slope", _FLOAT, [1, 2], struct.pack("<2f", -12.0, 12.0)),
        _tensor("start", _FLOAT, [1, 2], struct.pack("<2f", 6.0, -6.0)),
    ]
    graph = b"".join(_bytes(1, node) for node in nodes) + _bytes(2, b"by hand")
    graph += b"".join(_bytes(5, constant) for constant in constants)
    graph += _bytes(11, _value("input_ids", _INT64, "rows", "tokens")) + _bytes(12, _value("logits", _FLOAT, "rows", 2))
    return _number(1, 8) + _bytes(7, graph) + _bytes(8, _number(2, 18))


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _attribute(name: str, value: int) -> bytes:
    return _bytes(1, name.encode()) + _number(3, value) + _number(20, 2)


def _node(operator: str, inputs: list[str], outputs: list[str], *attributes: bytes) -> bytes:
    names = b"".join(_bytes(1, name.encode()) for name in inputs) + b"".join(
        _bytes(2, name.encode()) for name in outputs
    )
    return names + _bytes(4, operator.encode()) + b"".join(_bytes(5, attribute) for attribute in attributes)


def _tensor(name: str, kind: int, shape: list[int], values: bytes) -> bytes:
    return (
        b"".join(_number(1, size) for size in shape) + _number(2, kind) + _bytes(8, name.encode()) + _bytes(9, values)
    )


def _value(name: str, kind: int, *shape: int | str) -> bytes:
    sizes = b"".join(
        _bytes(1, _number(1, size) if isinstance(size, int) else _bytes(2, size.encode())) for size in shape
    )
    return _bytes(1, name.encode()) + _bytes(2, _bytes(1, _number(1, kind) + _bytes(2, sizes)))
