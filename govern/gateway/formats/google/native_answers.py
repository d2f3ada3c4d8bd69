"""Google's own answer objects as far as nothing in them escapes a guard: exactly these fields, and no others."""

from typing import Any

import msgspec


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


def is_plain(data: bytes) -> bool:
    """Whether an answer object holds text and what counts it, and nothing else."""
    try:
        _read(data)
    except msgspec.MsgspecError:
        return False
    return True
