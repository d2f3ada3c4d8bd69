"""Web search as three providers offer it: read from the one, written for the other.

A search that the caller limited (to some domains, to what is cached) is never written as a wider one.
"""

import re
from typing import Any, NamedTuple

from routing.wire.values import fields, text

Tree = dict[str, Any]

_OPENAI = re.compile(r"web_search(?:_preview)?(?:_\d{4}_\d\d_\d\d)?\Z")
_ANTHROPIC = re.compile(r"web_search_\d{8}\Z")
_GOOGLE = ("googleSearch", "google_search")
ANTHROPIC_NAME = "web_search"
"""What Anthropic's search is called among the other tools."""


class Search(NamedTuple):
    """What a caller asks of a search."""

    allowed: list[Any] = []
    blocked: list[Any] = []
    location: Tree | None = None
    most: int | None = None
    """How often it may run."""
    size: str | None = None
    """OpenAI's `search_context_size`."""
    narrowed: bool = False
    """It is limited in a way that only its own provider knows."""


def read_search(tool: Tree) -> Search | None:
    """The search that a tool of any provider's asks for; None if it is no search."""
    kind = text(tool.get("type")) or ""
    if _OPENAI.match(kind):
        filters = fields(tool.get("filters"))
        return Search(
            allowed=_list(filters.get("allowed_domains")),
            blocked=_list(filters.get("blocked_domains")),
            location=fields(tool.get("user_location")) or None,
            size=text(tool.get("search_context_size")),
            narrowed=tool.get("external_web_access") is False or bool(filters.keys() - _DOMAINS),
        )
    if _ANTHROPIC.match(kind):
        most = tool.get("max_uses")
        return Search(
            allowed=_list(tool.get("allowed_domains")),
            blocked=_list(tool.get("blocked_domains")),
            location=fields(tool.get("user_location")) or None,
            most=most if type(most) is int else None,
        )
    for name in _GOOGLE:
        if type(tool.get(name)) is dict:
            return Search(blocked=_list(tool[name].get("excludeDomains")), narrowed=bool(tool[name].keys() - _EXCLUDED))
    return None


_DOMAINS = frozenset(("allowed_domains", "blocked_domains"))
_EXCLUDED = frozenset(("excludeDomains",))


def write_search(search: Search, kind: str) -> tuple[Tree, list[str]] | None:
    """The search as a provider of this kind has it, and what of it is left out; None where there is none as narrow as this one."""
    if search.narrowed:
        return None
    location = {"user_location": search.location} if search.location else {}
    if kind == "openai_responses" and not search.blocked:
        tool: Tree = {"type": "web_search", **location}
        if search.allowed:
            tool["filters"] = {"allowed_domains": search.allowed}
        return ({**tool, "search_context_size": search.size} if search.size else tool), []
    unsaid = ["search_context_size"] if search.size else []
    if kind == "anthropic" and not (search.allowed and search.blocked):
        tool = {"type": "web_search_20250305", "name": ANTHROPIC_NAME, **location}
        for name, value in (
            ("max_uses", search.most),
            ("allowed_domains", search.allowed),
            ("blocked_domains", search.blocked),
        ):
            if value:
                tool[name] = value
        return tool, unsaid
    if kind == "google" and not search.allowed and not search.blocked and search.most is None:
        return {"googleSearch": {}}, [*unsaid, *location]
    return None


def _list(value: Any) -> list[Any]:
    return value if type(value) is list else []
