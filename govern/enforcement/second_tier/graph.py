"""A model in ONNX form that also gives back what one of its inner nodes computes.

Protocol buffers (proto3 wire format), with the field numbers of ONNX's ``onnx.proto3``: an output is a ``ValueInfoProto`` of which the name
is enough, appended to the graph. So the package of the format, which nothing else needs, is not.
"""

from __future__ import annotations

_GRAPH, _OUTPUT, _NAME = 7, 12, 1
_LENGTH_DELIMITED, _VARINT = 2, 0


def with_output(model: bytes, name: str) -> bytes:
    """The model with one more output, the value that its graph calls ``name``. Raises ``ValueError`` for bytes of another form."""
    value = _field(_NAME, name.encode())
    position, written = 0, []
    while position < len(model):
        start = position
        key, position = _read_varint(model, position)
        length = 0
        if key & 7 == _LENGTH_DELIMITED:
            length, position = _read_varint(model, position)
        elif key & 7 == _VARINT:
            _, position = _read_varint(model, position)
        else:
            raise ValueError("the model is no ONNX file")
        end = position + length
        if end > len(model):
            raise ValueError("the model ends in the middle")
        if key >> 3 == _GRAPH:
            written.append(_field(_GRAPH, model[position:end] + _field(_OUTPUT, value)))
        else:
            written.append(model[start:end])
        position = end
    return b"".join(written)


def _field(number: int, value: bytes) -> bytes:
    return _varint(number << 3 | _LENGTH_DELIMITED) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _read_varint(data: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while position < len(data) and shift < 64:
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7
    raise ValueError("the model is no ONNX file")
