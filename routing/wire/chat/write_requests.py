"""Requests as OpenAI's chat completions, and services that imitate it, want them."""

from typing import Any

from routing.calls import ChatRequest
from routing.wire.chat.reasoning import compatible_thinking, is_reasoning_model, reworded_effort, translated_effort
from routing.wire.chat.translated import translated, untranslated
from routing.wire.chat.write_messages import own_fields, write_messages
from routing.wire.dialects import Dialect

_ADDED_PARAMETERS = ("thinking", "top_k")


def unsupported_parameters(request: ChatRequest, upstream_model: str, dialect: Dialect, *, openai: bool) -> list[str]:
    """Parameters of the request that this service refuses or ignores."""
    named = {*_left_out(request, dialect, openai=openai), *request.foreign_fields("openai")}
    if openai and _speaks_otherwise(request):
        named = {*(named - {"thinking"}), *reworded_effort(request, upstream_model)}
    if request.written is None:
        named.update(untranslated(request, openai=openai))
    return sorted(named)


def sent_effort(request: ChatRequest, upstream_model: str) -> str | None:
    """The reasoning effort that OpenAI is asked for: as it was said, unless it was said in another format's words."""
    return translated_effort(request, upstream_model) if _speaks_otherwise(request) else request.reasoning_effort


def _speaks_otherwise(request: ChatRequest) -> bool:
    """Whether the caller asks for thinking in the words of another format."""
    return request.thinking is not None or (request.reasoning_effort is not None and request.written is None)


def _left_out(request: ChatRequest, dialect: Dialect, *, openai: bool) -> list[str]:
    """Fields of the tree that are not sent. Those of other formats are none of them, whatever they are called: they lie apart, and one
    named `messages` must not take the messages along."""
    names = (*dialect.drop, *_ADDED_PARAMETERS) if openai else dialect.drop
    if request.tree.keys().isdisjoint(names):
        return []
    return [name for name in names if request.tree.get(name) is not None and name not in dialect.rename]


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
    if openai and (effort := sent_effort(request, upstream_model)) != request.reasoning_effort:
        changes["reasoning_effort"] = effort
    if not openai and request.thinking is not None:
        changes |= compatible_thinking(request, dialect)
    if request.native_fields:
        changes["native_fields"] = None
    if (messages := write_messages(request, dialect)) is not None:
        changes["messages"] = messages
    if request.tools and any(tool.cache_control or tool.extra_content for tool in request.tools):
        changes["tools"] = [own_fields(tool, dialect) for tool in request.tree["tools"]]
    if request.written is None:
        changes |= translated(request, changes.get("tools") or request.tree.get("tools"), openai=openai)
    if not changes:
        return request.tree
    tree = {**request.tree, **changes}
    return {name: value for name, value in tree.items() if name not in changes or value is not None}
