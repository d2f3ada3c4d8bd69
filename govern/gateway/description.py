"""Putting a call in words: what it contains, what conditions may read of it, and what it asks of routing."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from govern.gateway.call import Asked, Call
from govern.gateway.callers.callers_headers import surfaces_of
from govern.gateway.callers.end_users import claimed, facts_of
from govern.gateway.masking import for_record
from govern.gateway.payloads import KeptPayload
from govern.gateway.records import keyed_digest
from routing.calls import AudioPart, ChatRequest, EmbeddingsRequest, FilePart, ImagePart, Surface, read_surfaces
from routing.describe import Description, asked_last, describe
from routing.predict import predict
from routing.sizes import size_of_batch, size_of_prompt
from routing.sizes.media import family_of
from routing.tasks import EMBEDDINGS
from routing.wish import USUAL_OUTPUT_TOKENS, Wish, seed_of

if TYPE_CHECKING:
    from govern.gateway.process.runtime import Gateway

_MODALITIES = {ImagePart: "image", AudioPart: "audio", FilePart: "document"}
_TEXT = ("text",)


def describe_chat(gateway: "Gateway", call: Call, request: ChatRequest, body: bytes) -> None:
    """Describes a chat call, and notes what its record and what is kept of it need."""
    describe_request(call, request, len(body), prompt_digest=keyed_digest(gateway.digest_key, body))
    if call.own_headers:
        call.surfaces = [*call.surfaces, *surfaces_of(call.own_headers)]
    _keep(gateway, call, body)


def describe_request(call: Call, request: ChatRequest, body_bytes: int, *, prompt_digest: str = "") -> None:
    """Describes a chat call: what it contains, what conditions may read of it, and what it asks of routing."""
    call.request = request
    call.surfaces, call.unscanned = read_surfaces(request)
    call.system_prompt = "\n".join([s.text for s in call.surfaces if s.role == "system"]) or None
    size = size_of_prompt(request, call.surfaces)
    named = call.snapshot.revision.catalog.get(request.model) if size.media else None
    family = family_of(named.body.family or named.name) if named else ""
    described = describe(request, call.surfaces, _modalities_of(request), size, family=family)
    metadata = request.metadata or {}
    said = request.user or request.safety_identifier or metadata.get("user_id")
    _note_facts(call, request.model, described, stream=bool(request.stream), metadata=metadata, said=said)
    summary = {
        "operation": "chat",
        "requested_model": _model_for_record(call, request.model),
        "stream": bool(request.stream),
        "n": request.n or 1,
        "messages": len(request.messages),
    }
    wish = Wish(
        model=request.model,
        modalities=described.modalities,
        needs_tools=bool(request.tools),
        input_tokens=described.input_tokens,
        sticky={
            "application": call.application.name,
            "user": call.end_user.id if call.end_user else call.application.name,
            "conversation": str(metadata.get("conversation", call.id_text)),
            "request": call.id_text,
        },
        size=size,
        output_tokens=min(request.max_output_tokens or USUAL_OUTPUT_TOKENS, USUAL_OUTPUT_TOKENS),
        seed=seed_of(call.id),
        chances=partial(_chances, described, call.surfaces),
    )
    call.asked = Asked(request.model, body_bytes, prompt_digest, summary, described, wish)


def _chances(described: Description, surfaces: Sequence[Surface], candidates: Sequence[str]) -> dict[str, float]:
    """How likely each candidate answers well, by what was asked last. Only some objectives ask for it."""
    return predict(described, asked_last(surfaces), candidates)


def note_unread(call: Call, model: str, body_bytes: int) -> None:
    """Notes what the record says of a chat call that is refused before its request is read."""
    summary = {
        "operation": "chat",
        "requested_model": _model_for_record(call, model),
        "stream": False,
        "n": 1,
        "messages": 0,
    }
    call.asked = Asked(model, body_bytes, summary=summary)


def describe_embeddings(gateway: "Gateway", call: Call, request: EmbeddingsRequest, body: bytes) -> None:
    """Describes an embeddings call. Token lists are no texts: guards cannot read them, and the record says how many there were."""
    inputs = request.inputs()
    call.surfaces = request.surfaces()
    size = size_of_batch(inputs)
    tokens = size.tokens()
    described = Description(EMBEDDINGS, "operation", 0.0, tokens, _TEXT, (), "")
    _note_facts(call, request.model, described, stream=False, metadata={}, said=request.user)
    summary = {
        "operation": "embeddings",
        "requested_model": _model_for_record(call, request.model),
        "stream": False,
        "n": len(inputs),
        "messages": len(inputs),
        "token_lists": sum(type(item) is list for item in inputs),
    }
    sticky = {"application": call.application.name}
    wish = Wish(request.model, _TEXT, False, tokens, sticky, size, output_tokens=0, seed=seed_of(call.id))
    digest = keyed_digest(gateway.digest_key, body)
    call.asked = Asked(request.model, len(body), digest, summary, described, wish)
    _keep(gateway, call, body)


def describe_texts(
    gateway: "Gateway", call: Call, surfaces: list[Surface], *, operation: str, model: str, body: bytes
) -> None:
    """Describes texts that guards are asked about. `model`: where they go, as the caller says; nothing here sends them."""
    call.surfaces = surfaces
    tokens = size_of_batch([surface.text for surface in surfaces]).tokens()
    described = Description(operation, "operation", 0.0, tokens, _TEXT, (), "")
    _note_facts(call, model, described, stream=False, metadata={}, said=None)
    summary = {
        "operation": operation,
        "requested_model": _model_for_record(call, model) if model else "",
        "stream": False,
        "n": len(surfaces),
        "messages": len(surfaces),
    }
    digest = keyed_digest(gateway.digest_key, body)
    call.asked = Asked("auto", len(body), digest, summary, described)
    _keep(gateway, call, body)


def _keep(gateway: "Gateway", call: Call, body: bytes) -> None:
    if call.application.enforcement.payload != "metadata":
        call.evidence.kept = KeptPayload(gateway.sealer, call, body)


def _note_facts(
    call: Call,
    model: str,
    described: Description,
    *,
    stream: bool,
    metadata: Mapping[str, Any],
    said: object,
) -> None:
    if call.end_user is None and isinstance(said, str):
        call.end_user = claimed(said)
    now = datetime.now(UTC)
    call.facts = {
        **call.application.facts,
        "task": described.task,
        "complexity": described.complexity,
        "model": model,
        "stream": stream,
        "input_tokens": described.input_tokens,
        "output_tokens": 0,
        "modalities": list(described.modalities),
        "tools": list(described.tools),
        "language": described.language,
        "region": "",
        "hour": now.hour,
        "weekday": now.isoweekday(),
        "metadata": {key: str(value) for key, value in metadata.items()},
        "verdicts": [],
        **facts_of(call.end_user),
    }


def _modalities_of(request: ChatRequest) -> tuple[str, ...]:
    """`text` and whatever else the messages carry."""
    if request.texts_alone:
        return _TEXT
    found: set[str] = set()
    for message in request.messages:
        if not isinstance(message.content, str) and message.content is not None:
            found.update(_MODALITIES[type(part)] for part in message.content if type(part) in _MODALITIES)
    return _TEXT + tuple(sorted(found)) if found else _TEXT


def _model_for_record(call: Call, model: str) -> str:
    """A model as it was asked for. One that nobody approved is a text that the caller chose, and may be a prompt."""
    return model if model in call.snapshot.revision.catalog else for_record(model)
