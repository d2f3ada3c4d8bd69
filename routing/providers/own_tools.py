"""Tools that a provider runs itself while it answers: how often they may run, since each run is charged and makes the model read again."""

from collections.abc import Iterator
from typing import Any

from routing.calls import InvalidRequest
from routing.money_names import plain_name
from routing.terms import DEFAULT_USES, MAX_USES, Tree, Uses
from routing.wire.values import objects, text

_ANTHROPIC_CALLERS = ("bash_", "text_editor_", "computer_", "memory_")
"""Tools that Anthropic describes to the model and the caller runs."""
_ANTHROPIC_COUNTED = ("web_search_", "web_fetch_")
"""Tools whose runs `max_uses` bounds."""
_OPENAI_CALLERS = frozenset(
    ("function", "custom", "computer_use_preview", "computer", "local_shell", "apply_patch", "namespace")
)
_OPENAI_COUNTED = ("web_search", "file_search")
"""Tools whose runs `max_tool_calls` bounds."""
_GOOGLE_CALLERS = frozenset(("functionDeclarations", "function_declarations", "computerUse", "computer_use"))
NONE = Uses()


def chat_uses(tree: Tree) -> Uses:
    """Of chat completions, which know no bound for a tool of the provider's own."""
    for index, tool in enumerate(objects(tree.get("tools"))):
        _refuse_other_spellings(tool, f"tools[{index}]")
        kind = tool.get("type", "function")
        if kind not in ("function", "custom") or kind not in tool:
            return Uses(unbounded=f"tools[{index}]")
    return NONE


def anthropic_uses(tree: Tree) -> Uses:
    """Of a Messages body. Raises InvalidRequest for a `max_uses` that is no whole number."""
    said, unsaid = 0, False
    for index, tool in enumerate(objects(tree.get("tools"))):
        _refuse_other_spellings(tool, f"tools[{index}]")
        kind = text(tool.get("type")) or "custom"
        if kind == "custom" or kind.startswith(_ANTHROPIC_CALLERS):
            continue
        if not kind.startswith(_ANTHROPIC_COUNTED):
            return Uses(unbounded=f"tools[{index}]")
        uses = tool.get("max_uses")
        unsaid = unsaid or uses is None
        said += DEFAULT_USES if uses is None else _whole(uses, f"tools[{index}].max_uses")
    return Uses(said, set_default=_with_max_uses if unsaid else None)


def _with_max_uses(tree: Tree) -> Tree:
    tools = [
        {**tool, "max_uses": DEFAULT_USES}
        if (text(tool.get("type")) or "").startswith(_ANTHROPIC_COUNTED) and tool.get("max_uses") is None
        else tool
        for tool in tree["tools"]
    ]
    return {**tree, "tools": tools}


def responses_uses(tree: Tree) -> Uses:
    """Of a Responses body. Raises InvalidRequest for a `max_tool_calls` that is no whole number."""
    counted = False
    for where, tool in _responses_tools(tree):
        _refuse_other_spellings(tool, where)
        kind = text(tool.get("type")) or ""
        if kind in _OPENAI_CALLERS:
            continue
        if not kind.startswith(_OPENAI_COUNTED):
            return Uses(unbounded=where)
        counted = True
    if not counted:
        return NONE
    uses = tree.get("max_tool_calls")
    if uses is None:
        return Uses(DEFAULT_USES, set_default=lambda body: {**body, "max_tool_calls": DEFAULT_USES})
    return Uses(_whole(uses, "max_tool_calls"))


def _responses_tools(tree: Tree) -> Iterator[tuple[str, Tree]]:
    """Every tool that the model may use: of the call, of its namespaces, and those that an earlier turn has found."""
    for index, tool in enumerate(objects(tree.get("tools"))):
        yield f"tools[{index}]", tool
        if tool.get("type") == "namespace":
            yield from ((f"tools[{index}].tools[{inner}]", one) for inner, one in enumerate(objects(tool.get("tools"))))
    for index, item in enumerate(objects(tree.get("input"))):
        if "tools" in item and item.get("type") != "mcp_list_tools":
            yield from ((f"input[{index}].tools[{inner}]", one) for inner, one in enumerate(objects(item["tools"])))


def google_uses(tree: Tree) -> Uses:
    """Of a generateContent body, which knows no bound for Google's own tools."""
    for index, tool in enumerate(objects(tree.get("tools"))):
        for name, value in tool.items():
            if name not in _GOOGLE_CALLERS and value is not None:
                return Uses(unbounded=f"tools[{index}].{name}")
    return NONE


def _refuse_other_spellings(tool: Tree, where: str) -> None:
    """Raises InvalidRequest for a field that money depends on in a spelling that only a server without case would know."""
    for name in tool:
        if name not in _SPELLINGS and plain_name(name) in _PLAIN:
            raise InvalidRequest(f"`{where}.{name}` is another spelling of a tool's own field; leave it out.", where)


_SPELLINGS = frozenset(("type", "max_uses", "function", "name", "description", "parameters", "input_schema", "strict"))
_PLAIN = frozenset(("type", "maxuses", "maxtoolcalls"))


def _whole(value: Any, where: str) -> int:
    if type(value) is float and value.is_integer():
        value = int(value)
    if type(value) is not int or not 0 <= value <= MAX_USES:
        raise InvalidRequest(f"`{where}` must be a whole number up to {MAX_USES}.", where)
    return value
