"""Requests as OpenAI's Responses API wants them."""

import re
from typing import Any

import msgspec

from routing.calls import (
    AudioPart,
    ChatRequest,
    FilePart,
    ImagePart,
    InvalidRequest,
    Message,
    NativePart,
    RefusalPart,
    TextPart,
    ToolCall,
)
from routing.wire.chat.reasoning import reworded_effort, translated_effort
from routing.wire.chat.write_schemas import kept_openai_parameters
from routing.wire.tools import namespace_of, own_tool, read_tool_choice, tools_of
from routing.wire.user_ids import openais_user
from routing.wire.values import addressed, fields

_DROPPED = (
    "stop",
    "seed",
    "logit_bias",
    "presence_penalty",
    "frequency_penalty",
    "prediction",
    "web_search_options",
    "top_k",
)
_SAME = (
    "temperature",
    "top_p",
    "metadata",
    "user",
    "safety_identifier",
    "prompt_cache_key",
    "service_tier",
    "parallel_tool_calls",
)

_IDS = frozenset(("user", "safety_identifier", "prompt_cache_key"))
_ENCRYPTED = "reasoning.encrypted_content"
_NEVER_REASONS = re.compile(r"(?:^|/)(?:gpt-[34](?!\d)|chatgpt-)|-chat")
"""OpenAI's models that refuse to be asked for encrypted reasoning, since they have none."""
Item = dict[str, Any]


def unsupported_parameters(request: ChatRequest, upstream_model: str) -> list[str]:
    """Parameters that have no counterpart and are left out."""
    named = [name for name in _DROPPED if getattr(request, name) is not None]
    named += reworded_effort(request, upstream_model)
    return sorted([*named, *request.extra, *request.foreign_fields("openai_responses")])


def write_response(request: ChatRequest, upstream_model: str, *, stream: bool) -> dict[str, Any]:
    """The body of `/responses`. Raises InvalidRequest."""
    if request.native is not None and request.native.kind == "openai_responses":
        native = request.native.tree
        if not stream and "stream_options" in native:
            native = {name: value for name, value in native.items() if name != "stream_options"}
        return addressed(native, upstream_model, stream=stream)
    if (request.n or 1) > 1:
        raise InvalidRequest("This model gives one answer a call; leave out `n`, or call it several times.", "n")
    if request.modalities and "audio" in request.modalities:
        raise InvalidRequest("This model does not speak; ask for text only in `modalities`.", "modalities")
    own = request.own_fields("openai_responses")
    body = {**own, "model": upstream_model, "input": _items(request), "store": bool(request.store)}
    if stream:
        body["stream"] = True
    for name in _SAME:
        if (value := getattr(request, name)) is not None:
            body[name] = openais_user(value) if name in _IDS else value
    if limit := request.max_output_tokens:
        body["max_output_tokens"] = limit
    if effort := translated_effort(request, upstream_model):
        body["reasoning"] = {**own.get("reasoning", {}), "effort": effort}
    include = list(own.get("include") or ())
    if not request.store and _ENCRYPTED not in include and not _NEVER_REASONS.search(upstream_model):
        include.append(_ENCRYPTED)  # what is not stored must come back whole
    if request.logprobs:
        include.append("message.output_text.logprobs")
        body["top_logprobs"] = request.top_logprobs or 0
    if include:
        body["include"] = include
    if text := _text(request):
        body["text"] = {**own.get("text", {}), **text}
    _add_tools(body, request)
    return body


def _text(request: ChatRequest) -> dict[str, Any]:
    text: dict[str, Any] = {}
    if request.verbosity:
        text["verbosity"] = request.verbosity
    form = request.response_format
    if form and form.type == "json_schema" and form.json_schema:
        text["format"] = {"type": "json_schema", **msgspec.to_builtins(form.json_schema)}
        text["format"].setdefault("name", "answer")
    elif form and form.type == "json_object":
        text["format"] = {"type": "json_object"}
    return text


def _add_tools(body: dict[str, Any], request: ChatRequest) -> None:
    tools: list[Item] = []
    for tool, tree in tools_of(request):
        if (own := own_tool(tree, "openai_responses")) is not None:
            tools.append(own)
        elif tool.function is not None:
            function = msgspec.to_builtins(tool.function)
            if tool.function.parameters is not None:
                function["parameters"] = kept_openai_parameters(tool.function.parameters)
            tools.append({"type": "function", "parameters": None, "strict": False, **function})
        elif tool.custom is not None:
            custom = msgspec.to_builtins(tool.custom)
            grammar = fields(custom.get("format"))
            if grammar.get("type") == "grammar" and type(grammar.get("grammar")) is dict:
                custom["format"] = {"type": "grammar", **grammar["grammar"]}
            tools.append({"type": "custom", **custom})
        else:
            tools.append(tree)  # a tool of OpenAI's own, such as web_search
    if not tools:
        return
    body["tools"] = tools
    choice = read_tool_choice(request)
    if choice.name:
        custom_names = {tool.custom.name for tool in request.tools or () if tool.custom}
        body["tool_choice"] = {"type": "custom" if choice.name in custom_names else "function", "name": choice.name}
    elif choice.allowed is not None:
        allowed = [{"type": "function", "name": name} for name in sorted(choice.allowed)]
        body["tool_choice"] = {"type": "allowed_tools", "mode": choice.mode, "tools": allowed}
    elif choice.mode:
        body["tool_choice"] = choice.mode


def _items(request: ChatRequest) -> list[Item]:
    items: list[Item] = []
    custom_calls = {call.id for message in request.messages for call in message.tool_calls or () if call.custom}
    for index, message in enumerate(request.messages):
        where = f"messages[{index}]"
        if message.role == "tool":
            kind = "custom_tool_call_output" if message.tool_call_id in custom_calls else "function_call_output"
            parts = _parts(message, where)
            plain = all(part["type"] == "input_text" for part in parts)
            output: Any = "".join(part["text"] for part in parts) if plain else parts
            items.append({"type": kind, "call_id": message.tool_call_id, "output": output})
        elif message.role == "assistant":
            items += _assistant_items(message, where)
        elif parts := _parts(message, where):
            items.append({"role": message.role, "content": parts})
    return items


def is_unreadable(item: Item) -> bool:
    """Whether it is reasoning that OpenAI would have to have stored, since only its id is there."""
    return item.get("type") == "reasoning" and not item.get("encrypted_content")


def _assistant_items(message: Message, where: str) -> list[Item]:
    items = [
        part.block
        for part in message.native_blocks or ()
        if part.kind == "openai_responses" and not is_unreadable(part.block)
    ]
    said: list[Item] = []
    for part in message.parts():
        if isinstance(part, TextPart):
            said.append({"type": "output_text", "text": part.text, "annotations": []})  # stricter servers want them
        elif isinstance(part, RefusalPart):
            said.append({"type": "refusal", "refusal": part.refusal})
        elif isinstance(part, NativePart) and part.kind != "openai_responses":
            raise InvalidRequest(f"`{where}` holds a block of another provider; leave it out.", where)
    if message.refusal:
        said.append({"type": "refusal", "refusal": message.refusal})
    if said:
        items.append({"role": "assistant", "content": said})
    for call in message.tool_calls or ():
        if call.custom:
            items.append({"type": "custom_tool_call", "call_id": call.id, **_named(call), "input": call.custom.input})
        elif call.function:
            arguments = call.function.arguments
            items.append({"type": "function_call", "call_id": call.id, **_named(call), "arguments": arguments})
    return items


def _named(call: ToolCall) -> Item:
    namespace = namespace_of(call.extra_content)
    return {"name": call.name, "namespace": namespace} if namespace else {"name": call.name}


def _parts(message: Message, where: str) -> list[Item]:
    parts: list[Item] = []
    for index, part in enumerate(message.parts()):
        name = f"{where}.content[{index}]"
        if isinstance(part, TextPart):
            parts.append({"type": "input_text", "text": part.text})
        elif isinstance(part, ImagePart):
            image = {"type": "input_image", "image_url": part.image_url.url}
            parts.append({**image, "detail": part.image_url.detail or "auto"})
        elif isinstance(part, FilePart):
            source = msgspec.to_builtins(part.file)
            if "file_data" in source:
                source.setdefault("filename", "document")
            parts.append({"type": "input_file", **source})
        elif isinstance(part, AudioPart):
            raise InvalidRequest(f"`{name}` is audio, which this model does not take.", name)
        elif isinstance(part, NativePart):
            if part.kind != "openai_responses":
                raise InvalidRequest(f"`{name}` is a block of another provider; leave it out.", name)
            parts.append(part.block)
    return parts
