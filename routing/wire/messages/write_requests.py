"""Requests as Anthropic's Messages API wants them."""

import re
from typing import Any

from routing.calls import (
    AudioPart,
    ChatRequest,
    FilePart,
    ImagePart,
    InvalidRequest,
    Message,
    NativePart,
    RedactedThinkingPart,
    RefusalPart,
    TextPart,
    ThinkingPart,
    Tool,
)
from routing.calls.order import in_order, stretches_of
from routing.wire.media import data_uri, document_text
from routing.wire.messages.reasoning import reasoning_fields, reasoning_wanted
from routing.wire.messages.write_schemas import input_schema, kept_closed_schema
from routing.wire.tools import ToolChoice, own_tool, read_tool_choice, tools_of
from routing.wire.values import addressed, arguments_object, fields

IMAGE_TYPES = frozenset(("image/jpeg", "image/png", "image/gif", "image/webp"))
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

Block = dict[str, Any]


def unsupported_parameters(request: ChatRequest) -> list[str]:
    """Parameters that have no counterpart and are left out."""
    named = [name for name in _DROPPED if getattr(request, name) is not None]
    if request.metadata:
        named.append("metadata")
    if request.service_tier not in (None, "auto", "default", "standard_only"):
        named.append("service_tier")
    if request.response_format and request.response_format.type == "json_object":
        named.append("response_format")
    if reasoning_wanted(request):
        named += [name for name in ("temperature", "top_k") if getattr(request, name) is not None]
    elif request.temperature is not None and request.top_p is not None:
        named.append("top_p")
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
    system, turns = _turns(request)
    if not turns:
        raise InvalidRequest("Send at least one message that is not empty and not a system message.", "messages")
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
        body["temperature"] = min(request.temperature, 1.0)  # OpenAI goes to 2, Anthropic to 1
    elif request.top_p is not None:
        body["top_p"] = request.top_p
    if request.top_k is not None and not reasoning:
        body["top_k"] = request.top_k
    stop = [request.stop] if isinstance(request.stop, str) else request.stop or []
    if sequences := [sequence for sequence in stop if sequence.strip()]:
        body["stop_sequences"] = sequences
    if user := request.user or request.safety_identifier:
        body["metadata"] = {"user_id": user}
    if request.service_tier:
        tier = {"auto": "auto", "default": "standard_only", "standard_only": "standard_only"}.get(request.service_tier)
        if tier:
            body["service_tier"] = tier
    form = request.response_format
    if form and form.type == "json_schema" and form.json_schema and form.json_schema.schema:
        body["output_config"] = {
            "format": {"type": "json_schema", "schema": kept_closed_schema(form.json_schema.schema)}
        }


def _add_tools(body: dict[str, Any], request: ChatRequest) -> None:
    tools = [_tool(tool, tree, index) for index, (tool, tree) in enumerate(tools_of(request))]
    choice = read_tool_choice(request)
    if not tools:
        return
    if choice.allowed is not None:
        tools = [tool for tool in tools if tool.get("name") in choice.allowed]
    body["tools"] = tools
    if (written := _tool_choice(choice, request.parallel_tool_calls)) is not None:
        body["tool_choice"] = written


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


def _turns(request: ChatRequest) -> tuple[list[Block], list[dict[str, Any]]]:
    """System blocks and turns that alternate between user and assistant, each with its results first."""
    system: list[Block] = []
    turns: list[dict[str, Any]] = []
    for index, message in enumerate(request.messages):
        where = f"messages[{index}]"
        if message.role in ("system", "developer"):
            system += _instructions(message, where)
            continue
        role = "assistant" if message.role == "assistant" else "user"
        blocks = _assistant_blocks(message, where) if role == "assistant" else _user_blocks(message, where)
        if not blocks:
            continue
        if turns and turns[-1]["role"] == role:
            turns[-1]["content"] += blocks
        else:
            turns.append({"role": role, "content": blocks})
    for turn in turns:
        if turn["role"] == "user":
            turn["content"].sort(key=lambda block: block["type"] != "tool_result")
    if turns and turns[-1]["role"] == "assistant" and turns[-1]["content"][-1]["type"] == "text":
        last = turns[-1]["content"][-1]
        last["text"] = last["text"].rstrip() or "…"  # a prefill must not end with white space, nor be empty
    return system, turns


def _instructions(message: Message, where: str) -> list[Block]:
    blocks = _content(message, where)
    if any(block["type"] != "text" for block in blocks):
        raise InvalidRequest(f"`{where}` holds more than text, which this model takes from users alone.", where)
    return blocks


def _user_blocks(message: Message, where: str) -> list[Block]:
    if message.role == "user":
        return _content(message, where)
    result: Block = {"type": "tool_result", "tool_use_id": message.tool_call_id}
    content = _content(message, where, cache=False)
    if len(content) == 1 and content[0]["type"] == "text" and len(content[0]) == 2:
        result["content"] = content[0]["text"]
    elif content:
        result["content"] = content
    if message.is_error:
        result["is_error"] = True
    if message.cache_control:
        result["cache_control"] = message.cache_control
    return [result]


def _assistant_blocks(message: Message, where: str) -> list[Block]:
    native = message.native_blocks or []
    thoughts = [_thinking(part) for part in message.thinking_blocks or () if _is_signed(part)]
    own = [part.block for part in native if part.kind == "anthropic"]
    said = _content(message, where)
    if message.refusal and not (thoughts or own or said):
        said.append({"type": "text", "text": message.refusal})
    calls: list[Block] = []
    for call in message.tool_calls or ():
        if call.function is None:
            raise InvalidRequest(f"`{where}.tool_calls` holds a call that is no function.", f"{where}.tool_calls")
        calls.append(_tool_use(call.id, call.function.name, call.function.arguments))

    def cut(lengths: list[int]) -> list[list[Block]] | None:
        plain = all(block.keys() == {"type", "text"} for block in said)
        pieces = stretches_of(message.text(), lengths) if plain else None
        if pieces is None:
            return None
        return [[{"type": "text", "text": piece}] if piece.strip() else [] for piece in pieces]

    return in_order(native, thoughts=thoughts, own=own, said=said, calls=calls, cut=cut)


def _tool_use(identity: str, name: str, arguments: str) -> Block:
    return {"type": "tool_use", "id": identity, "name": name, "input": arguments_object(arguments)}


def _is_signed(part: ThinkingPart | RedactedThinkingPart) -> bool:
    return isinstance(part, RedactedThinkingPart) or bool(part.signature)


def _thinking(part: ThinkingPart | RedactedThinkingPart) -> Block:
    if isinstance(part, RedactedThinkingPart):
        return {"type": "redacted_thinking", "data": part.data}
    return {"type": "thinking", "thinking": part.thinking, "signature": part.signature}


def _content(message: Message, where: str, *, cache: bool = True) -> list[Block]:
    blocks: list[Block] = []
    for index, part in enumerate(message.parts()):
        if isinstance(part, TextPart):
            if not part.text.strip():
                continue
            block: Block = {"type": "text", "text": part.text}
        elif isinstance(part, RefusalPart):
            block = {"type": "text", "text": part.refusal}
        elif isinstance(part, ImagePart):
            block = _image(part, f"{where}.content[{index}].image_url")
        elif isinstance(part, FilePart):
            block = _document(part, f"{where}.content[{index}].file")
        elif isinstance(part, AudioPart):
            name = f"{where}.content[{index}]"
            raise InvalidRequest(f"`{name}` is audio, which this model does not take.", name)
        elif isinstance(part, NativePart):
            if part.kind != "anthropic":
                name = f"{where}.content[{index}]"
                raise InvalidRequest(f"`{name}` is a block of another provider; leave it out.", name)
            block = dict(part.block)
        elif _is_signed(part):
            block = _thinking(part)
        else:
            continue
        if part.cache_control:
            block["cache_control"] = part.cache_control
        blocks.append(block)
    if cache and message.cache_control and blocks:
        blocks[-1]["cache_control"] = message.cache_control
    return blocks


def _image(part: ImagePart, where: str) -> Block:
    url = part.image_url.url
    if (data := data_uri(url)) is None:
        if not url.startswith("https://"):
            raise InvalidRequest(f"`{where}.url` must be https:// or a base64 data URI for this model.", f"{where}.url")
        return {"type": "image", "source": {"type": "url", "url": url}}
    if data.media_type not in IMAGE_TYPES:
        raise InvalidRequest(f"`{where}.url` must be a JPEG, PNG, GIF or WebP image for this model.", f"{where}.url")
    return {"type": "image", "source": {"type": "base64", "media_type": data.media_type, "data": data.base64}}


def _document(part: FilePart, where: str) -> Block:
    file = part.file
    source: Block
    if file.file_id:
        source = {"type": "file", "file_id": file.file_id}
    elif file.file_url:
        source = {"type": "url", "url": file.file_url}
    else:
        data = data_uri(file.file_data or "")
        if data is None:
            raise InvalidRequest(f"`{where}.file_data` must be a base64 data URI.", f"{where}.file_data")
        if data.media_type in IMAGE_TYPES:
            return {"type": "image", "source": {"type": "base64", "media_type": data.media_type, "data": data.base64}}
        if data.media_type == "application/pdf":
            source = {"type": "base64", "media_type": data.media_type, "data": data.base64}
        elif (text := document_text(data)) is not None:
            source = {"type": "text", "media_type": "text/plain", "data": text}
        else:
            raise InvalidRequest(f"`{where}.file_data` must be a PDF or a text for this model.", f"{where}.file_data")
    block: Block = {"type": "document", "source": source}
    if title := part.title or file.filename:
        block["title"] = title
    if part.context:
        block["context"] = part.context
    if part.citations:
        block["citations"] = part.citations
    return block
