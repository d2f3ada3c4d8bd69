"""Embeddings go out in the form that was asked for, whatever the provider's form is."""

import base64
import json
import struct

import pytest

from routing.calls import EmbeddingsAnswer, InvalidRequest, Usage, decode_embeddings
from routing.wire.chat.embeddings import encode_embeddings

VECTOR = [0.5, -1.25]
PACKED = base64.b64encode(struct.pack("<2f", *VECTOR)).decode()


def written(vector, **fields):
    request = decode_embeddings(json.dumps({"model": "auto", "input": "Hello", **fields}).encode())
    answer = EmbeddingsAnswer(vectors=[vector], usage=Usage(input_tokens=2))
    return json.loads(encode_embeddings(answer, request, model="embed-1"))


def test_a_list_of_embeddings():
    assert written(VECTOR) == {
        "object": "list",
        "data": [{"object": "embedding", "index": 0, "embedding": VECTOR}],
        "model": "embed-1",
        "usage": {"prompt_tokens": 2, "total_tokens": 2},
    }


@pytest.mark.parametrize("vector", [VECTOR, PACKED])
@pytest.mark.parametrize(("form", "expected"), [("float", VECTOR), ("base64", PACKED), (None, VECTOR)])
def test_forms(vector, form, expected):
    fields = {} if form is None else {"encoding_format": form}
    assert written(vector, **fields)["data"][0]["embedding"] == expected


def test_more_texts_than_any_provider_takes_are_refused_unread():
    with pytest.raises(InvalidRequest, match="more than 2048 texts"):
        decode_embeddings(json.dumps({"model": "auto", "input": ["a"] * 2_049}).encode())
    assert len(decode_embeddings(json.dumps({"model": "auto", "input": ["a"] * 2_048}).encode()).inputs()) == 2_048
