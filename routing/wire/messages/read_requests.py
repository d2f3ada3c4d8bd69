"""Requests of `/v1/messages` as chat requests."""

from typing import Any

from routing.calls import ChatRequest
from routing.calls.requests import decode_object
from routing.calls.written import Written
from routing.wire.chat.schemas import meets_strict
from routing.wire.messages.blocks import KIND, as_content, read_content
from routing.wire.messages.own_body import own_body
from routing.wire.messages.turns import Message, read_turn
from routing.wire.reading import Fields, read_request

_NAMES = {"stop": "stop_sequences", "user": "metadata.user_id", "response_format": "output_config.format"}
AUTO, CLAUDES_AUTO = "auto", "claude-auto"
"""Policy decides. Claude Code offers only models of a list whose ids begin with `claude` or `anthropic`."""
_SERVICE_TIERS = {"standard_only": "default"}


def decode_messages(body: bytes) -> ChatRequest:
    """A request from the bytes of a Messages body. Raises InvalidRequest."""
    source = decode_object(body)
    fields = Fields(source)
    model = fields.required_text("model")
    tree: dict[str, Any] = {"model": AUTO if model == CLAUDES_AUTO else model, "messages": _messages(fields)}
    for name in ("max_tokens", "temperature", "top_p", "top_k", "stream"):
        tree[name] = fields.take(name)
    tree["stop"] = fields.take("stop_sequences")
    tree["thinking"] = fields.tree("thinking")
    tier = fields.text("service_tier")
    tree["service_tier"] = _SERVICE_TIERS.get(tier, tier) if tier else None
    _read_tools(fields, tree)
    _read_metadata(fields, tree)
    _read_output(fields, tree)
    left = fields.left()
    tree["native_fields"] = {KIND: left} if left else None
    request = read_request(tree, _NAMES)
    own = own_body(source)
    return request if own is None else request.with_native(KIND, Written(body, source), own)


def _messages(fields: Fields) -> list[Message]:
    messages: list[Message] = []
    if system := read_content(fields.take("system"), "system"):
        messages.append({"role": "system", "content": as_content(system)})
    turns = fields.items("messages")
    if not turns:
        raise fields.refuse("messages", "must hold at least one message.")
    for index, turn in enumerate(turns):
        messages += read_turn(turn, f"messages[{index}]")
    return messages


def _read_tools(fields: Fields, tree: dict[str, Any]) -> None:
    if tools := fields.items("tools"):
        tree["tools"] = [_tool(tool, f"tools[{index}]") for index, tool in enumerate(tools)]
    choice = fields.fields("tool_choice")
    if choice is None:
        return
    kind = choice.required_text("type")
    if kind == "tool":
        tree["tool_choice"] = {"type": "function", "function": {"name": choice.required_text("name")}}
    elif kind in ("auto", "any", "none"):
        tree["tool_choice"] = "required" if kind == "any" else kind
    else:
        raise choice.refuse("type", "must be auto, any, tool or none.")
    if choice.flag("disable_parallel_tool_use"):
        tree["parallel_tool_calls"] = False


def _tool(value: Any, where: str) -> dict[str, Any]:
    tool = Fields(value, where)
    if tool.text("type") not in (None, "custom"):
        return {"type": "native", "kind": KIND, "tool": value}
    function: dict[str, Any] = {"name": tool.required_text("name")}
    if (description := tool.text("description")) is not None:
        function["description"] = description
    if (schema := tool.tree("input_schema")) is not None:
        function["parameters"] = schema
    strict = tool.flag("strict")
    if strict is False or (strict and meets_strict(schema)):
        function["strict"] = strict
    written: dict[str, Any] = {"type": "function", "function": function}
    if cache_control := tool.tree("cache_control"):
        written["cache_control"] = cache_control
    left = tool.left()
    if strict and "strict" not in function:
        left = {**left, "strict": True}  # by Anthropic's rules it is strict, by OpenAI's it would be refused
    if left:
        written["extra_content"] = {KIND: left}
    return written


def _read_metadata(fields: Fields, tree: dict[str, Any]) -> None:
    """`user_id` is Anthropic's; what else a caller says about a call is for policy."""
    metadata = fields.fields("metadata")
    if metadata is not None:
        tree["user"] = metadata.text("user_id")
        tree["metadata"] = metadata.left() or None


def _read_output(fields: Fields, tree: dict[str, Any]) -> None:
    """Effort and form of the answer; `output_format` is what the form was called before."""
    config = fields.fields("output_config")
    form = fields.fields("output_format")
    if config is not None:
        tree["reasoning_effort"] = config.text("effort")
        form = config.fields("format") or form
    if form is not None:
        if form.required_text("type") != "json_schema":
            raise form.refuse("type", "must be json_schema.")
        schema = form.tree("schema")
        tree["response_format"] = {
            "type": "json_schema",
            "json_schema": {"name": "answer", "schema": schema, "strict": meets_strict(schema)},
        }
