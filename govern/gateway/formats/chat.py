"""OpenAI's chat completions: the format that is also the inside."""

from typing import Any

import msgspec

from govern.gateway.formats.interface import AnswerIdentity
from routing.calls import ChatRequest, Chunk, Completion, Usage, decode_chat, encode_chunk, encode_completion, sse_event

DONE = b"data: [DONE]\n\n"


class ChatStream:
    """Writes chat completion chunks."""

    def __init__(self, identity: AnswerIdentity, *, include_usage: bool) -> None:
        self._id = f"chatcmpl-{identity.call_id}"
        self._model = identity.model
        self._created_s = identity.created_s
        self._include_usage = include_usage

    def chunk(self, chunk: Chunk) -> bytes:
        """One event; none for a chunk that only carries usage."""
        if not chunk.deltas:
            return b""
        return sse_event(encode_chunk(chunk, id=self._id, model=self._model, created_s=self._created_s))

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

    def error(self, error: dict[str, Any]) -> bytes:
        """OpenAI's error envelope."""
        return msgspec.json.encode({"error": error})
