"""OpenAI's Responses format: `POST /v1/responses`.

An answer can be continued by `previous_response_id`, or by references to its items. Whoever keeps answers stores
`input_items(tree)` and `response_object(completion, identity)` under the call's id; before a request that refers to such calls is read,
`refers_to(tree)` says to which, and `resolve(tree, stored)` puts their items into its input.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from routing.calls import ChatRequest, Completion
from routing.calls.requests import decode_object
from routing.wire.interface import PING, AnswerIdentity
from routing.wire.responses.conversations import input_items, is_stored, refers_to, resolve
from routing.wire.responses.read_requests import read_response_request
from routing.wire.responses.write_answers import response_object
from routing.wire.responses.write_stream import ResponseStream

__all__ = ["ResponsesFormat", "input_items", "is_stored", "refers_to", "resolve", "response_object"]


class ResponsesFormat:
    """`/v1/responses`. `echo`: what a response says again of its request."""

    kind = "openai_responses"
    ping = PING

    def __init__(self, echo: Mapping[str, Any] | None = None) -> None:
        self.echo = echo or {}

    def decode(self, body: bytes, path: str) -> ChatRequest:
        """The request, with its bytes for a provider of the same format. Raises InvalidRequest."""
        return read_response_request(body, decode_object(body))

    def encode(self, completion: Completion, identity: AnswerIdentity) -> bytes:
        """A response object. An answer of the same format keeps all but its ids, which must lead back to our records."""
        return msgspec.json.encode({**response_object(completion, identity), **self.echo})

    def stream(self, request: ChatRequest, identity: AnswerIdentity) -> ResponseStream:
        """The events of a response."""
        return ResponseStream(identity, self.echo)

    def error(self, error: dict[str, Any], status: int, request_id: str) -> bytes:
        """OpenAI's error envelope."""
        return msgspec.json.encode({"error": error})
