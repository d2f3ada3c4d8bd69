"""Messages as turns of Anthropic's format: results of tools and reasoning become blocks again, and what instructs goes apart."""

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
)
from routing.calls.order import in_order, stretches_of
from routing.wire.media import data_uri, document_text
from routing.wire.values import arguments_object

IMAGE_TYPES = frozenset(("image/jpeg", "image/png", "image/gif", "image/webp"))

Block = dict[str, Any]


def write_turns(request: ChatRequest) -> tuple[list[Block], list[dict[str, Any]]]:
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
