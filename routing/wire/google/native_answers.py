"""Google's own answer objects as far as nothing in them escapes a guard: exactly these fields, each once, and no others."""

from typing import Any

import msgspec

from routing.calls.once import keys_stand_once


class _Part(msgspec.Struct, forbid_unknown_fields=True, frozen=True, rename="camel"):
    text: str
    thought: bool = False
    thought_signature: str = ""


class _Content(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    parts: list[_Part] = []
    role: str = "model"


class _Candidate(msgspec.Struct, forbid_unknown_fields=True, frozen=True, rename="camel"):
    content: _Content = _Content()
    index: int = 0
    finish_reason: str | None = None
    safety_ratings: list[dict[str, Any]] = []
    token_count: int = 0
    avg_logprobs: float = 0


class _Answer(msgspec.Struct, forbid_unknown_fields=True, frozen=True, rename="camel"):
    candidates: list[_Candidate] = []
    usage_metadata: dict[str, Any] = {}
    model_version: str = ""
    response_id: str = ""
    create_time: str = ""


_read = msgspec.json.Decoder(_Answer).decode


def beside(data: bytes) -> dict[str, Any] | None:
    """What an answer object says beside its text; None if it holds anything that is not known, or a key twice."""
    try:
        answer = _read(data)
    except msgspec.MsgspecError:
        return None
    tree: dict[str, Any] = msgspec.json.decode(data)
    if not keys_stand_once(data, tree):
        return None
    found = {name: value for name, value in tree.items() if name != "candidates"}
    if _only_counts(answer.usage_metadata):
        found.pop("usageMetadata", None)
    signatures = [
        part.thought_signature for c in answer.candidates for part in c.content.parts if part.thought_signature
    ]
    if signatures:
        found["signature"] = signatures
    candidates = [
        {name: value for name, value in candidate.items() if name != "content"}
        for candidate in tree.get("candidates", ())
    ]
    roles = [candidate.content.role for candidate in answer.candidates if candidate.content.role != "model"]
    return {**found, "candidates": [*candidates, *roles]}


def _only_counts(usage: dict[str, Any]) -> bool:
    return all(
        (type(value) is int and value < _COUNTS_BELOW)
        if name in _COUNTS
        else name in _COUNTS_BY_MODALITY
        and type(value) is list
        and all(
            type(item) is dict
            and item.keys() <= _BY_MODALITY
            and item.get("modality") in _MODALITIES
            and type(item.get("tokenCount", 0)) is int
            and item.get("tokenCount", 0) < _COUNTS_BELOW
            for item in value
        )
        for name, value in usage.items()
    )


_COUNTS_BELOW = 100_000_000
_COUNTS = frozenset(
    (
        *("promptTokenCount", "candidatesTokenCount", "totalTokenCount", "thoughtsTokenCount"),
        *("cachedContentTokenCount", "toolUsePromptTokenCount"),
    )
)
_COUNTS_BY_MODALITY = frozenset(("promptTokensDetails", "candidatesTokensDetails", "cacheTokensDetails"))
_BY_MODALITY = frozenset(("modality", "tokenCount"))
_MODALITIES = frozenset(("TEXT", "IMAGE", "AUDIO", "VIDEO", "DOCUMENT"))
