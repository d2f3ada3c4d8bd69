"""How much a model of OpenAI's is asked to think, in the efforts that it knows.

Source (read in November 2026): OpenAI, "Reasoning models: reasoning effort" and the pages of its models.
"""

import re
from functools import lru_cache
from typing import Any

from routing.calls import ChatRequest
from routing.wire.dialects import Dialect
from routing.wire.thinking import asked_thinking, said_by_google

_REASONING_MODEL = re.compile(r"(?:^|/)(?:o\d|gpt-[5-9])")
_NEVER_ASKED = re.compile(r"(?:^|/)(?:gpt-[34](?!\d)|chatgpt-|gpt-5-chat)")
"""Models that refuse to be asked, since they never think."""
_KNOWS_MINIMAL = re.compile(r"(?:^|/)gpt-5(?![.\d])")
_KNOWS_NONE = re.compile(r"(?:^|/)gpt-(?:5\.\d|[6-9])")
_ALWAYS_THINKS = re.compile(r"-(?:pro|codex)")
_KNOWS_XHIGH = re.compile(r"(?:^|/)gpt-(?:5\.(?:[2-9]|\d\d)|[6-9])|codex-max")
_REASONS_OVER_RESPONSES = re.compile(r"(?:^|/)gpt-(?:5\.(?:[5-9]|\d\d)|[6-9])")
"""Models that think unless told not to, and then take functions over the Responses API alone."""
_ASKED_OVER_RESPONSES = re.compile(r"(?:^|/)gpt-5\.4")
"""Models that do so once an effort is asked for."""


@lru_cache(1_024)
def is_reasoning_model(model: str) -> bool:
    """Whether OpenAI documents the model as a reasoning model, which refuses `max_tokens`; not where `chat` follows."""
    ends = [found.end() for found in _REASONING_MODEL.finditer(model)]
    return bool(ends) and "chat" not in model[ends[-1] :]


def known_effort(effort: str, model: str) -> str:
    """The effort nearest to the one that is asked for."""
    if effort in ("xhigh", "max"):
        return "xhigh" if _KNOWS_XHIGH.search(model) else "high"
    if effort == "none" and (not _KNOWS_NONE.search(model) or _ALWAYS_THINKS.search(model)):
        effort = "minimal"
    if effort == "minimal" and not _KNOWS_MINIMAL.search(model):
        return "low"
    return effort


def translated_effort(request: ChatRequest, model: str) -> str | None:
    """The effort for a caller who may have spoken of thinking in another format's words; None where the model does not think or nobody
    asks. A model that is not known by its name, such as a deployment of Azure's, is asked as the caller asks.
    """
    if _NEVER_ASKED.search(model):
        return None
    if not is_reasoning_model(model):
        return "high" if request.reasoning_effort == "max" else request.reasoning_effort
    asked = asked_thinking(request)
    effort = asked.as_effort() if asked is not None else None
    return known_effort(effort, model) if effort else request.reasoning_effort


def reworded_effort(request: ChatRequest, model: str) -> list[str]:
    """What of the caller's setting is left out or said otherwise."""
    effort = translated_effort(request, model)
    if request.thinking is None:
        said = request.reasoning_effort
        return [] if said in (None, effort) else ["reasoning_effort" if effort is None else f"reasoning_effort.{said}"]
    asked = asked_thinking(request)
    if effort is None:
        return [] if asked is not None and asked.effort == "none" else ["thinking"]
    return ["thinking.budget_tokens"] if asked is not None and asked.budget is not None else []


def compatible_thinking(request: ChatRequest, dialect: Dialect) -> dict[str, Any]:
    """The fields by which a service that imitates OpenAI's is asked to think: `thinking` as several of them took it over from Anthropic,
    on or off, or OpenRouter's `reasoning`.
    """
    said, asked = request.thinking or {}, asked_thinking(request)
    if dialect.reasoning and asked is not None:
        amount = {"max_tokens": asked.budget} if asked.budget is not None else {"effort": asked.effort or "high"}
        return {"thinking": None, "reasoning": amount}
    if "thinking" in dialect.drop or said_by_google(said):
        return {"thinking": None}
    return {"thinking": {"type": "enabled"}} if said.get("type") == "adaptive" else {}


def needs_responses(request: ChatRequest, model: str) -> bool:
    """Whether chat completions of this model refuse the call's functions, since it would think beside them."""
    if not request.tools and not request.functions:
        return False
    effort = request.reasoning_effort
    if _ASKED_OVER_RESPONSES.search(model):
        return effort not in (None, "none")
    return effort != "none" and _REASONS_OVER_RESPONSES.search(model) is not None and "chat" not in model
