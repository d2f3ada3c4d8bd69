"""Requests of `:generateContent` as chat requests."""

from typing import Any

from routing.calls import ChatRequest
from routing.calls.requests import decode_object
from routing.calls.written import Written
from routing.wire.google.contents import ContentReader, Message
from routing.wire.google.model_named_again import require_same_model
from routing.wire.google.parts import KIND, as_content, read_part
from routing.wire.google.read_schemas import json_schema
from routing.wire.google.spelling import in_one_spelling
from routing.wire.reading import CamelFields, keep_unread, read_request

_CONFIG = {
    "maxOutputTokens": "max_tokens",
    "temperature": "temperature",
    "topP": "top_p",
    "candidateCount": "n",
    "stopSequences": "stop",
    "seed": "seed",
    "presencePenalty": "presence_penalty",
    "frequencyPenalty": "frequency_penalty",
    "responseLogprobs": "logprobs",
    "logprobs": "top_logprobs",
}
"""Fields of `generationConfig` → parameters."""
_NAMES = {parameter: f"generationConfig.{name}" for name, parameter in _CONFIG.items()} | {
    "top_k": "generationConfig.topK",
    "modalities": "generationConfig.responseModalities",
    "metadata": "labels",
}
_MODES = {"AUTO": "auto", "ANY": "required", "NONE": "none", "VALIDATED": "auto", "MODE_UNSPECIFIED": "auto"}


def decode_generate(body: bytes, model: str, *, streamed: bool) -> ChatRequest:
    """A request from the bytes of a body and the model of its path. Raises InvalidRequest."""
    decoded = decode_object(body)
    source = in_one_spelling(decoded)
    if "model" in source:  # the path says which
        require_same_model(source, model, "model")
        source = {name: value for name, value in source.items() if name != "model"}
    fields = CamelFields(source)
    tree: dict[str, Any] = {"model": model, "messages": _messages(fields)}
    if streamed:
        tree["stream"] = True
    if fields.take("cachedContent") is not None:
        raise fields.refuse("cachedContent", "is a text that guards cannot see; send the content itself.")
    tree["metadata"] = fields.tree("labels")
    _read_config(fields, tree)
    _read_tools(fields, tree)
    _read_tool_config(fields, tree)
    own = fields.left()
    tree["native_fields"] = {KIND: own} if own else None
    request = read_request(tree, _NAMES)
    return request.with_native(KIND, Written(body, decoded), source) if _fits_google(request) else request


def _messages(fields: CamelFields) -> list[Message]:
    reader = ContentReader()
    system = fields.take("systemInstruction")
    if system is not None:
        reader.messages.append(_system(system))
    contents = fields.take("contents")
    if type(contents) is dict:
        contents = [contents]
    if type(contents) is not list or not contents:
        raise fields.refuse("contents", "must be a list of at least one content.")
    for index, content in enumerate(contents):
        reader.add(content, f"contents[{index}]")
    return reader.messages


def _system(value: Any) -> Message:
    if type(value) is str:
        return {"role": "system", "content": value}
    content = CamelFields(value, "systemInstruction")
    content.text("role")
    parts = content.take("parts")
    listed = parts if type(parts) is list else [parts]
    read = [read_part(part, f"systemInstruction.parts[{index}]") for index, part in enumerate(listed)]
    message: Message = {"role": "system", "content": as_content(read)}
    keep_unread(message, KIND, content.left())
    return message


def _read_config(fields: CamelFields, tree: dict[str, Any]) -> None:
    """Parameters of the generation."""
    config = fields.fields("generationConfig")
    if config is None:
        return
    for name, parameter in _CONFIG.items():
        tree[parameter] = config.take(name)
    top_k = config.take("topK")
    tree["top_k"] = int(top_k) if type(top_k) is float and top_k.is_integer() else top_k
    tree["thinking"] = config.tree("thinkingConfig")
    modalities = config.items("responseModalities")
    if modalities:
        tree["modalities"] = [item.lower() if type(item) is str else item for item in modalities]
    _read_form(config, tree)


def _read_form(config: CamelFields, tree: dict[str, Any]) -> None:
    media_type = config.text("responseMimeType")
    own, schema = config.tree("responseSchema"), config.tree("responseJsonSchema")
    if own is not None:
        schema = json_schema(own) if schema is None else schema
    if schema is not None:
        tree["response_format"] = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}
    elif media_type == "application/json":
        tree["response_format"] = {"type": "json_object"}
    elif media_type not in (None, "text/plain"):
        raise config.refuse("responseMimeType", "must be text/plain or application/json.")


def _read_tools(fields: CamelFields, tree: dict[str, Any]) -> None:
    tools: list[dict[str, Any]] = []
    for tool in fields.each("tools"):
        tools += [_function(declaration) for declaration in tool.each("functionDeclarations")]
        tools += [{"type": "native", "kind": KIND, "tool": {name: own}} for name, own in tool.left().items()]
    if tools:
        tree["tools"] = tools


def _function(declaration: CamelFields) -> dict[str, Any]:
    function: dict[str, Any] = {"name": declaration.required_text("name")}
    if (description := declaration.text("description")) is not None:
        function["description"] = description
    own, schema = declaration.tree("parameters"), declaration.tree("parametersJsonSchema")
    if schema is not None or own is not None:
        function["parameters"] = schema if schema is not None else json_schema(own)
    written: dict[str, Any] = {"type": "function", "function": function}
    if left := declaration.left():
        written["extra_content"] = {KIND: left}
    return written


def _read_tool_config(fields: CamelFields, tree: dict[str, Any]) -> None:
    """Which functions may or must be called."""
    config = fields.fields("toolConfig")
    calling = config.fields("functionCallingConfig") if config is not None else None
    if calling is not None:
        written = calling.text("mode") or "AUTO"
        mode = _MODES.get(written.upper())
        if mode is None:
            raise calling.refuse("mode", "must be AUTO, ANY, NONE or VALIDATED.")
        names = calling.items("allowedFunctionNames")
        if mode == "none" or not names:
            tree["tool_choice"] = mode
        elif mode == "required" and len(names) == 1:
            tree["tool_choice"] = {"type": "function", "function": {"name": names[0]}}
        else:
            allowed = [{"type": "function", "function": {"name": name}} for name in names]
            tree["tool_choice"] = {"type": "allowed_tools", "allowed_tools": {"mode": mode, "tools": allowed}}


def _fits_google(request: ChatRequest) -> bool:
    """Whether Google takes the body as it is: without traces of other providers' answers."""
    return not any(
        message.thinking_blocks or any(part.kind != KIND for part in message.native_blocks or ())
        for message in request.messages
    )
