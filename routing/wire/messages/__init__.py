"""Anthropic's Messages format: `POST /v1/messages`."""

from typing import Any

import msgspec

from routing.calls import ChatRequest, Completion
from routing.wire.interface import AnswerIdentity
from routing.wire.messages.errors import error_object
from routing.wire.messages.read_requests import decode_messages
from routing.wire.messages.write_answers import message_object
from routing.wire.messages.write_stream import MessageStream

__all__ = ["MessagesFormat"]


class MessagesFormat:
    """`/v1/messages`."""

    kind = "anthropic"
    ping = b'event: ping\ndata: {"type": "ping"}\n\n'

    def decode(self, body: bytes, path: str) -> ChatRequest:
        """The request, with its bytes for a provider of the same format. Raises InvalidRequest."""
        return decode_messages(body)

    def encode(self, completion: Completion, identity: AnswerIdentity) -> bytes:
        """A message object; an answer of the same format passes unchanged."""
        if completion.raw is not None and completion.raw_kind == self.kind:
            return completion.raw
        return msgspec.json.encode(message_object(completion, identity))

    def stream(self, request: ChatRequest, identity: AnswerIdentity) -> MessageStream:
        """The events of a message."""
        return MessageStream(identity)

    def error(self, error: dict[str, Any], status: int, request_id: str) -> bytes:
        """Anthropic's error envelope."""
        return msgspec.json.encode(error_object(error, status, request_id))
