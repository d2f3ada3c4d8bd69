"""Requests of `/v1/responses` as chat requests."""

from typing import Any

from routing.calls import ChatRequest, InvalidRequest
from routing.calls.written import Written
from routing.wire.carried_reasoning import unpack
from routing.wire.reading import Fields, read_request
from routing.wire.responses.identifiers import call_of_item
from routing.wire.responses.items import read_input
from routing.wire.responses.parts import KIND
from routing.wire.responses.tools import read_tool, read_tool_choice
from routing.wire.responses.write_requests import is_unreadable

_NAMES = {
    "max_completion_tokens": "max_output_tokens",
    "reasoning_effort": "reasoning.effort",
    "verbosity": "text.verbosity",
    "response_format": "text.format",
}
_SAME = (
    "temperature",
    "top_p",
    "top_logprobs",
    "parallel_tool_calls",
    "metadata",
    "user",
    "safety_identifier",
    "prompt_cache_key",
    "service_tier",
    "stream",
)
_ELSEWHERE = {
    "conversation": "names no conversation of this application; send the items in `input`.",
    "prompt": "is a text that guards cannot see; send the text itself in `instructions` and `input`.",
}
"""Parameters that would bring in what the gateway has not seen."""
_LOGPROBS = "message.output_text.logprobs"


def read_response_request(body: bytes, source: dict[str, Any]) -> ChatRequest:
    """A request from a Responses body whose references were resolved, and from what was read of it. Raises InvalidRequest."""
    fields = Fields(source)
    _refuse_what_cannot_be(fields)
    tree: dict[str, Any] = {"model": fields.required_text("model"), "messages": _messages(fields)}
    for name in _SAME:
        tree[name] = fields.take(name)
    tree["max_completion_tokens"] = fields.take("max_output_tokens")
    if tools := fields.items("tools"):
        tree["tools"] = [read_tool(tool, f"tools[{index}]") for index, tool in enumerate(tools)]
    tree["tool_choice"] = read_tool_choice(fields.take("tool_choice"))
    _read_text(fields, tree)
    reasoning = fields.fields("reasoning")
    tree["reasoning_effort"] = reasoning.text("effort") if reasoning is not None else None
    include = fields.items("include")
    tree["logprobs"] = _LOGPROBS in include or None
    fields.take("store")  # says whether we keep the answer
    own = fields.left()
    if others := [name for name in include if name != _LOGPROBS]:
        own["include"] = others
    tree["native_fields"] = {KIND: own} if own else None
    request = read_request(tree, _NAMES)
    native = _own_body(source)
    return request if native is None else request.with_native(KIND, Written(body, source), native)


def _refuse_what_cannot_be(fields: Fields) -> None:
    if fields.flag("background"):
        raise fields.refuse("background", "is for POST /v1/responses alone; leave it out.")
    if fields.take("previous_response_id") is not None:
        raise fields.refuse(
            "previous_response_id", "names no stored answer of this application; send the items in `input`."
        )
    for name, sentence in _ELSEWHERE.items():
        if fields.take(name) is not None:
            raise fields.refuse(name, sentence)


def _messages(fields: Fields) -> list[dict[str, Any]]:
    value = fields.take("input")
    if value is None:
        raise fields.refuse("input", "is missing; add it.")
    messages = read_input(value)
    if instructions := fields.text("instructions"):
        messages.insert(0, {"role": "system", "content": instructions})
    return messages


def _read_text(fields: Fields, tree: dict[str, Any]) -> None:
    text = fields.fields("text")
    if text is None:
        return
    tree["verbosity"] = text.text("verbosity")
    form = text.tree("format")
    if form is not None:
        kind = form.get("type")
        if kind == "json_schema":
            schema = {name: value for name, value in form.items() if name != "type"}
            tree["response_format"] = {"type": kind, "json_schema": schema}
        elif kind == "json_object":
            tree["response_format"] = form
        elif kind != "text":
            raise InvalidRequest("`text.format.type` must be text, json_object or json_schema.", "text.format.type")


def _own_body(source: dict[str, Any]) -> dict[str, Any] | None:
    """The body without ids of ours, which mean nothing to OpenAI; None if it holds traces of other providers."""
    if type(source["input"]) is str:
        return source
    items: list[dict[str, Any]] = []
    unstored = source.get("store") is False
    for item in source["input"]:
        encrypted = item.get("encrypted_content")
        if "extra_content" in item or (encrypted and unpack(encrypted) is not None):
            return None
        if unstored and is_unreadable(item):
            continue
        if call_of_item(item.get("id")) is None:
            items.append(item)
        elif item.get("type") != "reasoning" or encrypted:
            items.append({name: value for name, value in item.items() if name != "id"})
    return source if items == source["input"] else {**source, "input": items}
