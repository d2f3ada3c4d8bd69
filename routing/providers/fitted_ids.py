"""Ids of tool calls that clients chose, as a provider takes them: short enough, in its alphabet, and each once where it asks for that.

A call and its result are given the same new id, so nothing has to be named back: an answer brings ids of its own.
"""

from typing import Any

from routing.calls import ChatRequest
from routing.wire.call_ids import TAKEN, taken_id

Tree = dict[str, Any]

_EACH_ONCE = frozenset(("anthropic",))


def with_fitting_ids(request: ChatRequest, kind: str) -> ChatRequest:
    """The request with such ids; the same object where all of them are."""
    if kind not in TAKEN or _all_fit(request, kind):
        return request
    names = _Ids(kind)
    return request.grown({**request.tree, "messages": [names.of(message) for message in request.tree["messages"]]})


def _all_fit(request: ChatRequest, kind: str) -> bool:
    taken, seen = TAKEN[kind], set[str]()
    for message in request.messages:
        for call in message.tool_calls or ():
            if taken.match(call.id) is None or (kind in _EACH_ONCE and call.id in seen):
                return False
            seen.add(call.id)
        if message.tool_call_id and taken.match(message.tool_call_id) is None:
            return False
    return True


class _Ids:
    """The ids of one conversation, in its order: a result belongs to the latest call of its id that has none."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._each_once = kind in _EACH_ONCE
        self._used: set[str] = set()
        self._open: dict[str, list[str]] = {}
        """The client's id → what its calls of the latest turn are called, without those that have their result."""

    def of(self, message: Tree) -> Tree:
        """A message with the ids that are sent."""
        if calls := message.get("tool_calls"):
            for call in calls:
                self._open.pop(call["id"], None)
            return {**message, "tool_calls": [{**call, "id": self._call(call["id"])} for call in calls]}
        if message.get("role") == "tool" and type(own := message.get("tool_call_id")) is str:
            return {**message, "tool_call_id": self._result(own)}
        return message

    def _call(self, own: str) -> str:
        sent = taken_id(own, self._kind)
        if self._each_once:
            number = 1
            while sent in self._used:
                number += 1
                sent = taken_id(f"{own}_{number}", self._kind)
            self._used.add(sent)
        self._open.setdefault(own, []).append(sent)
        return sent

    def _result(self, own: str) -> str:
        waiting = self._open.get(own)
        if not waiting:
            return taken_id(own, self._kind)
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]
