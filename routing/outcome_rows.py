"""A recorded outcome: a prompt, and how well and for how much each of some models answered it."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec

Chance = Annotated[float, msgspec.Meta(ge=0, le=1)]
Amount = Annotated[float, msgspec.Meta(ge=0)]


class Outcome(msgspec.Struct, frozen=True):
    """correct: 0 to 1. usd: of the call, in US dollars; None where it was not recorded."""

    correct: Chance
    input_tokens: Amount | None = None
    output_tokens: Amount | None = None
    usd: Amount | None = None


class OutcomeRow(msgspec.Struct, frozen=True):
    """messages: as a chat completion has them. outcomes: model → what came of it."""

    messages: list[dict[str, Any]]
    outcomes: dict[str, Outcome]
    id: str = ""
    source: str = "calibration"
    task: str = ""
    language: str = ""
    licence: str = ""


def text_of(messages: Sequence[dict[str, Any]]) -> str:
    """The text of the last message that a user wrote; "" where there is none."""
    for message in reversed(messages):
        if message.get("role") == "user":
            content = message.get("content")
            if isinstance(content, str):
                return content
            parts = content if isinstance(content, list) else []
            return "\n".join(
                part["text"] for part in parts if isinstance(part, dict) and isinstance(part.get("text"), str)
            )
    return ""
