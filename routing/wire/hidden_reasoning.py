"""Which models think in tokens that are billed and not, or not all, shown."""

import re

from routing.calls import ChatRequest
from routing.wire.chat.reasoning import is_reasoning_model
from routing.wire.messages.reasoning import reasoning_wanted

_SUMMARISING = frozenset(("anthropic", "google", "openai_responses"))
"""Kinds whose visible reasoning is a summary of what is billed."""
_THINKING = {
    "anthropic": re.compile(r"claude-(?:fable|mythos)"),
    "google": re.compile(r"gemini-(?:2\.5|[3-9]|\d\d)"),
}
"""Models that think unless they are told not to."""


def hides_reasoning(request: ChatRequest, kind: str, upstream_model: str, *, thought: bool) -> bool:
    """Whether more may have been written than was seen. `thought`: reasoning was seen."""
    if thought and kind in _SUMMARISING:
        return True
    if (thinks := _THINKING.get(kind)) is not None and thinks.search(upstream_model):
        return True
    return (
        reasoning_wanted(request)
        or _is_asked(request)
        or (kind not in _THINKING and is_reasoning_model(upstream_model))
    )


def _is_asked(request: ChatRequest) -> bool:
    asked = request.reasoning_effort not in (None, "none") or bool(request.tree.get("reasoning"))
    return asked or (request.thinking is not None and request.thinking.get("type") != "disabled")
