"""Google's `:embedContent` and `:batchEmbedContents` as embeddings."""

import re
from typing import Any

import msgspec

from routing.calls import EmbeddingsAnswer, EmbeddingsRequest, InvalidRequest
from routing.calls.embeddings import GOOGLE_FIELDS, MOST_TEXTS, embeddings_request, too_many_texts
from routing.calls.requests import decode_object
from routing.wire.chat.embeddings import as_numbers
from routing.wire.google.model_named_again import require_same_model
from routing.wire.google.spelling import in_one_spelling

_PATH = re.compile(r"/(?:v1beta|v1)/models/(?P<model>.+):(?P<method>embedContent|batchEmbedContents)\Z")
_KNOWN = frozenset(("model", "content", "outputDimensionality", "embedContentConfig", *GOOGLE_FIELDS))


def decode_google_embeddings(body: bytes, path: str) -> EmbeddingsRequest:
    """The request; of a batch, the texts of all its requests. Raises InvalidRequest."""
    match = _PATH.match(path)
    assert match is not None, "only paths with one of the methods come here"
    asked = in_one_spelling(decode_object(body))
    if match["method"] == "embedContent":
        entries, places = [asked], [""]
    else:
        entries = asked.get("requests")
        if set(asked) - {"requests", "model"} or type(entries) is not list or not entries:
            raise InvalidRequest("`requests` must be a list of at least one request, and stand alone.", "requests")
        places = [f"requests[{index}]." for index in range(len(entries))]
        require_same_model(asked, match["model"], "model")
        if len(entries) > MOST_TEXTS:
            raise too_many_texts("requests")
    read = [_entry(entry, place, match["model"]) for entry, place in zip(entries, places, strict=True)]
    first = read[0][1]
    if any(settings != first for _, settings in read):
        raise InvalidRequest(
            "`requests` differ in more than their content, which goes to a provider as one; send them apart.",
            "requests",
        )
    tree: dict[str, Any] = {"model": match["model"], "input": [text for text, _ in read]}
    if (dimensions := first.get("outputDimensionality")) is not None:
        tree["dimensions"] = dimensions
    tree |= {name: first[name] for name in GOOGLE_FIELDS if name in first}
    return embeddings_request(tree)


def encode_google_embeddings(answer: EmbeddingsAnswer, *, batch: bool) -> bytes:
    """The vectors in the order of the requests."""
    vectors = [{"values": as_numbers(vector)} for vector in answer.vectors]
    counted = {
        "usageMetadata": {"promptTokenCount": answer.usage.input_tokens, "totalTokenCount": answer.usage.total_tokens}
    }
    return msgspec.json.encode({"embeddings": vectors, **counted} if batch else {"embedding": vectors[0], **counted})


def _entry(entry: Any, place: str, model: str) -> tuple[str, dict[str, Any]]:
    """The text of one request, and what else it asks. The model is named by the path, and may be named again."""
    if type(entry) is not dict:
        raise InvalidRequest(f"`{place.rstrip('.')}` must be an object.", place.rstrip("."))
    require_same_model(entry, model, f"{place}model")
    config = entry.get("embedContentConfig")
    if config is not None and type(config) is not dict:
        raise InvalidRequest(f"`{place}embedContentConfig` must be an object.", f"{place}embedContentConfig")
    for name in entry:
        if name not in _KNOWN:
            raise InvalidRequest(
                f"`{place}` holds a field that is not known here; leave it out.", place.rstrip(".") or None
            )
    settings = {
        name: value
        for name, value in {**entry, **(config or {})}.items()
        if name not in ("model", "content", "embedContentConfig") and value is not None
    }
    return _text(entry.get("content"), f"{place}content"), settings


def _text(content: Any, place: str) -> str:
    if type(content) is str:
        return content
    parts = content.get("parts") if type(content) is dict else None
    parts = parts if type(parts) is list else [parts]
    if not all(type(part) is dict and set(part) == {"text"} and type(part["text"]) is str for part in parts):
        raise InvalidRequest(f"`{place}` must be `parts` of text alone; other media cannot be embedded here.", place)
    return "\n".join(part["text"] for part in parts)
