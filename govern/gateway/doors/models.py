"""The models that a caller may name, in the shape of whichever client asks: OpenAI's, Anthropic's or Google's."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import msgspec

from audit.trail.identifiers import identifier_text, uuid7
from govern.gateway.arrival import governed
from govern.gateway.doors.answer_headers import JSON
from govern.gateway.doors.door_formats import CHAT, GOOGLE, MESSAGES
from govern.gateway.doors.http import Answer, Request
from govern.gateway.process.snapshot import Key, Snapshot
from govern.gateway.refusals import Refusal
from govern.policy.routes import why_not
from routing.catalog import Model
from routing.wire.interface import DoorFormat
from routing.wire.messages.read_requests import AUTO, CLAUDES_AUTO

if TYPE_CHECKING:
    from govern.gateway.process.runtime import Gateway

_SINCE = "1970-01-01T00:00:00Z"
"""The catalogue does not say when a model came out; the SDKs want a time."""
_ANTHROPICS = ("/v1/messages", "/messages", "/anthropic")
_GOOGLES = ("/v1beta", "/v1alpha", "/google", "/gemini", "/upload/v1beta")
_PREFIXES = ("/v1beta/models/", "/v1/models/")


async def serve_models(gateway: "Gateway", request: Request) -> Answer:
    """`GET /v1/models` and `/v1beta/models`: the models that the caller's application may name and that somebody serves."""
    format_ = format_of(request.path, request.headers)
    return await governed(gateway, request, format_, partial(_models, format_))


async def serve_model(gateway: "Gateway", request: Request) -> Answer:
    """`GET /v1/models/{id}` and `/v1beta/models/{id}`."""
    format_ = format_of(request.path, request.headers)
    return await governed(gateway, request, format_, partial(_model, format_))


def format_of(path: str, headers: Mapping[bytes, bytes]) -> DoorFormat:
    """Whose words a client understands: by its path where that is one format's own, else by the header that only its SDK sends."""
    if b"anthropic-version" in headers or path.startswith(_ANTHROPICS):
        return MESSAGES
    if b"x-goog-api-key" in headers or path.startswith(_GOOGLES):
        return GOOGLE
    return CHAT


async def _models(
    format_: DoorFormat, gateway: "Gateway", request: Request, snapshot: Snapshot, key: Key, body: bytes
) -> Answer:
    del gateway, request, body
    revision, application = snapshot.revision, key.application
    assert application is not None
    models: list[tuple[str, Model | None]] = [(AUTO, None)] if revision.routing else []
    models += [
        (name, model)
        for name, model in sorted(revision.catalog.items())
        if model.deployments and not model.retired and (not application.models or name in application.models)
    ]
    if format_ is MESSAGES and revision.routing and CLAUDES_AUTO not in revision.catalog:
        models.insert(0, (CLAUDES_AUTO, None))
    return _answer(_LISTS[format_.kind](models))


async def _model(
    format_: DoorFormat, gateway: "Gateway", request: Request, snapshot: Snapshot, key: Key, body: bytes
) -> Answer:
    del gateway, body
    revision, application = snapshot.revision, key.application
    assert application is not None
    name = unquote(next(request.path.removeprefix(prefix) for prefix in _PREFIXES if request.path.startswith(prefix)))
    model = revision.catalog.get(name)
    decided = name == AUTO or (name == CLAUDES_AUTO and format_ is MESSAGES)
    known = bool(revision.routing) if decided else model is not None and bool(model.deployments)
    if not known or why_not(revision, application, AUTO if decided else name) == "model_not_allowed":
        raise Refusal(
            "model_not_found", "There is no such model for you. GET the list of models for those you may use."
        )
    return _answer(_SHAPES[format_.kind](name, model))


def _answer(value: Any) -> Answer:
    return Answer(200, [*JSON, (b"x-request-id", identifier_text(uuid7()).encode())], msgspec.json.encode(value))


def _openai(name: str, model: Model | None) -> dict[str, Any]:
    owner = (model.body.family if model else "") or "govern"
    return {"id": name, "object": "model", "created": 0, "owned_by": owner}


def _anthropic(name: str, model: Model | None) -> dict[str, Any]:
    shape: dict[str, Any] = {"type": "model", "id": name, "display_name": _display_name(name), "created_at": _SINCE}
    if model is not None:
        shape.update(max_input_tokens=model.body.context_window, max_tokens=model.body.max_output_tokens)
    return shape


def _google(name: str, model: Model | None) -> dict[str, Any]:
    methods = ["generateContent", "streamGenerateContent", "countTokens", "embedContent", "batchEmbedContents"]
    shape: dict[str, Any] = {"name": f"models/{name}", "displayName": _display_name(name)}
    shape["supportedGenerationMethods"] = methods
    if model is not None:
        shape.update(inputTokenLimit=model.body.context_window, outputTokenLimit=model.body.max_output_tokens)
    return shape


def _display_name(name: str) -> str:
    return "Auto (policy decides)" if name in (AUTO, CLAUDES_AUTO) else name


def _openai_list(models: Iterable[tuple[str, Model | None]]) -> dict[str, Any]:
    return {"object": "list", "data": [_openai(*model) for model in models]}


def _anthropic_list(models: Iterable[tuple[str, Model | None]]) -> dict[str, Any]:
    data = [_anthropic(*model) for model in models]
    ends = {"first_id": data[0]["id"] if data else None, "last_id": data[-1]["id"] if data else None}
    return {"data": data, "has_more": False, **ends}


def _google_list(models: Iterable[tuple[str, Model | None]]) -> dict[str, Any]:
    return {"models": [_google(*model) for model in models]}


_SHAPES = {CHAT.kind: _openai, MESSAGES.kind: _anthropic, GOOGLE.kind: _google}
_LISTS = {CHAT.kind: _openai_list, MESSAGES.kind: _anthropic_list, GOOGLE.kind: _google_list}
