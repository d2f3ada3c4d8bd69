"""Tools and the choice among them, as every provider's translation needs them."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from routing.calls import ChatRequest, InvalidRequest, Tool
from routing.wire.values import fields, objects, text


class ToolChoice(NamedTuple):
    """`mode` is auto, none, required or None (not said); `name` a tool that must be called; `allowed` the tools that
    may be.
    """

    mode: str | None = None
    name: str | None = None
    allowed: frozenset[str] | None = None


def tools_of(request: ChatRequest) -> Iterator[tuple[Tool, dict[str, Any]]]:
    """Each tool, typed and as it was written."""
    return zip(request.tools or (), request.tree.get("tools") or (), strict=True)


def own_tool(tree: dict[str, Any], kind: str) -> dict[str, Any] | None:
    """The tool inside `{"type": "native", "kind": …, "tool": …}`, if it is of this kind."""
    return fields(tree.get("tool")) if tree.get("type") == "native" and tree.get("kind") == kind else None


def read_tool_choice(request: ChatRequest) -> ToolChoice:
    """The choice of `tool_choice`. Raises InvalidRequest for one that is not known."""
    choice = request.tool_choice
    if choice is None:
        return ToolChoice()
    if isinstance(choice, str):
        if choice in ("auto", "none", "required"):
            return ToolChoice(mode=choice)
    else:
        if choice.get("type") == "allowed_tools":
            allowed = fields(choice.get("allowed_tools")) or choice
            names = [
                text(fields(tool.get("function")).get("name")) or text(tool.get("name"))
                for tool in objects(allowed.get("tools"))
            ]
            mode = allowed.get("mode")
            return ToolChoice(
                mode=mode if mode in ("auto", "required") else "auto", allowed=frozenset(name for name in names if name)
            )
        named = fields(choice.get("function")) or fields(choice.get("custom")) or choice
        if name := text(named.get("name")):
            return ToolChoice(name=name)
    raise InvalidRequest("`tool_choice` must be auto, none, required, or name a function.", "tool_choice")


def namespace_of(extra_content: Any) -> str | None:
    """The namespace that a call of the Responses format was made in."""
    return text(fields(fields(extra_content).get("openai_responses")).get("namespace"))
