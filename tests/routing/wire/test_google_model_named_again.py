"""A body of Google's that names a model names the one of its path, or is refused: no other one was governed."""

import json
from typing import Any

import pytest

from routing.calls import InvalidRequest
from routing.wire.google.embeddings import decode_google_embeddings
from routing.wire.google.read_requests import decode_generate

CONTENT = {"parts": [{"text": "Hello"}]}
EMBED = "/v1beta/models/embed-1:embedContent"
BATCH = "/v1beta/models/embed-1:batchEmbedContents"


def embedded(path: str, body: dict[str, Any]) -> Any:
    return decode_google_embeddings(json.dumps(body).encode(), path)


@pytest.mark.parametrize("name", ["embed-1", "models/embed-1", None])
def test_the_same_name_is_fine(name: str | None) -> None:
    entry = {"model": name, "content": CONTENT}
    assert embedded(EMBED, entry).model == "embed-1"
    assert embedded(BATCH, {"model": name, "requests": [entry, entry]}).texts() == ["Hello", "Hello"]
    body = json.dumps({"model": name, "contents": [CONTENT]}).encode()
    assert decode_generate(body, "embed-1", streamed=False).model == "embed-1"


@pytest.mark.parametrize("name", ["other", "models/other", "models/models/embed-1", ["embed-1"], 1])
def test_another_name_is_refused_where_it_stands(name: Any) -> None:
    good, wrong = {"content": CONTENT}, {"model": name, "content": CONTENT}
    for path, body, place in (
        (EMBED, wrong, "model"),
        (BATCH, {"requests": [good, wrong]}, "requests[1].model"),
        (BATCH, {"model": name, "requests": [good]}, "model"),
    ):
        with pytest.raises(InvalidRequest) as refused:
            embedded(path, body)
        assert refused.value.param == place
    with pytest.raises(InvalidRequest):
        decode_generate(json.dumps({"model": name, "contents": [CONTENT]}).encode(), "embed-1", streamed=False)


def test_a_batch_has_its_bound() -> None:
    with pytest.raises(InvalidRequest, match="more than 2048 texts"):
        embedded(BATCH, {"requests": [{"content": CONTENT}] * 2_049})
