"""Requests as OpenAI's chat completions, and services that imitate it, want them."""

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
    ThinkingPart,
)
from routing.wire.dialects import Dialect

_REASONING_MODEL = re.compile(r"(?:^|/)(?:o\d|gpt-[5-9])")
"""OpenAI's models that refuse `max_tokens`, unless `chat` follows."""
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
_ADDED_PARAMETERS = ("thinking", "top_k")


def is_reasoning_model(model: str) -> bool:
    """Whether OpenAI documents the model as a reasoning model."""
    ends = [found.end() for found in _REASONING_MODEL.finditer(model)]
    return bool(ends) and "chat" not in model[ends[-1] :]


def unsupported_parameters(request: ChatRequest, dialect: Dialect, *, openai: bool) -> list[str]:
    """Parameters of the request that this service refuses or ignores."""
    return sorted({*_left_out(request, dialect, openai=openai), *request.foreign_fields("openai")})


def _left_out(request: ChatRequest, dialect: Dialect, *, openai: bool) -> list[str]:
    """Fields of the tree that are not sent. Those of other formats are none of them, whatever they are called: they lie apart, and one
    named `messages` must not take the messages along."""
    named = [name for name in dialect.drop if request.tree.get(name) is not None and name not in dialect.rename]
    if openai:
        named += [name for name in _ADDED_PARAMETERS if request.tree.get(name) is not None]
    return named


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


def _own(item: dict[str, Any], dialect: Dialect) -> dict[str, Any]:
    own = {
        name: value
        for name, value in item.items()
        if name not in _ADDED_MESSAGE_FIELDS or name in dialect.message_fields
    }
    extra = own.get("extra_content")
    if type(extra) is dict and not extra.keys().isdisjoint(_OTHER_FORMATS):
        own["extra_content"] = {kind: value for kind, value in extra.items() if kind not in _OTHER_FORMATS}
        if not own["extra_content"]:
            del own["extra_content"]
    return own


def _message(tree: dict[str, Any], message: Message, dialect: Dialect) -> dict[str, Any]:
    changed = _own(tree, dialect)
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
                parts.append(_own(written, dialect))
        changed["content"] = parts or None
    if message.tool_calls:
        changed["tool_calls"] = [_own(call, dialect) for call in tree["tool_calls"]]
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


def limit_name(request: ChatRequest, upstream_model: str, dialect: Dialect, *, openai: bool) -> str:
    """Under which name the limit of an answer leaves.

    OpenAI's newer models know `max_completion_tokens` alone; services that imitate it, `max_tokens` before anything else.
    """
    if is_reasoning_model(upstream_model) and not dialect.rename:
        return "max_completion_tokens" if openai or request.max_tokens is None else "max_tokens"
    if not openai:
        return next(
            (new for new in dialect.rename.values() if new in ("max_tokens", "max_completion_tokens")), "max_tokens"
        )
    return (
        "max_tokens"
        if request.max_tokens is not None and request.max_completion_tokens is None
        else "max_completion_tokens"
    )


def write_chat(
    request: ChatRequest, upstream_model: str, dialect: Dialect, *, openai: bool, stream: bool
) -> dict[str, Any]:
    """The body to send: the request's own tree wherever nothing has to change. Raises InvalidRequest."""
    changes: dict[str, Any] = {}
    if request.model != upstream_model:
        changes["model"] = upstream_model
    if bool(request.stream) != stream:
        changes["stream"] = stream
    if stream and dialect.stream_options and not request.wants_usage:
        changes["stream_options"] = {**(request.tree.get("stream_options") or {}), "include_usage": True}
    elif request.stream_options is not None and not (stream and dialect.stream_options):
        changes["stream_options"] = None
    for old, new in dialect.rename.items():
        if old not in ("max_tokens", "max_completion_tokens") and (value := request.tree.get(old)) is not None:
            changes[old] = None
            changes.setdefault(new, value)
    for name in _left_out(request, dialect, openai=openai):
        changes[name] = None
    if request.native_fields:
        changes["native_fields"] = None
    if any(_is_foreign(message, dialect) for message in request.messages):
        changes["messages"] = [
            _message(tree, message, dialect)
            for tree, message in zip(request.tree["messages"], request.messages, strict=True)
        ]
    if request.tools and any(tool.cache_control or tool.extra_content for tool in request.tools):
        changes["tools"] = [_own(tool, dialect) for tool in request.tree["tools"]]
    if any(_shows_files(message) for message in request.messages):
        changes["messages"] = _files_after_results(changes.get("messages") or request.tree["messages"])
    if not changes:
        return request.tree
    tree = {**request.tree, **changes}
    return {name: value for name, value in tree.items() if name not in changes or value is not None}
