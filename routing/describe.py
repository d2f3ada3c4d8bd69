"""Describing a call in words that policies can decide on: its task, size, language and what it needs.

What the caller says (`metadata.task`) counts; otherwise a small classifier reads what was asked last, and says how sure it is.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from routing.calls import ChatRequest, Surface
from routing.sizes import PromptSize
from routing.task_model import Told, tell
from routing.tasks import TASKS, UNSURE

_COMPLEX_TOKENS = 5_000
_LOOKED_AT_CHARS = 2_000
_COMPLEX_TASKS = frozenset({"coding", "math", "reasoning"})
_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
)


class Description(NamedTuple):
    """What a call is like."""

    task: str
    task_by: str
    """`caller` or `features`."""
    complexity: float
    """0 (trivial) to 1, by the length of the texts, the tools and the task; media do not count."""
    input_tokens: int
    """Estimated, to choose by; never what money is reserved by."""
    modalities: tuple[str, ...]
    tools: tuple[str, ...]
    language: str
    confidence: float = 1.0
    """That the task is the right one, 0 to 1; 1 where the caller or the content says it."""


def asked_last(surfaces: Sequence[Surface]) -> str:
    """What the user wrote last: all texts of that message, a line each; "" where there is none."""
    found: list[str] = []
    message = ""
    for surface in reversed(surfaces):
        place, _, field = surface.location.partition("]")
        if surface.role != "user" or not field.startswith(".content"):
            continue
        if found and place != message:
            break
        message = place
        found.append(surface.text)
    return found[0] if len(found) == 1 else "\n".join(reversed(found))


def describe(
    request: ChatRequest,
    surfaces: Sequence[Surface],
    modalities: tuple[str, ...],
    size: PromptSize,
    *,
    family: str = "",
) -> Description:
    """Describes a request from its decoded form, its texts and its size. `family`: of the model that was named, to count pictures by."""
    last = asked_last(surfaces)
    tools = tuple([tool.function.name for tool in request.tools if tool.function]) if request.tools else ()
    said = request.metadata.get("task") if request.metadata else None
    task, confidence = Told(said, 1.0) if said in TASKS else _task(last, modalities)
    return Description(
        task=task,
        task_by="caller" if said in TASKS else "features",
        complexity=min(
            1.0,
            size.text_tokens / _COMPLEX_TOKENS + 0.1 * len(tools) + (0.3 if task in _COMPLEX_TASKS else 0.0),
        ),
        input_tokens=size.tokens(family),
        modalities=modalities,
        tools=tools,
        language=_language(last[-_LOOKED_AT_CHARS:]),
        confidence=confidence,
    )


def _task(text: str, modalities: tuple[str, ...]) -> Told:
    if modalities != ("text",):
        return Told("multimodal", 1.0)
    return tell(text) if text and not text.isspace() else Told(UNSURE, 0.0)


def _language(text: str) -> str:
    if text.isascii():
        return "en"
    return next((code for code, script in _SCRIPTS if script.search(text)), "other")
