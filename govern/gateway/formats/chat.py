"""OpenAI's chat completions: the format that is also the inside."""

from typing import Any

import msgspec

from govern.gateway.formats.interface import PING, AnswerIdentity
from routing.calls import (
    ChatRequest,
    Chunk,
    Completion,
    ToolCallDelta,
    Usage,
    decode_chat,
    encode_chunk,
    encode_completion,
    sse_event,
)

DONE = b"data: [DONE]\n\n"


class ChatStream:
    """Writes chat completion chunks."""

    def __init__(self, identity: AnswerIdentity, *, include_usage: bool) -> None:
        self._id = f"chatcmpl-{identity.call_id}"
        self._model = identity.model
        self._created_s = identity.created_s
        self._include_usage = include_usage
        self._custom_calls: set[tuple[int, int]] = set()

    def chunk(self, chunk: Chunk) -> bytes:
        """One event a delta, since most clients read the first choice of an event alone; none for a chunk that only carries usage."""
        if len(chunk.deltas) == 1:
            return self._event(chunk)
        return b"".join(self._event(Chunk(deltas=[delta], extra=chunk.extra)) for delta in chunk.deltas)

    def _event(self, chunk: Chunk) -> bytes:
        for delta in chunk.deltas:
            if delta.tool_calls:
                delta.tool_calls = [self._of_its_type(delta.index, piece) for piece in delta.tool_calls]
        return sse_event(encode_chunk(chunk, id=self._id, model=self._model, created_s=self._created_s))

    def _of_its_type(self, index: int, piece: ToolCallDelta) -> ToolCallDelta:
        """The pieces of a custom call after the first do not say that they are of one, but are written otherwise."""
        if piece.type == "custom":
            self._custom_calls.add((index, piece.index))
        elif (index, piece.index) in self._custom_calls:
            return msgspec.structs.replace(piece, type="custom")
        return piece

    def end(self, usage: Usage | None) -> bytes:
        """The usage chunk if the caller asked for it, then `[DONE]`."""
        if not self._include_usage or usage is None:
            return DONE
        last = encode_chunk(Chunk(usage=usage), id=self._id, model=self._model, created_s=self._created_s, usage=True)
        return sse_event(last) + DONE

    def error(self, error: dict[str, Any]) -> bytes:
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

    def error(self, error: dict[str, Any], status: int | None = None) -> bytes:
        """OpenAI's error envelope."""
        return msgspec.json.encode({"error": error})
