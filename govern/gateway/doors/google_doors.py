"""Google's door, whose paths name the model and the method."""

from functools import partial
from typing import TYPE_CHECKING

from audit.trail.identifiers import identifier_text, uuid7
from govern.gateway.arrival import KnownEndpoint, governed, refused
from govern.gateway.doors.chat_doors import complete
from govern.gateway.doors.door_formats import GOOGLE
from govern.gateway.doors.embeddings_doors import google_embeddings
from govern.gateway.doors.http import Answer, Request
from govern.gateway.doors.token_count_doors import google_token_count
from govern.gateway.refusals import Refusal
from routing.wire.google import google_format

if TYPE_CHECKING:
    from govern.gateway.process.runtime import Gateway

_METHODS: dict[str, KnownEndpoint] = {
    "countTokens": google_token_count,
    "embedContent": google_embeddings,
    "batchEmbedContents": google_embeddings,
}
"""What the door does beside answering."""


async def serve_google(gateway: "Gateway", request: Request) -> Answer:
    """`POST /v1beta/models/{model}:generateContent` and Google's other methods."""
    method = _METHODS.get(request.path.rpartition(":")[2])
    if method is not None:
        return await governed(gateway, request, GOOGLE, method)
    format_ = google_format(request.path, request.query)
    if format_ is None:
        unknown = Refusal(
            "invalid_request",
            "Use :generateContent, :streamGenerateContent, :countTokens, :embedContent or :batchEmbedContents.",
            status=404,
        )
        return refused(gateway, GOOGLE, unknown, identifier_text(uuid7()), None)
    return await governed(gateway, request, format_, partial(complete, format_))
