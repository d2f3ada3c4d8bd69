"""How much a caller asks a model to think, whichever format's words it uses."""

from typing import Any, NamedTuple

from routing.calls import ChatRequest
from routing.wire.values import text

BUDGETS = {"minimal": 512, "low": 2_048, "medium": 8_192, "high": 24_576, "xhigh": 32_768, "max": 32_768}
"""Tokens that stand for an effort where a model takes a number alone."""
_GOOGLES = frozenset(("thinkingBudget", "thinkingLevel", "includeThoughts"))


class Thinking(NamedTuple):
    """At most one of `effort` and `budget` is what was said; neither: the model decides."""

    effort: str | None = None
    """none, minimal, low, medium, high, xhigh or max."""
    budget: int | None = None
    """In tokens."""
    shown: bool | None = None
    """Whether the caller wants to read it, where that was said."""

    def as_effort(self) -> str | None:
        """The effort, or the least one whose tokens are as many as the budget."""
        if self.budget is None:
            return self.effort
        return next((name for name in ("low", "medium", "high") if self.budget <= BUDGETS[name]), "xhigh")


def asked_thinking(request: ChatRequest) -> Thinking | None:
    """What the caller asks for; None where nothing was said. Its format's own setting goes before an effort."""
    effort = request.reasoning_effort if request.reasoning_effort in ("none", *BUDGETS) else None
    said = request.thinking or {}
    if said_by_google(said):
        return _googles(said, effort)
    kind, budget = said.get("type"), said.get("budget_tokens")
    if kind == "disabled":
        return Thinking("none")
    if kind in ("enabled", "adaptive"):
        shown = said.get("display") != "omitted"
        if kind == "enabled" and type(budget) is int and budget > 0:
            return Thinking(budget=budget, shown=shown)
        return Thinking(effort, shown=shown)
    return Thinking(effort) if effort else None


def said_by_google(said: dict[str, Any]) -> bool:
    """Whether a setting is Google's `thinkingConfig`."""
    return not _GOOGLES.isdisjoint(said)


def _googles(said: dict[str, Any], effort: str | None) -> Thinking:
    budget, level = said.get("thinkingBudget"), text(said.get("thinkingLevel"))
    shown = said["includeThoughts"] if type(said.get("includeThoughts")) is bool else None
    if level and level.lower() in BUDGETS:
        return Thinking(level.lower(), shown=shown)
    if type(budget) is int and budget >= 0:
        return Thinking(budget=budget, shown=shown) if budget else Thinking("none", shown=shown)
    return Thinking(effort if budget is None else None, shown=shown)
