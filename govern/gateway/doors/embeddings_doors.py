"""Embeddings at the doors of OpenAI and Google."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from govern.gateway.arrival import CallRefused, governed, new_call
from govern.gateway.call import Call
from govern.gateway.doors.answer_headers import whole_headers
from govern.gateway.doors.door_formats import CHAT, GOOGLE
from govern.gateway.doors.http import Answer, Request
from govern.gateway.embeddings import embed
from govern.gateway.process.snapshot import Key, Snapshot
from govern.gateway.refusals import Refusal
from routing.calls import EmbeddingsAnswer, EmbeddingsRequest, decode_embeddings
from routing.wire.chat.embeddings import encode_embeddings
from routing.wire.google.embeddings import decode_google_embeddings, encode_google_embeddings

if TYPE_CHECKING:
    from govern.gateway.process.runtime import Gateway


async def serve_embeddings(gateway: "Gateway", request: Request) -> Answer:
    """`POST /v1/embeddings`."""
    return await governed(gateway, request, CHAT, _embeddings)


async def _embeddings(gateway: "Gateway", request: Request, snapshot: Snapshot, key: Key, body: bytes) -> Answer:
    asked = decode_embeddings(body)
    call = new_call(snapshot, key, request, CHAT)

    def written(embedded: EmbeddingsAnswer) -> bytes:
        return encode_embeddings(embedded, asked, model=call.attempts[-1].deployment.model)

    return await _embedded(gateway, call, asked, body, written)


async def google_embeddings(gateway: "Gateway", request: Request, snapshot: Snapshot, key: Key, body: bytes) -> Answer:
    """`:embedContent` and `:batchEmbedContents` for a known caller."""
    asked = decode_google_embeddings(body, request.path)
    call = new_call(snapshot, key, request, GOOGLE)
    written = partial(encode_google_embeddings, batch=request.path.endswith(":batchEmbedContents"))
    return await _embedded(gateway, call, asked, body, written)


async def _embedded(
    gateway: "Gateway",
    call: Call,
    asked: EmbeddingsRequest,
    body: bytes,
    written: Callable[[EmbeddingsAnswer], bytes],
) -> Answer:
    assert call.door is not None
    try:
        answer = await embed(gateway, call, asked, body, written)
    except Refusal as refusal:
        raise CallRefused(refusal, call) from None
    return Answer(200, whole_headers(call, call.door), answer)
