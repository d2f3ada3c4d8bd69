"""What of an earlier answer another provider is not sent, since only its own can read it: calls and results of tools that it ran itself."""

import re
from collections.abc import Iterator

from routing.calls import ChatRequest

_KINDS = frozenset(("anthropic", "openai_responses", "google"))
_REASONING = frozenset(("reasoning", "thinking", "redacted_thinking"))
"""Nobody but its author can read it, and nobody misses it."""
_SHOWN = re.compile(r"\A[A-Za-z0-9_.-]{1,64}\Z")


def left_behind(request: ChatRequest, kind: str) -> tuple[str, ...]:
    """The types of such blocks that a provider of this kind is not sent, as `messages.TYPE`."""
    return tuple(dict.fromkeys(_left(request, kind)))


def _left(request: ChatRequest, kind: str) -> Iterator[str]:
    for message in request.messages:
        for part in message.native_blocks or ():
            if part.kind in _KINDS and part.kind != kind:
                name = part.block.get("type") or next(iter(part.block), "")
                if type(name) is str and name not in _REASONING:
                    yield f"messages.{name}" if _SHOWN.match(name) else "messages.native_blocks"
