"""OpenAI's embeddings: vectors in the form that was asked for, whatever the provider's form is."""

import base64
import binascii
import struct

import msgspec

from routing.calls import EmbeddingsAnswer, EmbeddingsRequest


def encode_embeddings(answer: EmbeddingsAnswer, request: EmbeddingsRequest, *, model: str) -> bytes:
    """A list of embeddings: floats, or base64 of little-endian float32 if the request says so, as OpenAI's SDK always does."""
    form = _packed if request.encoding_format == "base64" else as_numbers
    vectors: list[list[float] | str] = [form(vector) for vector in answer.vectors]
    return msgspec.structs.replace(answer, vectors=vectors).encode(model=model)


def as_numbers(vector: list[float] | str) -> list[float] | str:
    """A vector as floats, if it can be read."""
    if not isinstance(vector, str):
        return vector
    try:
        raw = base64.b64decode(vector, validate=True)
        return list(struct.unpack(f"<{len(raw) // 4}f", raw))
    except (binascii.Error, struct.error):
        return vector


def _packed(vector: list[float] | str) -> str:
    if isinstance(vector, str):
        return vector
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
