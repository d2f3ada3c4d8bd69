"""A chat request: decoding, changing and encoding it."""

from functools import cached_property
from typing import Annotated, Any, NamedTuple

import msgspec

from routing.calls.invalid import InvalidRequest, explain
from routing.calls.messages import Message
from routing.calls.written import Written

MAX_NESTING = 100
"""Levels of objects and lists in a body. Beyond it a body is an attack, not a request."""

Positive = Annotated[int, msgspec.Meta(ge=1)]
Penalty = Annotated[float, msgspec.Meta(ge=-2, le=2)]


class FunctionDefinition(msgspec.Struct, omit_defaults=True, frozen=True, kw_only=True):
    name: str
    description: str | None = None
    parameters: dict[str, Any] | None = None
    """A JSON Schema."""
    strict: bool | None = None


class CustomDefinition(msgspec.Struct, omit_defaults=True, frozen=True, kw_only=True):
    name: str
    description: str | None = None
    format: dict[str, Any] | None = None


class Tool(msgspec.Struct, omit_defaults=True, frozen=True, kw_only=True):
    """`function`, `custom`, or a tool of the provider's own (`web_search`, …), which only that provider knows."""

    type: str = "function"
    function: FunctionDefinition | None = None
    custom: CustomDefinition | None = None
    cache_control: dict[str, Any] | None = None
    extra_content: dict[str, Any] | None = None
    """What only providers of one kind know about it, by kind."""


class JsonSchema(msgspec.Struct, omit_defaults=True, frozen=True, kw_only=True):
    name: str = "answer"
    description: str | None = None
    schema: dict[str, Any] | None = None
    strict: bool | None = None


class ResponseFormat(msgspec.Struct, omit_defaults=True, frozen=True, kw_only=True):
    """`text`, `json_object`, or `json_schema` with its schema."""

    type: str
    json_schema: JsonSchema | None = None


class StreamOptions(msgspec.Struct, omit_defaults=True, frozen=True, kw_only=True):
    include_usage: bool | None = None
    include_obfuscation: bool | None = None


class AudioOutput(msgspec.Struct, omit_defaults=True, frozen=True, kw_only=True):
    format: str
    voice: str | dict[str, Any] | None = None


class Native(NamedTuple):
    """The body as the caller wrote it, when the door's format is not chat completions; `kind` names the provider kind
    it fits, which gets it patched and never rebuilt.
    """

    kind: str
    written: Written
    tree: dict[str, Any]
    """What is to leave of it, grown from the tree that was read: the same objects wherever nothing changes."""

    @property
    def body(self) -> bytes:
        """What is to leave, as JSON."""
        return self.written.changed(self.tree)


class ChatRequest(msgspec.Struct, omit_defaults=True, frozen=True, kw_only=True, dict=True):
    """A chat request as a typed view over `tree`, the decoded body, which keeps every field that is not typed here.

    Immutable: `with_fields` gives a changed copy.
    """

    model: str
    messages: Annotated[list[Message], msgspec.Meta(min_length=1)]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    max_tokens: Positive | None = None
    max_completion_tokens: Positive | None = None
    n: Annotated[int, msgspec.Meta(ge=1, le=128)] | None = None
    temperature: Annotated[float, msgspec.Meta(ge=0, le=2)] | None = None
    top_p: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    top_k: Positive | None = None
    stop: str | list[str] | None = None
    seed: int | None = None
    logprobs: bool | None = None
    top_logprobs: Annotated[int, msgspec.Meta(ge=0, le=20)] | None = None
    tools: list[Tool] | None = None
    tool_choice: str | dict[str, Any] | None = None
    parallel_tool_calls: bool | None = None
    functions: list[FunctionDefinition] | None = None
    function_call: str | dict[str, Any] | None = None
    response_format: ResponseFormat | None = None
    reasoning_effort: str | None = None
    verbosity: str | None = None
    thinking: dict[str, Any] | None = None
    """Anthropic's reasoning setting, or Google's `thinkingConfig`: kept as it is."""
    modalities: list[str] | None = None
    audio: AudioOutput | None = None
    prediction: dict[str, Any] | None = None
    metadata: dict[str, Any] | None = None
    user: str | None = None
    safety_identifier: str | None = None
    prompt_cache_key: str | None = None
    store: bool | None = None
    presence_penalty: Penalty | None = None
    frequency_penalty: Penalty | None = None
    logit_bias: dict[str, float] | None = None
    service_tier: str | None = None
    web_search_options: dict[str, Any] | None = None
    native_fields: dict[str, dict[str, Any]] | None = None
    """Fields that a door of another format received and that have no counterpart here, by provider kind."""

    @cached_property
    def tree(self) -> dict[str, Any]:
        """The body as plain values, fields that are not typed here included. Not to be changed in place."""
        tree: dict[str, Any] = msgspec.to_builtins(self)
        return tree

    @cached_property
    def written(self) -> Written | None:
        """The chat completions body that `tree` grew from; None for requests of other doors."""
        return None

    @cached_property
    def native(self) -> Native | None:
        """See `Native`; None once a field was changed."""
        return None

    @cached_property
    def texts_alone(self) -> bool:
        """Whether every message is a role and a text and nothing else, so that no provider needs it in another form."""
        return _are_texts(self.tree["messages"])

    @cached_property
    def body(self) -> bytes:
        """The request as JSON: what was received, patched where `tree` has changed. See `Written`."""
        return self.written.changed(self.tree) if self.written is not None else msgspec.json.encode(self.tree)

    def written_for(self, kind: str) -> Written | None:
        """What the caller wrote, if it was in the format of these providers."""
        if self.native is not None and self.native.kind == kind:
            return self.native.written
        return self.written if kind in _CHAT_KINDS else None

    @cached_property
    def extra(self) -> dict[str, Any]:
        """Top-level fields that are not typed here."""
        return {name: value for name, value in self.tree.items() if name not in _KNOWN}

    @property
    def max_output_tokens(self) -> int | None:
        """What the caller allows for one answer, reasoning included."""
        return self.max_completion_tokens if self.max_completion_tokens is not None else self.max_tokens

    def own_fields(self, kind: str) -> dict[str, Any]:
        """The fields that only providers of this kind know."""
        return (self.native_fields or {}).get(kind, {})

    def foreign_fields(self, kind: str) -> list[str]:
        """Names of the fields that only providers of other kinds know."""
        if not self.native_fields:
            return []
        return [name for other, fields in self.native_fields.items() if other != kind for name in fields]

    @property
    def wants_usage(self) -> bool:
        """Whether the caller asked for a usage chunk at the end of the stream."""
        return bool(self.stream_options and self.stream_options.include_usage)

    def with_fields(self, **changes: Any) -> "ChatRequest":
        """A copy with top-level fields changed to plain JSON values; None removes a field.

        Raises InvalidRequest if a value does not fit.
        """
        tree = {**self.tree, **changes}
        tree = {name: value for name, value in tree.items() if name not in changes or value is not None}
        return self.grown(tree)

    def unstreamed(self) -> "ChatRequest":
        """A copy that asks for a whole answer. The body of another format's door stays: its provider is asked in its own words."""
        whole = self.with_fields(stream=None, stream_options=None)
        return whole.with_native(*self.native) if self.native is not None else whole

    def grown(self, tree: dict[str, Any]) -> "ChatRequest":
        """The request of a tree that grew from this one's. Raises InvalidRequest if a value does not fit."""
        changed = chat_request(tree)
        changed.__dict__["written"] = self.written
        return changed

    def with_native(self, kind: str, written: Written, tree: dict[str, Any] | None = None) -> "ChatRequest":
        """The same request, remembering the body that a door of another format received and what of it is to leave (all of it
        where no other `tree` is given).

        Providers of that kind get it instead of this request; guards read it besides the request's own tree.
        """
        self.__dict__["native"] = Native(kind, written, written.tree if tree is None else tree)
        return self


_CHAT_KINDS = frozenset(("openai", "openai_compatible"))
_KNOWN = frozenset(ChatRequest.__struct_fields__)
_TEXT_ROLES = frozenset(("system", "user", "assistant"))
"""Roles that every provider has."""


def _are_texts(messages: list[dict[str, Any]]) -> bool:
    for message in messages:
        if len(message) != 2 or message["role"] not in _TEXT_ROLES or type(message.get("content")) is not str:
            return False
    return True


def _refuse_deep_nesting(tree: Any) -> None:
    level, depth = [tree], 0
    while level:
        depth += 1
        if depth > MAX_NESTING:
            raise InvalidRequest(f"The body is nested deeper than {MAX_NESTING} levels; flatten it.")
        level = [
            child
            for value in level
            for child in (value.values() if type(value) is dict else value)
            if type(child) is dict or type(child) is list
        ]


def decode_object(body: bytes) -> dict[str, Any]:
    """A JSON object as plain values. Raises InvalidRequest for anything else, and for more than MAX_NESTING levels."""
    try:
        tree = msgspec.json.decode(body)
    except UnicodeDecodeError:
        raise InvalidRequest("The body is not valid UTF-8; encode it as UTF-8.") from None
    except RecursionError:
        raise InvalidRequest(f"The body is nested deeper than {MAX_NESTING} levels; flatten it.") from None
    except msgspec.DecodeError:
        raise InvalidRequest("The body is not valid JSON; check quotes, commas and braces.") from None
    if type(tree) is not dict:
        raise InvalidRequest("The body must be a JSON object.")
    if body.count(b"{") + body.count(b"[") > MAX_NESTING:
        _refuse_deep_nesting(tree)
    return tree


def chat_request(tree: dict[str, Any]) -> ChatRequest:
    """A request from plain JSON values, as doors of other formats build it. Raises InvalidRequest."""
    try:
        request = msgspec.convert(tree, ChatRequest)
    except msgspec.ValidationError as error:
        raise explain(error) from None
    request.__dict__["tree"] = tree
    if request.texts_alone:
        return request
    for index, message in enumerate(request.messages):
        role = message.role
        if role in ("assistant", "function"):
            continue  # which may say nothing
        if message.content is None:
            raise InvalidRequest(f"`messages[{index}].content` is missing; add it.", f"messages[{index}].content")
        if role == "tool" and not message.tool_call_id:
            where = f"messages[{index}].tool_call_id"
            raise InvalidRequest(
                f"`{where}` is missing; send the id of the tool call that this message answers.", where
            )
    return request


def decode_chat(body: bytes) -> ChatRequest:
    """A request from the bytes of a chat completions body. Raises InvalidRequest; takes a few microseconds per KB."""
    tree = decode_object(body)
    if "native_fields" in tree:
        raise InvalidRequest(
            "`native_fields` is not for callers; leave it out, or use the door of that format.", "native_fields"
        )
    request = chat_request(tree)
    request.__dict__["written"] = Written(body, tree)
    return request
