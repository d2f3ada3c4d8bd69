"""Tools as one kind of provider can have them.

The one place where a tool of another kind is translated, flattened or left out, so that nothing which only Govern understands can
leave: OpenAI's namespaces become functions, its tools that take text become functions with one text, web search becomes the
provider's own. What is left out is named, and policy decides whether the call goes on without it.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from routing.calls import ChatRequest, InvalidRequest
from routing.providers.fitted_choice import FittedChoice
from routing.providers.fitted_ids import with_fitting_ids
from routing.providers.function_names import Named, flat_name, takes_name
from routing.providers.left_behind import left_behind
from routing.providers.web_search import ANTHROPIC_NAME, read_search, write_search
from routing.wire.functions import as_tools, holds_functions, wants_function_call
from routing.wire.tools import namespace_of
from routing.wire.values import fields, objects, text

Tree = dict[str, Any]

RESPONSES = "openai_responses"
_TAKES_TEXT_TOOLS = frozenset(("openai", RESPONSES))
"""Kinds whose tools may take free text."""
_CHAT = frozenset(("openai", "openai_compatible"))
_ANTHROPIC_OWN = re.compile(r"_\d{8}\Z|\Amcp_toolset\Z")
_ABOUT_TOOLS = ("tools", "tool_choice", "parallel_tool_calls")
"""Fields that OpenAI and others refuse where there is no tool."""
_SPEAKS_OF_TOOLS = frozenset((*_ABOUT_TOOLS, "functions", "function_call"))
_SHOWN = re.compile(r"\A[A-Za-z0-9_.-]{1,64}\Z")
TEXT_ARGUMENT = "input"
"""The one argument of a function that stands for a tool which takes text."""


class Fitted(NamedTuple):
    """A request whose tools a provider can have."""

    request: ChatRequest
    dropped: tuple[str, ...] = ()
    """Tools that are left out, as `tools.TYPE`."""
    names: Mapping[str, Named] = {}
    """Names of functions that were sent, where the caller knows them otherwise."""
    older: bool = False
    """Whether the caller asked in the older form, `functions`, and is answered in it."""


def fitted(request: ChatRequest, kind: str, *, held: bool) -> Fitted:
    """The request for a provider of this kind; the same object where nothing changes. Kept with the request.

    held: a budget covers the call, so a search without a bound is left out. Raises InvalidRequest for a choice of tools that cannot be.
    """
    if request.native is not None and request.native.kind == kind:
        return Fitted(request)
    if request.texts_alone and _SPEAKS_OF_TOOLS.isdisjoint(request.tree):
        return Fitted(request)
    known: tuple[Any, Fitted] | None = request.__dict__.get("fitted")
    if known is not None and known[0] == (kind, held):
        return known[1]
    newer = as_tools(request) if _must_be_newer(request, kind) else request
    fit = _Fitting(newer, kind, held=held).fit() if _may_change(newer, kind) else Fitted(newer)
    fit = fit._replace(
        request=with_fitting_ids(fit.request, kind),
        dropped=(*fit.dropped, *left_behind(request, kind)),
        older=newer is not request and wants_function_call(request),
    )
    request.__dict__["fitted"] = ((kind, held), fit)
    return fit


def _must_be_newer(request: ChatRequest, kind: str) -> bool:
    """Whether functions in the older form must leave as tools: the provider knows no others, or not their names."""
    if not holds_functions(request):
        return False
    called = (message.function_call.name for message in request.messages if message.function_call is not None)
    names = (*(function.name for function in request.functions or ()), *called)
    return kind not in _CHAT or not all(takes_name(kind, name) for name in names)


def _may_change(request: ChatRequest, kind: str) -> bool:
    if not request.tools and any(request.tree.get(name) is not None for name in _ABOUT_TOOLS):
        return True
    if any(
        tool.type != "function" or (tool.function and not takes_name(kind, tool.function.name))
        for tool in request.tools or ()
    ):
        return True
    return any(
        call.custom is not None
        or not takes_name(kind, call.name)
        or (call.extra_content and RESPONSES in call.extra_content)
        for message in request.messages
        for call in message.tool_calls or ()
    )


class _Fitting:
    """One request on its way to one kind."""

    def __init__(self, request: ChatRequest, kind: str, *, held: bool) -> None:
        self._request = request
        self._kind = kind
        self._held = held
        self._tools: list[Tree] = []
        self._dropped: list[str] = []
        self._names: dict[str, Named] = {}
        self._sent: dict[tuple[str | None, str], str] = {}
        """(namespace, name) → the name that is sent."""
        self._most: int | None = None
        self._plain = {tool.function.name for tool in request.tools or () if tool.function is not None}

    def fit(self) -> Fitted:
        tree = self._request.tree
        for index, tool in enumerate(tree.get("tools") or ()):
            self._tool(tool, f"tools[{index}]")
        changes: Tree = {"messages": [self._message(message) for message in tree["messages"]]}
        choice = FittedChoice(self._kind, self._tools, self._sent, self._plain, own_words=self._kind == RESPONSES)
        if self._request.tools:
            changes["tools"] = self._tools or None
        changes["tool_choice"] = choice.of(self._request.tool_choice)
        if not self._tools:
            changes |= dict.fromkeys(_ABOUT_TOOLS)
        if self._most is not None:
            own = self._request.own_fields(RESPONSES)
            changes["native_fields"] = {
                **(self._request.native_fields or {}),
                RESPONSES: {"max_tool_calls": self._most, **own},
            }
        changed = {**tree, **changes}
        if all(changed[name] == tree.get(name) for name in changes):
            return Fitted(self._request, tuple(self._dropped), self._names)
        kept = {name: value for name, value in changed.items() if name not in changes or value is not None}
        written = self._request.grown(kept)
        return Fitted(written, tuple(dict.fromkeys(self._dropped)), self._names)

    def _tool(self, tool: Tree, where: str) -> None:
        kind = tool.get("type", "function")
        if kind == "native":
            self._own_tool(fields(tool.get("tool")), text(tool.get("kind")) or "", tool, where)
        elif kind == "custom" and type(tool.get("custom")) is dict:
            self._custom(tool, None)
        elif kind == "function":
            self._function(tool)
        elif self._is_its_own(str(kind)):
            self._tools.append(tool)
        else:
            self._foreign(tool, where)

    def _function(self, tool: Tree) -> None:
        """A function, under a name that the provider takes."""
        name = text(fields(tool.get("function")).get("name")) or ""
        if not self._is_taken(name):
            tool = {**tool, "function": {**tool["function"], "name": self._name(None, name, Named(name))}}
        self._tools.append(tool)

    def _is_taken(self, name: str) -> bool:
        return not name or takes_name(self._kind, name)

    def _is_its_own(self, kind: str) -> bool:
        """Whether a chat completion may ask this kind of provider for such a tool as it stands."""
        if self._kind == "anthropic":
            return _ANTHROPIC_OWN.search(kind) is not None
        return self._kind in _CHAT or (self._kind == RESPONSES and not _ANTHROPIC_OWN.search(kind))

    def _own_tool(self, own: Tree, kind: str, written: Tree, where: str) -> None:
        """A tool that a door found to be of one kind of provider alone."""
        if kind == self._kind and own:
            self._tools.append(written)
        elif kind == RESPONSES and own.get("type") == "namespace":
            self._namespace(own, where)
        else:
            self._foreign(own, where)

    def _namespace(self, own: Tree, where: str) -> None:
        name = text(own.get("name"))
        if not name:
            raise InvalidRequest(f"`{where}.name` is missing; add it.", f"{where}.name")
        about = text(own.get("description"))
        for index, tool in enumerate(objects(own.get("tools"))):
            place = f"{where}.tools[{index}]"
            kind = tool.get("type", "function")
            if kind not in ("function", "custom"):
                self._foreign(tool, place)
                continue
            if not text(tool.get("name")):
                raise InvalidRequest(f"`{place}.name` is missing; add it.", f"{place}.name")
            inner = ("description", "format") if kind == "custom" else ("description", "parameters", "strict")
            definition = {key: tool[key] for key in ("name", *inner) if tool.get(key) is not None}
            if about:  # once: the first function says what all of them are for
                definition["description"] = "\n\n".join(filter(None, (about, text(definition.get("description")))))
                about = None
            if kind == "custom":
                self._custom({"type": kind, kind: definition}, name)
            else:
                definition["name"] = self._name(name, definition["name"], Named(definition["name"], name))
                self._tools.append({"type": kind, kind: definition})

    def _custom(self, tool: Tree, namespace: str | None) -> None:
        """A tool that takes text; a function with one text where there are no such tools."""
        definition = tool["custom"]
        name = str(definition.get("name") or "")
        named = Named(name, namespace, custom=self._kind not in _TAKES_TEXT_TOOLS)
        if not named.custom:
            sent = name if namespace is None else self._name(namespace, name, named)
            self._tools.append({**tool, "custom": {**definition, "name": sent}} if namespace is not None else tool)
            return
        grammar = fields(fields(definition.get("format")).get("grammar")) or fields(definition.get("format"))
        about = [text(definition.get("description")) or ""]
        if rules := text(grammar.get("definition")):
            about.append(f"`{TEXT_ARGUMENT}` follows this {text(grammar.get('syntax')) or ''} grammar:\n{rules}")
        function = {
            "name": self._name(namespace, name, named),
            "description": "\n\n".join(filter(None, about)),
            "parameters": {
                "type": "object",
                "properties": {TEXT_ARGUMENT: {"type": "string"}},
                "required": [TEXT_ARGUMENT],
                "additionalProperties": False,
            },
        }
        self._tools.append({"type": "function", "function": function})

    def _foreign(self, own: Tree, where: str) -> None:
        """A tool that another kind of provider runs itself: its counterpart here, or nothing."""
        label = self._label(own, where)
        search = read_search(own)
        written = write_search(search, self._kind) if search is not None else None
        if search is None or written is None or not self._may_search():
            self._dropped.append(label)
            return
        tool, unsaid = written
        if any(tool == known.get("tool") for known in self._tools):
            return  # it was asked for twice
        if self._kind == RESPONSES and search.most is not None:
            self._most = search.most
        self._dropped += [f"{label}.{name}" for name in unsaid]
        self._tools.append({"type": "native", "kind": self._kind, "tool": tool})

    def _may_search(self) -> bool:
        if self._kind == "anthropic":
            return ANTHROPIC_NAME not in self._plain
        # Google's search has no bound that a budget could hold, and most of its models take it or functions, not both.
        return self._kind != "google" or not (self._held or self._has_functions())

    def _has_functions(self) -> bool:
        tools = objects(self._request.tree["tools"])
        return any(
            "function" in tool or "custom" in tool or fields(tool.get("tool")).get("type") == "namespace"
            for tool in tools
        )

    def _label(self, own: Tree, where: str) -> str:
        name = text(own.get("type")) or next(iter(own), "")
        return f"tools.{name}" if _SHOWN.match(name) else where

    def _name(self, namespace: str | None, name: str, named: Named) -> str:
        """The name under which a function is sent: one that every provider takes, and no other function's."""
        sent = flat_name(namespace, name)
        if namespace is None and not named.custom:
            sent = flat_name(None, name, distinct=True)
        if (namespace is not None and sent in self._plain) or (sent in self._names and self._names[sent] != named):
            sent = flat_name(namespace, name, distinct=True)
        self._names[sent] = named
        self._sent[(namespace, name)] = sent
        return sent

    def _message(self, message: Tree) -> Tree:
        calls = message.get("tool_calls")
        return {**message, "tool_calls": [self._call(call) for call in calls]} if calls else message

    def _call(self, call: Tree) -> Tree:
        """An earlier call under the name that its function has now."""
        namespace = namespace_of(call.get("extra_content"))
        custom = call.get("custom")
        definition = fields(custom if type(custom) is dict else call.get("function"))
        name = str(definition.get("name") or "")
        if namespace is None and not custom and not self._is_taken(name):
            sent = self._sent.get((None, name)) or flat_name(None, name, distinct=True)
            return {**call, "function": {**definition, "name": sent}}
        if self._kind == RESPONSES or (namespace is None and not custom):
            return call
        sent = self._sent.get((namespace, name)) or flat_name(namespace, name)
        if custom and self._kind not in _TAKES_TEXT_TOOLS:
            written = {"name": sent, "arguments": _as_arguments(str(definition.get("input") or ""))}
            rest = {key: value for key, value in call.items() if key not in ("type", "custom")}
            return {**rest, "type": "function", "function": written}
        place = "custom" if custom else "function"
        return {**call, place: {**definition, "name": sent if namespace is not None else name}}


def _as_arguments(said: str) -> str:
    return msgspec.json.encode({TEXT_ARGUMENT: said}).decode()
