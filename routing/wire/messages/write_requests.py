"""Requests as Anthropic's Messages API wants them."""

import re
from typing import Any

from routing.calls import ChatRequest, InvalidRequest, Tool
from routing.wire.messages.reasoning import continues, reasoning_fields, reasoning_wanted, takes_a_beginning
from routing.wire.messages.write_schemas import input_schema, kept_closed_schema
from routing.wire.messages.write_turns import write_turns
from routing.wire.tools import ToolChoice, own_tool, read_tool_choice, tools_of
from routing.wire.user_ids import anthropics_user
from routing.wire.values import addressed, fields

_OWN_TOOL = re.compile(r"_\d{8}\Z|\Amcp_toolset\Z")
_DROPPED = (
    "seed",
    "logit_bias",
    "presence_penalty",
    "frequency_penalty",
    "prediction",
    "store",
    "verbosity",
    "web_search_options",
    "prompt_cache_key",
)
_HOTTEST = 1.0
"""OpenAI goes to 2."""
GO_ON = "Go on from where your last message ends."
"""What is asked of models that do not go on by themselves."""

Block = dict[str, Any]


def unsupported_parameters(request: ChatRequest) -> list[str]:
    """Parameters that have no counterpart and are left out."""
    named = [name for name in _DROPPED if getattr(request, name) is not None]
    if request.metadata:
        named.append("metadata")
    if any(not sequence.strip() for sequence in _stops(request)):
        named.append("stop")
    if request.service_tier not in (None, "auto", "default", "standard_only"):
        named.append("service_tier")
    if request.response_format and request.response_format.type == "json_object":
        named.append("response_format")
    if reasoning_wanted(request):
        named += [name for name in ("temperature", "top_k") if getattr(request, name) is not None]
    else:
        if request.temperature is not None and request.top_p is not None:
            named.append("top_p")
        if request.temperature is not None and request.temperature > _HOTTEST:
            named.append("temperature")
    return sorted([*named, *request.extra, *request.foreign_fields("anthropic")])


def refuse_impossible(request: ChatRequest) -> None:
    """Raises InvalidRequest for what changes the shape of the answer and cannot be had here."""
    if (request.n or 1) > 1:
        raise InvalidRequest("This model gives one answer a call; leave out `n`, or call it several times.", "n")
    if request.logprobs:
        raise InvalidRequest("This model does not report log probabilities; leave out `logprobs`.", "logprobs")
    if request.modalities and "audio" in request.modalities:
        raise InvalidRequest("This model does not speak; ask for text only in `modalities`.", "modalities")


def write_messages(
    request: ChatRequest, upstream_model: str, *, max_output_tokens: int, stream: bool
) -> dict[str, Any]:
    """The body of `/v1/messages`. Raises InvalidRequest."""
    if request.native is not None and request.native.kind == "anthropic":
        return addressed(request.native.tree, upstream_model, stream=stream)
    refuse_impossible(request)
    limit = min(request.max_output_tokens or max_output_tokens, max_output_tokens)
    system, turns = write_turns(request)
    if not turns:
        raise InvalidRequest("Send at least one message that is not empty and not a system message.", "messages")
    if continues(request) and turns[-1]["role"] == "assistant" and not takes_a_beginning(upstream_model):
        turns.append({"role": "user", "content": [{"type": "text", "text": GO_ON}]})
    body = {**request.own_fields("anthropic"), "model": upstream_model, "max_tokens": limit, "messages": turns}
    if system:
        body["system"] = system[0]["text"] if len(system) == 1 and len(system[0]) == 2 else system
    if stream:
        body["stream"] = True
    _add_tools(body, request)
    _add_parameters(body, request)
    body.update(reasoning_fields(request, upstream_model, limit, turns, body))
    return body


def _add_parameters(body: dict[str, Any], request: ChatRequest) -> None:
    reasoning = reasoning_wanted(request)
    if request.temperature is not None and not reasoning:
        body["temperature"] = min(request.temperature, _HOTTEST)
    elif request.top_p is not None:
        body["top_p"] = request.top_p
    if request.top_k is not None and not reasoning:
        body["top_k"] = request.top_k
    if sequences := [sequence for sequence in _stops(request) if sequence.strip()]:
        body["stop_sequences"] = sequences
    if user := request.user or request.safety_identifier:
        body["metadata"] = {"user_id": anthropics_user(user)}
    if request.service_tier:
        tier = {"auto": "auto", "default": "standard_only", "standard_only": "standard_only"}.get(request.service_tier)
        if tier:
            body["service_tier"] = tier
    form = request.response_format
    if form and form.type == "json_schema" and form.json_schema and form.json_schema.schema:
        body["output_config"] = {
            "format": {"type": "json_schema", "schema": kept_closed_schema(form.json_schema.schema)}
        }


def _stops(request: ChatRequest) -> list[str]:
    return [request.stop] if isinstance(request.stop, str) else request.stop or []


def _add_tools(body: dict[str, Any], request: ChatRequest) -> None:
    tools = [_tool(tool, tree, index) for index, (tool, tree) in enumerate(tools_of(request))]
    choice = read_tool_choice(request)
    if not tools:
        _define_called(body)
        return
    if choice.allowed is not None:
        tools = [tool for tool in tools if tool.get("name") in choice.allowed]
    body["tools"] = tools
    if (written := _tool_choice(choice, request.parallel_tool_calls)) is not None:
        body["tool_choice"] = written


def _define_called(body: dict[str, Any]) -> None:
    """Functions that were called before and are none of this call's: Anthropic wants them defined, and they must not be called."""
    blocks = [block for turn in body["messages"] for block in turn["content"]]
    if names := dict.fromkeys(block["name"] for block in blocks if block["type"] == "tool_use"):
        body["tools"] = [{"name": name, "input_schema": {"type": "object", "properties": {}}} for name in names]
        body["tool_choice"] = {"type": "none"}


def _tool_choice(choice: ToolChoice, parallel: bool | None) -> dict[str, Any] | None:
    modes: dict[str, dict[str, Any]] = {"auto": {"type": "auto"}, "none": {"type": "none"}, "required": {"type": "any"}}
    written = {"type": "tool", "name": choice.name} if choice.name else modes[choice.mode] if choice.mode else None
    if parallel is False and (written is None or written["type"] != "none"):
        written = {**(written or {"type": "auto"}), "disable_parallel_tool_use": True}
    return written


def _tool(tool: Tool, tree: dict[str, Any], index: int) -> dict[str, Any]:
    if (own := own_tool(tree, "anthropic")) is not None:
        return own
    if _OWN_TOOL.search(tool.type):
        return tree
    if tool.function is None:
        raise InvalidRequest(
            f"`tools[{index}]` is of a type that this model does not know; send functions.", f"tools[{index}]"
        )
    function, own_fields = tool.function, fields(fields(tool.extra_content).get("anthropic"))
    written: dict[str, Any] = {"name": function.name}
    if function.description:
        written["description"] = function.description
    strict = function.strict or own_fields.get("strict") is True
    written["input_schema"] = (kept_closed_schema if strict else input_schema)(
        {"type": "object", **(function.parameters or {})}
    )
    if strict:
        written["strict"] = True
    if tool.cache_control:
        written["cache_control"] = tool.cache_control
    return written
