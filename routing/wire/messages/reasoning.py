"""How much an Anthropic model is asked to think, in the words that it takes.

Sources (read in November 2026): Anthropic, "Adaptive thinking: supported models" and "Effort"; Amazon Bedrock, "Adaptive thinking".
"""

import re
from typing import Any

from routing.calls import ChatRequest
from routing.wire.thinking import asked_thinking, said_by_google

_ADAPTIVE = re.compile(r"claude-(?:opus|sonnet|haiku)-(?:4[-.][6-9]|[5-9])|claude-(?:fable|mythos)")
"""Models that decide by themselves how long to think, within an effort (Opus 4.6 and Sonnet 4.6 on)."""
_ADAPTIVE_ONLY = re.compile(r"claude-(?:opus|sonnet|haiku)-(?:4[-.][7-9]|[5-9])|claude-fable|claude-mythos(?!-preview)")
"""Models that refuse a budget of tokens, and know the effort `xhigh`."""
_ALWAYS = re.compile(r"claude-(?:fable|mythos)")
"""Models that cannot be told not to think."""
_BY_BUDGET = re.compile(r"claude-3[-.]7|claude-(?:opus|sonnet|haiku)-4(?:[-.][0-5])?(?![-.]?\d(?!\d))")
"""Models that think within a budget of tokens alone."""
_BUDGETS = {"minimal": 0, "low": 2_048, "medium": 8_192, "high": 24_576, "xhigh": 32_768, "max": 32_768}
_EFFORTS = {"minimal": "low", "low": "low", "medium": "medium", "high": "high", "xhigh": "xhigh", "max": "max"}
MIN_BUDGET_TOKENS = 1_024


def reasoning_wanted(request: ChatRequest) -> bool:
    """Whether the caller asks for reasoning; temperature and top_k are then refused by Anthropic, and left out."""
    said, effort = _in_own_words(request)
    kind = (said or {}).get("type")
    return kind in ("enabled", "adaptive") or (kind != "disabled" and _BUDGETS.get(effort or "", 0) > 0)


def _in_own_words(request: ChatRequest) -> tuple[dict[str, Any] | None, str | None]:
    """`thinking` and the effort, where the caller spoke in Google's words too."""
    said, effort = request.thinking, request.reasoning_effort
    asked = asked_thinking(request) if said and said_by_google(said) else None
    if asked is None:
        return said, effort
    if asked.budget is not None:
        return {"type": "enabled", "budget_tokens": max(asked.budget, MIN_BUDGET_TOKENS)}, effort
    return ({"type": "disabled"}, None) if asked.effort == "none" else (None, asked.effort)


def continues(request: ChatRequest) -> bool:
    """Whether the caller began the answer: the last message is the assistant's, and no call that waits for a result."""
    last = next(
        (message for message in reversed(request.messages) if message.role not in ("system", "developer")), None
    )
    return last is not None and last.role == "assistant" and not last.tool_calls and bool(last.text().strip())


def _must_call(request: ChatRequest) -> bool:
    """Whether a tool must be called, beside which reasoning is refused."""
    choice = request.tool_choice
    return bool(request.tools) and (
        choice == "required" or (isinstance(choice, dict) and "allowed_tools" not in choice)
    )


def takes_a_beginning(upstream_model: str) -> bool:
    """Whether a model goes on from the beginning of its answer. From Opus 4.6 and Sonnet 4.6 on it must be asked by a user."""
    return _ADAPTIVE.search(upstream_model) is None


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
    if turns[-1]["role"] == "assistant":
        return {}  # an answer that was begun began without reasoning
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
    said, effort = _in_own_words(request)
    effort = effort if effort in _EFFORTS else None
    if said and said.get("type") in ("enabled", "adaptive", "disabled"):
        return _said(said, effort, upstream_model, max_tokens)
    if effort is None:
        return {}
    if _ADAPTIVE.search(upstream_model):
        return {"thinking": _adaptive({}, upstream_model), **_effort(effort, upstream_model)}
    return _within(_BUDGETS[effort], {}, max_tokens)


def _said(said: dict[str, Any], effort: str | None, upstream_model: str, max_tokens: int) -> dict[str, Any]:
    """What the caller asks for in Anthropic's words, in those that this model takes."""
    kind, beside = said["type"], {name: said[name] for name in said if name not in ("type", "budget_tokens")}
    budget = said.get("budget_tokens")
    if kind == "disabled":
        return {} if _ALWAYS.search(upstream_model) else {"thinking": said}
    if kind == "enabled" and _ADAPTIVE_ONLY.search(upstream_model):
        wanted = effort or _effort_of(budget)
        return {"thinking": _adaptive(beside, upstream_model), **(_effort(wanted, upstream_model) if wanted else {})}
    if kind == "adaptive" and _BY_BUDGET.search(upstream_model):
        return _within(_BUDGETS[effort or "high"], beside, max_tokens)
    if kind == "enabled" and type(budget) is int and budget >= max_tokens:
        return _within(budget, beside, max_tokens)
    return {"thinking": said, **(_effort(effort, upstream_model) if effort and kind == "adaptive" else {})}


def _adaptive(beside: dict[str, Any], upstream_model: str) -> dict[str, Any]:
    """Models that refuse a budget show nothing of their reasoning unless asked, where those before them showed it."""
    shown = {"display": "summarized"} if _ADAPTIVE_ONLY.search(upstream_model) else {}
    return {"type": "adaptive", **shown, **beside}


def _within(budget: int, beside: dict[str, Any], max_tokens: int) -> dict[str, Any]:
    """A budget that leaves room for an answer; nothing where there is none."""
    budget = min(budget, max_tokens - 1)
    return {"thinking": {**beside, "type": "enabled", "budget_tokens": budget}} if budget >= MIN_BUDGET_TOKENS else {}


def _effort(effort: str, upstream_model: str) -> dict[str, Any]:
    known = effort != "xhigh" or _ADAPTIVE_ONLY.search(upstream_model) is not None
    return {"output_config": {"effort": _EFFORTS[effort] if known else "max"}}


def _effort_of(budget: Any) -> str | None:
    """The least effort whose own budget is as large."""
    if type(budget) is not int:
        return None
    return next((effort for effort in ("low", "medium", "high") if budget <= _BUDGETS[effort]), "xhigh")


def reworded_reasoning(request: ChatRequest, upstream_model: str, max_tokens: int) -> list[str]:
    """What of the caller's `thinking` this model does not take, and is left out or said otherwise."""
    begun = continues(request) and takes_a_beginning(upstream_model)
    if (begun or _must_call(request)) and reasoning_wanted(request):
        return ["thinking" if request.thinking else "reasoning_effort"]
    said, _ = _in_own_words(request)
    if not said or said.get("type") not in ("enabled", "adaptive", "disabled"):
        return []
    written = _said(said, None, upstream_model, max_tokens).get("thinking")
    if written is None:
        return ["thinking"]
    if written.get("type") != said["type"]:
        return ["thinking.budget_tokens" if said["type"] == "enabled" else "thinking.type"]
    return ["thinking.budget_tokens"] if written.get("budget_tokens") != said.get("budget_tokens") else []
