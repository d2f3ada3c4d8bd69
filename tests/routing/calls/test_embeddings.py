"""Embedding requests and answers."""

import json

import pytest

from routing.calls import EmbeddingsAnswer, InvalidRequest, Usage, decode_embeddings


def body(**fields) -> bytes:
    return json.dumps({"model": "embed", "input": "Hello", **fields}).encode()


@pytest.mark.parametrize(
    ("given", "inputs", "texts"),
    [
        ("Hello", ["Hello"], ["Hello"]),
        (["a", "b"], ["a", "b"], ["a", "b"]),
        ([1, 2, 3], [[1, 2, 3]], []),
        ([[1, 2], [3]], [[1, 2], [3]], []),
    ],
)
def test_inputs(given, inputs, texts):
    request = decode_embeddings(body(input=given))
    assert request.inputs() == inputs
    assert request.texts() == texts


@pytest.mark.parametrize("given", ["", [], ["a", ""], [[]], [1, "a"], None, 5])
def test_an_input_that_is_none(given):
    with pytest.raises(InvalidRequest) as caught:
        decode_embeddings(body(input=given))
    assert caught.value.param.startswith("input")


def test_unknown_fields_are_kept():
    assert decode_embeddings(body(task="search")).extra == {"task": "search"}


def test_an_answer():
    written = json.loads(EmbeddingsAnswer(vectors=[[0.5], [1.5]], usage=Usage(input_tokens=3)).encode(model="embed"))
    assert [item["embedding"] for item in written["data"]] == [[0.5], [1.5]]
    assert [item["index"] for item in written["data"]] == [0, 1]
    assert written["usage"] == {"prompt_tokens": 3, "total_tokens": 3}
    assert written["model"] == "embed"
