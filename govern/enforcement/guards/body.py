"""What the bodies of all guards have in common, and the types of their fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import Meta

Direction = Literal["input", "output"]
Action = Literal["allow", "flag", "redact", "block"]
Score = Annotated[float, Meta(ge=0.0, le=1.0)]
Positive = Annotated[int, Meta(ge=1)]
Count = Annotated[int, Meta(ge=0)]
Term = Annotated[str, Meta(min_length=2, max_length=200)]
Expression = Annotated[str, Meta(min_length=1, max_length=2000)]
Redaction = Literal["mask", "placeholder", "hash", "vault"]


class GuardBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="guard"):
    """What every guard has: where it looks. ``name`` stands for the guard in findings when a policy has several of one sort."""

    name: str = ""

    if TYPE_CHECKING:
        on: tuple[str, ...]
        """Of what it inspects: `input`, `output`. Each guard says what it can do."""
        action: str
        """What it does about what it finds."""


def guard_label(guard: GuardBody) -> str:
    """What a guard is called within its policy: its name, or its sort where it has none."""
    return guard.name or str(type(guard).__struct_config__.tag)
