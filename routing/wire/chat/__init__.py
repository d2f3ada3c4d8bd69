"""OpenAI's chat completions: the format that is also the inside."""

from typing import Any

import msgspec

from routing.calls import (
    ChatRequest,
    Chunk,
    Completion,
    Delta,
    ToolCallDelta,
    Usage,
    decode_chat,
    encode_chunk,
    encode_completion,
    only_text,
    sse_event,
)
from routing.wire.chat.endings import Endings
from routing.wire.interface import PING, AnswerIdentity, StreamEncoder
from routing.wire.ordered_calls import OrderedCalls

DONE = b"data: [DONE]\n\n"
_LISTS = ("thinking_blocks", "images", "annotations", "native_blocks")
_SERVED = ("service_tier", "system_fingerprint")


_MARK = "\u241f a text"
_WRITTEN_MARK = b'"content":' + msgspec.json.encode(_MARK)


class _Around(msgspec.Struct, frozen=True):
    """What stands around a text of a choice."""

    index: int
    extra: dict[str, Any]
    head: bytes
    tail: bytes


class ChatStream(StreamEncoder):
    """Writes chat completion chunks."""

    def __init__(self, identity: AnswerIdentity, *, include_usage: bool) -> None:
        self._id = f"chatcmpl-{identity.call_id}"
        self._model = identity.model
        self._created_s = identity.created_s
        self._include_usage = include_usage
        self._custom_calls: set[tuple[int, int]] = set()
        self._calls: dict[int, OrderedCalls] = {}
        self._endings = Endings()
        self._beside: dict[str, Any] = {}
        """What a provider said beside the end of a choice."""
        self._places: dict[tuple[int, str], int] = {}
        """(choice, field) → how many entries of a list were told."""
        self._around: _Around | None = None
        self._served: dict[str, Any] = {}
        """How the answer is served, which OpenAI says with every chunk, also with those that say nothing else."""

    def chunk(self, chunk: Chunk) -> bytes:
        """One event a delta, and one a piece of a call, since most clients read the first of an event alone; none for a chunk that only
        carries usage, or the end of a choice."""
        extra = self._with_served(chunk.extra)
        only = chunk.deltas[0] if len(chunk.deltas) == 1 and not self._calls else None
        if only is not None and (text := only_text(only)) is not None:
            return self._text_event(only.index, text, extra)
        if only is not None and not only.tool_calls and only.finish_reason is None:
            return self._event(Chunk(deltas=chunk.deltas, extra=extra))
        deltas = [single for delta in chunk.deltas for single in self._in_order(delta)]
        if not deltas:
            self._beside.update(chunk.extra)
        return b"".join([self._event(Chunk(deltas=[delta], extra=extra)) for delta in deltas])

    def _text_event(self, index: int, text: str, extra: dict[str, Any]) -> bytes:
        """The event of nearly every piece: what was written around the last text stands around the next one, too."""
        around = self._around
        if around is None or around.index != index or around.extra != extra:
            mark = Delta(index=index, content=_MARK)
            head, found, tail = self._event(Chunk(deltas=[mark], extra=extra)).partition(_WRITTEN_MARK)
            if not found or _WRITTEN_MARK in tail:
                return self._event(Chunk(deltas=[Delta(index=index, content=text)], extra=extra))
            around = self._around = _Around(index, extra, head + b'"content":', tail)
        return b"".join((around.head, msgspec.json.encode(text), around.tail))

    def _with_served(self, extra: dict[str, Any]) -> dict[str, Any]:
        for name in _SERVED:
            if name in extra:
                self._served[name] = extra[name]
        return {**self._served, **extra} if self._served else extra

    def _in_order(self, delta: Delta) -> list[Delta]:
        """The delta without its calls, and the pieces of calls that may be told by now."""
        calls = self._calls.get(delta.index)
        if calls is None and delta.tool_calls:
            calls = self._calls[delta.index] = OrderedCalls()
        pieces = calls.add(delta.tool_calls) if calls is not None else []
        if calls is not None and delta.finish_reason is not None:
            pieces += calls.rest()
        beside = self._endings.without(msgspec.structs.replace(delta, tool_calls=pieces[:1]))
        told = [] if beside == Delta(index=delta.index) else [beside]
        return [*told, *(Delta(index=delta.index, tool_calls=[piece]) for piece in pieces[1:])]

    def _event(self, chunk: Chunk) -> bytes:
        for delta in chunk.deltas:  # its own, where it holds calls
            if delta.tool_calls:
                delta.tool_calls = [self._of_its_type(delta.index, piece) for piece in delta.tool_calls]
        if any(getattr(delta, field) for delta in chunk.deltas for field in _LISTS):
            chunk = msgspec.structs.replace(chunk, deltas=[self._numbered(delta) for delta in chunk.deltas])
        return sse_event(encode_chunk(chunk, id=self._id, model=self._model, created_s=self._created_s))

    def _numbered(self, delta: Delta) -> Delta:
        """With their place on the entries of lists, by which OpenAI's SDKs put lists together that come in pieces."""
        lists: dict[str, Any] = {}
        for field in _LISTS:
            for entry in getattr(delta, field):
                place = self._places.get((delta.index, field), 0)
                self._places[delta.index, field] = place + 1
                lists.setdefault(field, []).append({"index": place, **msgspec.to_builtins(entry)})
        return msgspec.structs.replace(delta, **{field: [] for field in lists}, extra={**delta.extra, **lists})

    def _of_its_type(self, index: int, piece: ToolCallDelta) -> ToolCallDelta:
        """The pieces of a custom call after the first do not say that they are of one, but are written otherwise."""
        if piece.type == "custom":
            self._custom_calls.add((index, piece.index))
        elif (index, piece.index) in self._custom_calls:
            return msgspec.structs.replace(piece, type="custom")
        return piece

    def end(self, usage: Usage | None) -> bytes:
        """What calls are left, the end of each choice, the usage chunk if the caller asked for it, then `[DONE]`."""
        left = [
            Delta(index=index, tool_calls=[piece]) for index, calls in self._calls.items() for piece in calls.rest()
        ]
        ended = {**self._served, **self._beside}
        told = b"".join([self._event(Chunk(deltas=[delta], extra=self._served)) for delta in left])
        told += b"".join([self._event(Chunk(deltas=[delta], extra=ended)) for delta in self._endings.told()])
        if not self._include_usage or usage is None:
            return told + DONE
        last = Chunk(usage=usage, extra=self._served)
        written = encode_chunk(last, id=self._id, model=self._model, created_s=self._created_s, usage=True)
        return told + sse_event(written) + DONE

    def error(self, error: dict[str, Any], status: int) -> bytes:
        """An error object; no `[DONE]` follows, which clients would take for success."""
        return sse_event(msgspec.json.encode({"error": error}))


class ChatFormat:
    """`/v1/chat/completions`."""

    kind = "openai"
    ping = PING

    def decode(self, body: bytes, path: str) -> ChatRequest:
        """The request as it is."""
        return decode_chat(body)

    def encode(self, completion: Completion, identity: AnswerIdentity) -> bytes:
        """A chat completion object."""
        return encode_completion(
            completion, id=f"chatcmpl-{identity.call_id}", model=identity.model, created_s=identity.created_s
        )

    def stream(self, request: ChatRequest, identity: AnswerIdentity) -> ChatStream:
        """Chunks, with usage at the end if the caller asked for it."""
        return ChatStream(identity, include_usage=request.wants_usage)

    def error(self, error: dict[str, Any], status: int, request_id: str) -> bytes:
        """OpenAI's error envelope."""
        return msgspec.json.encode({"error": error})
