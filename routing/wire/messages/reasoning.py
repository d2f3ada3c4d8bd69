"""How much an Anthropic model is asked to think."""

import re
from typing import Any

from routing.calls import ChatRequest

_ADAPTIVE = re.compile(r"claude-(?:opus|sonnet|haiku)-(?:4[-.][6-9]|[5-9])|claude-(?:fable|mythos)")
"""Models that decide by themselves how long to think, within an effort (Opus 4.6 and Sonnet 4.6 on)."""
_BUDGETS = {"minimal": 0, "low": 2_048, "medium": 8_192, "high": 24_576, "xhigh": 32_768, "max": 32_768}
_EFFORTS = {"minimal": "low", "low": "low", "medium": "medium", "high": "high", "xhigh": "max", "max": "max"}
MIN_BUDGET_TOKENS = 1_024


def reasoning_wanted(request: ChatRequest) -> bool:
    """Whether the caller asks for reasoning; temperature and top_k are then refused by Anthropic, and left out."""
    said = (request.thinking or {}).get("type")
    return said in ("enabled", "adaptive") or (
        said != "disabled" and _BUDGETS.get(request.reasoning_effort or "", 0) > 0
    )


def reasoning_fields(
    request: ChatRequest, upstream_model: str, max_tokens: int, turns: list[dict[str, Any]], body: dict[str, Any]
) -> dict[str, Any]:
    """The fields `thinking` and `output_config`.

    A conversation whose last assistant turn called a tool without showing its signed reasoning goes on without
    reasoning: Anthropic refuses it otherwise, and callers who do not know of signatures cannot send them.
    """
    wanted = _wanted(request, upstream_model, max_tokens)
    if not wanted or wanted["thinking"]["type"] == "disabled":
        return wanted
    if body.get("tool_choice", {}).get("type") in ("any", "tool"):
        return {}  # reasoning is refused beside a forced tool
    last = next((turn for turn in reversed(turns) if turn["role"] == "assistant"), None)
    called = last is not None and turns[-1] is not last and any(b["type"] == "tool_use" for b in last["content"])
    if last is not None and called and last["content"][0]["type"] not in ("thinking", "redacted_thinking"):
        return {}
    if "output_config" in wanted:
        wanted["output_config"] = {**body.get("output_config", {}), **wanted["output_config"]}
    return wanted


def _wanted(request: ChatRequest, upstream_model: str, max_tokens: int) -> dict[str, Any]:
    said = request.thinking
    if said and said.get("type") in ("enabled", "adaptive", "disabled"):
        return {"thinking": said}
    effort = request.reasoning_effort
    if effort not in _EFFORTS:
        return {}
    if _ADAPTIVE.search(upstream_model):
        return {"thinking": {"type": "adaptive"}, "output_config": {"effort": _EFFORTS[effort]}}
    budget = min(_BUDGETS[effort], max_tokens - 1)
    if budget < MIN_BUDGET_TOKENS:
        return {}
    return {"thinking": {"type": "enabled", "budget_tokens": budget}}
