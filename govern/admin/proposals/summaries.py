"""What a row of a form says in words while its fields are folded away."""

import re
from typing import Any

import msgspec
from django.utils.safestring import mark_safe

from govern.admin.faces import FACES, tell
from govern.policy.bodies import BODIES

_NUMBER = re.compile(r"^\d+\.\s*")
"""Rules are numbered in the margin."""


def summaries(kind: str, value: dict[str, Any]) -> dict[str, str]:
    """Place of a row → its sentence. A row that does not fit yet has none, whatever the others are like."""
    shown = FACES[kind].rows
    if shown is None:
        return {}
    rows, about = shown
    found = {}
    for index, row in enumerate(value[rows]):
        try:
            body = msgspec.convert({"name": "x", rows: [row]}, BODIES[kind])
        except msgspec.ValidationError:
            continue
        for sentence in tell(kind, body):
            if sentence.about.startswith(about):
                found[f"{rows}[{index}]"] = _NUMBER.sub("", sentence.text)
    return {place: mark_safe(text) for place, text in found.items()}  # noqa: S308 (sentences are markup of ours)
