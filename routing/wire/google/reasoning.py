"""How much a Gemini model is asked to think, in the words that it takes: a level from Gemini 3 on, tokens at 2.5, nothing before.

Sources (read in November 2026): Google, "Gemini thinking: levels and budgets" and "OpenAI compatibility: thinking".
"""

import re
from typing import Any

from routing.calls import ChatRequest
from routing.wire.thinking import Thinking, asked_thinking, said_by_google

_BY_LEVEL = re.compile(r"gemini-(?:[3-9]|\d\d)")
_WITHOUT = re.compile(r"gemini-(?:1|2\.0)")
"""Models that refuse to be asked."""
_LEVELS = {
    "none": "minimal",
    "minimal": "minimal",
    "low": "low",
    "medium": "medium",
    "high": "high",
    "xhigh": "high",
    "max": "high",
}
_BUDGETS = {"none": 0, "minimal": 512, "low": 1_024, "medium": 8_192, "high": 24_576, "xhigh": 32_768, "max": 32_768}
_RANGES = (
    (re.compile(r"gemini-2\.5-pro"), 128, 32_768, False),
    (re.compile(r"gemini-2\.5-flash-lite"), 512, 24_576, True),
    (re.compile(r"gemini-2\.5"), 1, 24_576, True),
)
"""Model → the fewest and the most tokens that it thinks, and whether it can be told not to."""
_MODEL_DECIDES = -1


def thinking_config(request: ChatRequest, upstream_model: str) -> dict[str, Any] | None:
    """`thinkingConfig`: what the caller wrote in Google's words where the model takes it, or a translation."""
    asked = asked_thinking(request)
    if asked is None or _WITHOUT.search(upstream_model):
        return None
    said = request.thinking or {}
    if not said_by_google(said):
        shown = {} if asked.shown is None else {"includeThoughts": asked.shown}
        return {**_amount(asked, upstream_model), **shown} or None
    if _AMOUNTS.isdisjoint(said):
        return said
    beside = {name: value for name, value in said.items() if name not in _AMOUNTS}
    if _BY_LEVEL.search(upstream_model):  # which takes tokens too, but not both
        return {name: value for name, value in said.items() if name != "thinkingBudget" or "thinkingLevel" not in said}
    return {**_amount(asked, upstream_model), **beside}


_AMOUNTS = frozenset(("thinkingBudget", "thinkingLevel"))


def _amount(asked: Thinking, upstream_model: str) -> dict[str, Any]:
    if _BY_LEVEL.search(upstream_model):
        effort = asked.as_effort()
        return {"thinkingLevel": _level(effort, upstream_model)} if effort else {}
    least, most, may_rest = next(
        (limits for name, *limits in _RANGES if name.search(upstream_model)), (0, 24_576, True)
    )
    budget = asked.budget if asked.budget is not None else _BUDGETS[asked.effort] if asked.effort else None
    if budget is None:
        return {"thinkingBudget": _MODEL_DECIDES}
    return {"thinkingBudget": 0 if not budget and may_rest else min(max(budget, least), most)}


def _level(effort: str, upstream_model: str) -> str:
    level = _LEVELS[effort]
    if "pro" in upstream_model and level in ("minimal", "medium"):
        return "low" if level == "minimal" else "high"  # Pro knows low and high
    return level


def reworded_thinking(request: ChatRequest, upstream_model: str) -> list[str]:
    """What of the caller's setting this model does not take, and is left out or said otherwise."""
    asked = asked_thinking(request)
    if asked is None:
        return []
    if _WITHOUT.search(upstream_model):
        return ["thinking" if request.thinking else "reasoning_effort"]
    written = (thinking_config(request, upstream_model) or {}).get("thinkingBudget")
    return ["thinking.budget_tokens"] if asked.budget is not None and written != asked.budget else []
