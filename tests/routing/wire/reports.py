"""Kinds of faults that users of gateways have reported in public, as rows of tables: what comes in, who is asked, and what must leave."""

import json
import re
from typing import Any, NamedTuple

from routing.providers import PROVIDERS, Target
from tests.routing.wire.doors import GOOGLE, Door, decode

Tree = dict[str, Any]

HI = {"role": "user", "content": "Hi"}
ABSENT = "(absent)"
_BASES = {"openai": "https://api.openai.com/v1", "mistral": "https://api.mistral.ai/v1"}
_STEP = re.compile(r"(\w+)|\[(-?\d+)\]")


def sent(door: Door, body: dict[str, Any], kind: str, model: str) -> tuple[Any, list[str]]:
    """The body that a provider of this kind is sent, and the names of what is left out."""
    request = decode(door, body, door.path if door is GOOGLE else None)
    own = "openai_compatible" if kind == "mistral" else kind
    base = _BASES.get(kind, "https://example.org/v1")
    target = Target("provider", own, base, model, max_output_tokens=64_000)
    provider = PROVIDERS[own]
    leaving = provider.outgoing(request, target, stream=False)
    unsaid = [*provider.unsupported(request, target), *provider.not_taken(request, target), *leaving.terms.dropped]
    return json.loads(leaving.body), unsaid


def at(value: Any, place: str) -> Any:
    """What stands at a place such as `messages[-1].role`; ABSENT where nothing does."""
    for name, index in _STEP.findall(place):
        try:
            value = value[name] if name else value[int(index)]
        except (KeyError, IndexError, TypeError):
            return ABSENT
    return value


def chat(*messages: Tree, **fields: Any) -> Tree:
    """A body of chat completions."""
    return {"model": "m", "messages": list(messages) or [HI], **fields}


def claude(*messages: Tree, **fields: Any) -> Tree:
    """A body of the Messages door."""
    return {"model": "m", "max_tokens": 4_000, "messages": list(messages) or [HI], **fields}


def gemini(*parts: Tree, **fields: Any) -> Tree:
    """A body of Google's door."""
    return {"contents": [{"role": "user", "parts": list(parts) or [{"text": "Hi"}]}], **fields}


def codex(*items: Tree, **fields: Any) -> Tree:
    """A body of the Responses door."""
    return {"model": "m", "input": list(items) or "Hi", **fields}


def told(*parts: Tree) -> Tree:
    """What a user says, in parts."""
    return {"role": "user", "content": list(parts)}


class Begins(NamedTuple):
    """Equal to every text that begins so."""

    prefix: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and other.startswith(self.prefix)

    def __hash__(self) -> int:
        return hash(self.prefix)


class Row(NamedTuple):
    """A reported kind of fault: `what` in words, the body that comes in, who is asked, and what must stand where in the body that
    leaves. `unsaid`: what must be named as left out."""

    what: str
    door: Door
    body: Tree
    kind: str
    model: str
    stands: dict[str, Any]
    unsaid: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.what} ({self.kind})"


def check(row: Row) -> None:
    """Fails unless the body that leaves is as the row says."""
    body, unsaid = sent(row.door, row.body, row.kind, row.model)
    assert {place: at(body, place) for place in row.stands} == row.stands
    assert set(row.unsaid) <= set(unsaid)
