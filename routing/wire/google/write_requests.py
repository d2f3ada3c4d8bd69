"""Requests as Google's generateContent wants them."""

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
)
from routing.wire.google.reasoning import reworded_thinking, thinking_config
from routing.wire.google.write_schemas import kept_gemini_schema, takes_arguments
from routing.wire.media import AUDIO_TYPES, data_uri
from routing.wire.tools import own_tool, read_tool_choice, tools_of
from routing.wire.values import arguments_object, fields, text

_DROPPED = (
    "logit_bias",
    "prediction",
    "store",
    "user",
    "safety_identifier",
    "verbosity",
    "service_tier",
    "web_search_options",
    "prompt_cache_key",
    "parallel_tool_calls",
    "metadata",
)
_MOST_STOPS = 5
_FILES = "https://generativelanguage.googleapis.com/v1beta/"
_ONE_OF_BOTH = re.compile(r"gemini-[12]\.")
NO_SIGNATURE = "skip_thought_signature_validator"
"""What Google documents for calls that come from another model and hence have no signature."""

Part = dict[str, Any]


def unsupported_parameters(request: ChatRequest, upstream_model: str) -> list[str]:
    """Parameters that have no counterpart and are left out."""
    named = [
        name
        for name in _DROPPED
        if getattr(request, name) not in (None, True if name == "parallel_tool_calls" else None)
    ]
    if _cannot_be_formed(request, upstream_model):
        named.append("response_format")
    if len(_stops(request)) > _MOST_STOPS:
        named.append(f"stop[{_MOST_STOPS}:]")
    named += reworded_thinking(request, upstream_model)
    return sorted([*named, *request.extra, *request.foreign_fields("google")])


def write_generate(request: ChatRequest, upstream_model: str, *, max_output_tokens: int) -> dict[str, Any]:
    """The body of `:generateContent`. Raises InvalidRequest."""
    if request.native is not None and request.native.kind == "google":
        return request.native.tree
    system, contents = _contents(request)
    if not contents:
        raise InvalidRequest("Send at least one message that is not empty and not a system message.", "messages")
    body: dict[str, Any] = {**request.own_fields("google"), "contents": contents}
    if system:
        body["systemInstruction"] = {"parts": system}
    _add_tools(body, request)
    if config := _generation_config(request, upstream_model, max_output_tokens):
        body["generationConfig"] = {**body.get("generationConfig", {}), **config}
    return body


def _stops(request: ChatRequest) -> list[str]:
    stop = [request.stop] if isinstance(request.stop, str) else request.stop or []
    return [sequence for sequence in stop if sequence]


def _cannot_be_formed(request: ChatRequest, upstream_model: str) -> bool:
    """Whether the answer cannot have a form, since the model may call functions: before Gemini 3 it is the one or the other."""
    form = request.response_format
    formed = form is not None and form.type in ("json_object", "json_schema")
    return (
        formed
        and any(tool.function for tool in request.tools or ())
        and _ONE_OF_BOTH.search(upstream_model) is not None
    )


def _generation_config(request: ChatRequest, upstream_model: str, max_output_tokens: int) -> dict[str, Any]:
    limit = request.max_output_tokens
    stop = _stops(request)[:_MOST_STOPS]
    config: dict[str, Any] = {
        "maxOutputTokens": min(limit, max_output_tokens) if limit else None,
        "temperature": request.temperature,
        "topP": request.top_p,
        "topK": request.top_k,
        "candidateCount": request.n if (request.n or 1) > 1 else None,
        "stopSequences": stop or None,
        "seed": request.seed,
        "presencePenalty": request.presence_penalty,
        "frequencyPenalty": request.frequency_penalty,
        "responseLogprobs": request.logprobs or None,
        "logprobs": request.top_logprobs if request.logprobs and request.top_logprobs else None,
        "thinkingConfig": thinking_config(request, upstream_model),
    }
    if request.modalities and request.modalities != ["text"]:
        config["responseModalities"] = [modality.upper() for modality in request.modalities]
    if request.audio and isinstance(request.audio.voice, str):
        config["speechConfig"] = {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": request.audio.voice}}}
    form = request.response_format
    if form and form.type in ("json_object", "json_schema") and not _cannot_be_formed(request, upstream_model):
        config["responseMimeType"] = "application/json"
        if form.json_schema and form.json_schema.schema:
            config["responseJsonSchema"] = kept_gemini_schema(form.json_schema.schema)
    return {name: value for name, value in config.items() if value is not None}


def _add_tools(body: dict[str, Any], request: ChatRequest) -> None:
    declarations: list[dict[str, Any]] = []
    tools: list[dict[str, Any]] = []
    for index, (tool, tree) in enumerate(tools_of(request)):
        if (own := own_tool(tree, "google")) is not None:
            tools.append(own)
        elif tool.function is None:
            where = f"tools[{index}]"
            raise InvalidRequest(f"`{where}` is of a type that this model does not know; send functions.", where)
        else:
            declaration: dict[str, Any] = {"name": tool.function.name}
            if tool.function.description:
                declaration["description"] = tool.function.description
            if takes_arguments(tool.function.parameters):
                declaration["parametersJsonSchema"] = kept_gemini_schema(tool.function.parameters)
            declarations.append(declaration)
    if declarations:
        tools.append({"functionDeclarations": declarations})
    choice = read_tool_choice(request)
    if not tools:
        return
    body["tools"] = tools
    config: dict[str, Any] | None = None
    if choice.name:
        config = {"mode": "ANY", "allowedFunctionNames": [choice.name]}
    elif choice.allowed is not None:
        # names may only be listed with ANY and VALIDATED
        mode = "ANY" if choice.mode == "required" else "VALIDATED"
        config = {"mode": mode, "allowedFunctionNames": sorted(choice.allowed)}
    elif choice.mode:
        config = {"mode": {"auto": "AUTO", "none": "NONE", "required": "ANY"}[choice.mode]}
    if config is not None and declarations:
        body["toolConfig"] = {**body.get("toolConfig", {}), "functionCallingConfig": config}


def _contents(request: ChatRequest) -> tuple[list[Part], list[dict[str, Any]]]:
    """System parts and turns that alternate between user and model."""
    system: list[Part] = []
    contents: list[dict[str, Any]] = []
    names: dict[str, str] = {}
    ranks: dict[str, int] = {}
    """Call → its place; ids are used again by some callers, so the latest call of an id is meant."""
    called = 0
    results: dict[int, int] = {}
    """The object of a result → the place of its call: results stand as their calls do, since Gemini pairs them so."""
    for index, message in enumerate(request.messages):
        where = f"messages[{index}]"
        if message.role in ("system", "developer"):
            system += _parts(message, where)
            continue
        role = "model" if message.role == "assistant" else "user"
        if message.role == "assistant":
            parts = _model_parts(message, where)
            for call in message.tool_calls or ():
                names[call.id], ranks[call.id], called = call.name, called, called + 1
        elif message.role == "user":
            parts = _parts(message, where)
        else:
            name = names.get(message.tool_call_id or "") or message.name or message.tool_call_id or "tool"
            parts = _tool_parts(message, name, where)
            results[id(parts[0])] = ranks.get(message.tool_call_id or "", len(results))
        if not parts:
            continue
        if contents and contents[-1]["role"] == role:
            contents[-1]["parts"] += parts
        else:
            contents.append({"role": role, "parts": parts})
    for turn in contents if results else ():
        turn["parts"].sort(key=lambda part: (0, results[id(part)]) if id(part) in results else (1, 0))
    return system, contents


def signature_of(extra_content: dict[str, Any] | None) -> str | None:
    """The thought signature that travels with a part."""
    return text(fields(fields(extra_content).get("google")).get("thought_signature"))


def _model_parts(message: Message, where: str) -> list[Part]:
    parts = [part.block for part in message.native_blocks or () if part.kind == "google"]
    said = _parts(message, where)
    if (signature := signature_of(message.extra_content)) and said:
        said[-1]["thoughtSignature"] = signature
    parts += said
    if message.refusal and not parts:
        parts.append({"text": message.refusal})
    first = True
    for call in message.tool_calls or ():
        if call.function is None:
            raise InvalidRequest(f"`{where}.tool_calls` holds a call that is no function.", f"{where}.tool_calls")
        part: Part = {"functionCall": {"name": call.function.name, "args": arguments_object(call.function.arguments)}}
        if signature := signature_of(call.extra_content) or (NO_SIGNATURE if first else None):
            part["thoughtSignature"] = signature  # of parallel calls only the first has one
        parts.append(part)
        first = False
    return parts


def _tool_parts(message: Message, name: str, where: str) -> list[Part]:
    """The reply of a function. Gemini wants an object; a text that is one goes as it is."""
    said = message.text()
    try:
        value = msgspec.json.decode(said) if said.lstrip().startswith("{") else None
    except (msgspec.DecodeError, RecursionError):
        value = None
    if not isinstance(value, dict) or '"$ref"' in said:  # to Gemini a reference names a file of the result
        value = said
    plain = isinstance(value, dict) and not message.is_error
    response = value if plain else {"error" if message.is_error else "result": value}
    media = [part for part in _parts(message, where) if "text" not in part]
    return [{"functionResponse": {"name": name, "response": response}}, *media]


def _parts(message: Message, where: str) -> list[Part]:
    parts: list[Part] = []
    for index, part in enumerate(message.parts()):
        name = f"{where}.content[{index}]"
        if isinstance(part, TextPart):
            if not part.text:
                continue
            written: Part = {"text": part.text}
        elif isinstance(part, RefusalPart):
            written = {"text": part.refusal}
        elif isinstance(part, ImagePart):
            written = _media(part, f"{name}.image_url.url")
        elif isinstance(part, AudioPart):
            audio = part.input_audio
            media_type = audio.format if "/" in audio.format else AUDIO_TYPES.get(audio.format, f"audio/{audio.format}")
            written = {"inlineData": {"mimeType": media_type, "data": audio.data}}
        elif isinstance(part, FilePart):
            written = _file(part, f"{name}.file")
        elif isinstance(part, NativePart):
            if part.kind != "google":
                raise InvalidRequest(f"`{name}` is a block of another provider; leave it out.", name)
            written = dict(part.block)
        else:
            continue  # signed reasoning of another provider
        if signature := signature_of(part.extra_content):
            written["thoughtSignature"] = signature
        parts.append(written)
    return parts


def _media_type(part: ImagePart | FilePart) -> Part:
    """What Google's own caller said that a file is."""
    media_type = fields(fields(part.extra_content).get("google")).get("mime_type")
    return {"mimeType": media_type} if type(media_type) is str else {}


def _media(part: ImagePart, where: str) -> Part:
    url = part.image_url.url
    if (data := data_uri(url)) is not None:
        return {"inlineData": {"mimeType": data.media_type, "data": data.base64}}
    if not url.startswith(("https://", "gs://", "http://")):
        raise InvalidRequest(f"`{where}` must be a URL or a base64 data URI.", where)
    return {"fileData": {"fileUri": url, **_media_type(part)}}


def _file(part: FilePart, where: str) -> Part:
    file = part.file
    if file.file_data:
        if (data := data_uri(file.file_data)) is None:
            raise InvalidRequest(f"`{where}.file_data` must be a base64 data URI.", f"{where}.file_data")
        return {"inlineData": {"mimeType": data.media_type, "data": data.base64}}
    if uri := file.file_url or file.file_id:
        if uri.startswith("files/"):
            uri = f"{_FILES}{uri}"
        if "://" not in uri:
            sentence = "names a file of another provider; send the file itself as a base64 data URI."
            raise InvalidRequest(f"`{where}.file_id` {sentence}", f"{where}.file_id")
        return {"fileData": {"fileUri": uri, **_media_type(part)}}
    raise InvalidRequest(f"`{where}` needs file_data, file_url or file_id.", where)
