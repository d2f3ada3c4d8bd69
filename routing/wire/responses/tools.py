"""Tools of OpenAI's Responses format, and the choice among them, as chat completions writes them."""

from typing import Any

from routing.calls import InvalidRequest
from routing.wire.reading import Fields
from routing.wire.responses.parts import KIND


def read_tool(value: Any, where: str) -> dict[str, Any]:
    """A function, a tool that takes text, or a tool of OpenAI's own. Raises InvalidRequest."""
    tool = Fields(value, where)
    kind = tool.required_text("type")
    if kind not in ("function", "custom"):
        return {"type": "native", "kind": KIND, "tool": value}
    definition: dict[str, Any] = {"name": tool.required_text("name")}
    if (description := tool.text("description")) is not None:
        definition["description"] = description
    if kind == "function":
        if (parameters := tool.tree("parameters")) is not None:
            definition["parameters"] = parameters
        if (strict := tool.flag("strict")) is not None:
            definition["strict"] = strict
    elif form := tool.tree("format"):
        definition["format"] = _grammar(form)
    written: dict[str, Any] = {"type": kind, kind: definition}
    if left := tool.left():
        written["extra_content"] = {KIND: left}
    return written


def _grammar(form: dict[str, Any]) -> dict[str, Any]:
    if form.get("type") != "grammar" or "grammar" in form:
        return form
    return {"type": "grammar", "grammar": {name: value for name, value in form.items() if name != "type"}}


def read_tool_choice(choice: Any) -> str | dict[str, Any] | None:
    """A mode, one function, or the allowed ones. Raises InvalidRequest."""
    if choice is None or type(choice) is str:
        return choice
    if type(choice) is not dict:
        raise InvalidRequest(
            "`tool_choice` must be auto, none, required, or an object that names a tool.", "tool_choice"
        )
    if choice.get("type") != "allowed_tools":
        return _named(choice)
    fields = Fields(choice, "tool_choice")
    tools = [_named(tool) for tool in fields.items("tools")]
    return {"allowed_tools": {"mode": fields.text("mode") or "auto", "tools": tools}, **fields.left()}


def _named(tool: Any) -> Any:
    """The name of a function stands under its type in chat completions."""
    if type(tool) is not dict or tool.get("type") not in ("function", "custom"):
        return tool
    named = Fields(tool, "tool_choice")
    return {tool["type"]: {"name": named.required_text("name")}, **named.left()}
