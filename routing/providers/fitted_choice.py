"""The choice among tools in the words of what is sent."""

from collections.abc import Collection, Mapping
from typing import Any

from routing.calls import InvalidRequest
from routing.providers.web_search import ANTHROPIC_NAME, read_search
from routing.wire.values import fields, objects, text

Tree = dict[str, Any]


class FittedChoice:
    """`tools` are those that are sent; `sent` tells (namespace, name) → the name of a function that is sent; `plain` the names that the
    caller gave to functions outside of namespaces. A provider of `own_words` takes every choice as it stands.
    """

    def __init__(
        self,
        kind: str,
        tools: list[Tree],
        sent: Mapping[tuple[str | None, str], str],
        plain: Collection[str],
        *,
        own_words: bool,
    ) -> None:
        self._kind = kind
        self._tools = tools
        self._sent = sent
        self._plain = plain
        self._own_words = own_words

    def of(self, choice: str | Tree | None) -> str | Tree | None:
        """The choice; None where there is none to make. Raises InvalidRequest for one that cannot be."""
        if choice is None or isinstance(choice, str):
            if choice == "required" and not self._tools:
                raise _no_such_choice()
            return choice if self._tools else None
        if choice.get("type") == "allowed_tools" or "allowed_tools" in choice:
            return self._allowed(choice)
        if not self._tools or (named := self._chosen(choice)) is None:
            raise _no_such_choice()
        return named

    def _allowed(self, choice: Tree) -> str | Tree | None:
        nested = fields(choice.get("allowed_tools"))
        allowed = nested or choice
        tools = [named for tool in objects(allowed.get("tools")) if (named := self._chosen(tool)) is not None]
        if not tools or not self._tools:
            if allowed.get("mode") == "required":
                raise _no_such_choice()
            return "none" if self._tools else None
        changed = {**allowed, "tools": tools}
        return {**choice, "allowed_tools": changed} if nested else changed

    def _chosen(self, choice: Tree) -> Tree | None:
        """A choice of one tool, in the words of what is sent; None where it is not sent."""
        place = next((place for place in ("function", "custom") if type(choice.get(place)) is dict), None)
        name = text(fields(choice.get(place)).get("name")) if place else text(choice.get("name"))
        if name is None or (place is None and choice.get("type") not in ("function", "custom", None)):
            return self._own_choice(choice)
        namespace = text(choice.get("namespace"))
        keys = [key for key in self._sent if key == (namespace, name) or (namespace is None and key[1] == name)]
        if len(keys) == 1 and (name not in self._plain or keys[0] == (None, name)):
            return {"type": "function", "function": {"name": self._sent[keys[0]]}}
        return choice

    def _own_choice(self, choice: Tree) -> Tree | None:
        if self._own_words:
            return choice
        searches = any(tool.get("type") == "native" and read_search(fields(tool["tool"])) for tool in self._tools)
        if self._kind == "anthropic" and searches and read_search(choice) is not None:
            return {"type": "function", "function": {"name": ANTHROPIC_NAME}}
        return None


def _no_such_choice() -> InvalidRequest:
    return InvalidRequest(
        "`tool_choice` asks for a tool that is not in the call, or that this model cannot have; leave it out, or choose another model.",
        "tool_choice",
    )
