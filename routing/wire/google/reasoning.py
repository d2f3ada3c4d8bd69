"""How much a Gemini model is asked to think."""

import re
from typing import Any

from routing.calls import ChatRequest

_BY_LEVEL = re.compile(r"gemini-(?:[3-9]|\d\d)")
"""From Gemini 3 on, thinking is set by level; Gemini 2.5 takes a budget in tokens."""
_LEVELS = {
    "none": "minimal",
    "minimal": "minimal",
    "low": "low",
    "medium": "medium",
    "high": "high",
    "xhigh": "high",
    "max": "high",
}
_BUDGETS = {"none": 0, "minimal": 512, "low": 1_024, "medium": 8_192, "high": 24_576, "xhigh": 24_576, "max": 24_576}


def thinking_config(request: ChatRequest, upstream_model: str) -> dict[str, Any] | None:
    """`thinkingConfig`: what the caller wrote in Google's words, or a translation of `reasoning_effort`.

    The levels and budgets of the efforts are those of Google's own OpenAI-compatible API.
    """
    said = request.thinking or {}
    if {"thinkingBudget", "thinkingLevel", "includeThoughts", "include_thoughts"} & said.keys():
        return said
    if said.get("type") == "enabled" and isinstance(said.get("budget_tokens"), int):
        return {"thinkingBudget": said["budget_tokens"], "includeThoughts": True}
    effort = request.reasoning_effort
    if effort not in _LEVELS:
        return None
    if _BY_LEVEL.search(upstream_model):
        level = _LEVELS[effort]
        if "pro" in upstream_model and level in ("minimal", "medium"):
            level = "low" if level == "minimal" else "high"  # Pro knows low and high
        return {"thinkingLevel": level}
    return {"thinkingBudget": _BUDGETS[effort]}
