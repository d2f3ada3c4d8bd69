"""Messages as OpenAI's chat completions, and services that imitate it, want them."""

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
    ThinkingPart,
)
from routing.wire.dialects import Dialect
from routing.wire.media import data_uri, document_text

_ADDED_MESSAGE_FIELDS = (
    "thinking_blocks",
    "reasoning_content",
    "cache_control",
    "extra_content",
    "is_error",
    "native_blocks",
)
_OTHER_FORMATS = frozenset(("openai_responses", "anthropic"))
"""What `extra_content` holds for providers of these kinds means nothing to any other."""
FILES_FOLLOW = "The result is in the files that follow."
FILES_OF_RESULTS = "Files of the tool results above, in their order:"
UNNAMED = "document.pdf"


def write_messages(request: ChatRequest, dialect: Dialect) -> list[dict[str, Any]] | None:
    """The messages, without what only other providers know; None where nothing changes. Raises InvalidRequest."""
    if request.texts_alone:
        return None
    written: list[dict[str, Any]] = request.tree["messages"]
    if any(_is_foreign(message, dialect) for message in request.messages):
        written = [_message(*each, dialect) for each in zip(written, request.messages, strict=True)]
    if request.written is None and any(isinstance(message.content, list) for message in request.messages):
        written = [_with_documents(*each) for each in enumerate(written)]
    if any(_shows_files(message) for message in request.messages):
        written = _files_after_results(written)
    return None if written is request.tree["messages"] else written


def _is_foreign(message: Message, dialect: Dialect) -> bool:
    """Whether a message holds what only other providers know."""
    if message.role == "developer" and not dialect.developer_role:
        return True
    if (
        message.thinking_blocks
        or message.reasoning_content
        or message.cache_control
        or message.extra_content
        or message.is_error
        or message.native_blocks
    ):
        return True
    if message.tool_calls and any(call.extra_content for call in message.tool_calls):
        return True
    return isinstance(message.content, list) and any(
        part.cache_control or part.extra_content or isinstance(part, NativePart | ThinkingPart | RedactedThinkingPart)
        for part in message.content
    )


def own_fields(item: dict[str, Any], dialect: Dialect) -> dict[str, Any]:
    """The fields that the service knows of a message, a part or a tool."""
    own = {
        name: value
        for name, value in item.items()
        if name not in _ADDED_MESSAGE_FIELDS or name in dialect.message_fields
    }
    extra = own.get("extra_content")
    if type(extra) is dict:
        kept = {kind: value for kind, value in extra.items() if kind not in _OTHER_FORMATS and not _is_a_type(value)}
        if not kept:
            del own["extra_content"]
        elif len(kept) < len(extra):
            own["extra_content"] = kept
    return own


def _is_a_type(value: Any) -> bool:
    """Whether all that is said is the type of a file, which only Google asks for."""
    return type(value) is dict and value.keys() == {"mime_type"}


def _message(tree: dict[str, Any], message: Message, dialect: Dialect) -> dict[str, Any]:
    changed = own_fields(tree, dialect)
    if message.thinking_blocks and not message.reasoning_content and "reasoning_content" in dialect.message_fields:
        thought = "".join(part.thinking for part in message.thinking_blocks if isinstance(part, ThinkingPart))
        changed |= (
            {"reasoning_content": thought} if thought else {}
        )  # models that think want theirs back with their calls
    if message.role == "developer" and not dialect.developer_role:
        changed["role"] = "system"
    if isinstance(message.content, list):
        parts = []
        for part, written in zip(message.content, tree["content"], strict=True):
            if isinstance(part, NativePart):
                raise InvalidRequest(
                    f"A block of {part.kind} cannot be sent to this model; leave it out, or use its own provider."
                )
            if not isinstance(part, ThinkingPart | RedactedThinkingPart):
                parts.append(own_fields(written, dialect))
        changed["content"] = parts or None
    if message.tool_calls:
        changed["tool_calls"] = [own_fields(call, dialect) for call in tree["tool_calls"]]
    return changed


def _shows_files(message: Message) -> bool:
    return (
        message.role == "tool"
        and isinstance(message.content, list)
        and any(isinstance(part, ImagePart | FilePart | AudioPart) for part in message.content)
    )


def _files_after_results(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The messages with pictures and documents of tools' results in a user's message after the results: OpenAI takes them from users
    alone.
    """
    written: list[dict[str, Any]] = []
    files: list[dict[str, Any]] = []
    for message in messages:
        content = message.get("content")
        if message["role"] != "tool":
            written += _shown(files)
            files = []
        elif type(content) is list:
            said = [part for part in content if part["type"] == "text"]
            if len(said) < len(content):
                files += [part for part in content if part["type"] != "text"]
                message = {**message, "content": said or FILES_FOLLOW}
        written.append(message)
    return written + _shown(files)


def _shown(files: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"role": "user", "content": [{"type": "text", "text": FILES_OF_RESULTS}, *files]}] if files else []


def _with_documents(index: int, message: dict[str, Any]) -> dict[str, Any]:
    """A message of another format with its documents as OpenAI takes them: PDFs under a name, other texts and pictures as such."""
    if type(message.get("content")) is not list:
        return message
    parts = [
        _document(part, f"messages[{index}].content[{place}].file") if part["type"] == "file" else part
        for place, part in enumerate(message["content"])
    ]
    return message if parts == message["content"] else {**message, "content": parts}


def _document(part: dict[str, Any], where: str) -> dict[str, Any]:
    file = part["file"]
    beside = {name: value for name, value in part.items() if name not in ("title", "context", "citations", "file")}
    if file.get("file_url"):
        sentence = "is an address, and this model takes documents as data; send it as a base64 data URI."
        raise InvalidRequest(f"`{where}.file_url` {sentence}", f"{where}.file_url")
    if (data := data_uri(file.get("file_data") or "")) is None:
        return {**beside, "file": file}
    name = file.get("filename") or part.get("title")
    if (text := document_text(data)) is not None:
        about = "\n".join(said for said in (name, part.get("context")) if said)
        return {**beside, "type": "text", "text": f"{about}\n\n{text}" if about else text}
    if data.media_type.startswith("image/"):
        return {**beside, "type": "image_url", "image_url": {"url": file["file_data"]}}
    return {**beside, "file": {**file, "filename": name or UNNAMED}}
