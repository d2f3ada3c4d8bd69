"""Requests of the Responses format, made ready for the pipeline: what they refer to is read, and it is known where to keep the answer."""

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from govern.gateway.compaction import with_summaries
from govern.gateway.conversations import Conversations, KeptConversation, with_earlier_items
from govern.gateway.kept_conversations import enter_call, joined
from routing.calls import ChatRequest
from routing.calls.requests import decode_object
from routing.wire.interface import AnswerIdentity
from routing.wire.responses import ResponsesFormat, input_items, is_stored, may_hold
from routing.wire.responses.identifiers import conversation_id
from routing.wire.responses.write_answers import response_start

if TYPE_CHECKING:
    from govern.gateway.call import Call

PATH = "/v1/responses"


class PreparedResponse(NamedTuple):
    """A request that can be answered."""

    format: ResponsesFormat
    body: bytes
    """With the items of the turns that it goes on from."""
    chat: ChatRequest
    given: int
    """How many items came with the request itself."""
    conversation: str | None = None
    """The conversation that it becomes a turn of."""

    async def kept(self, conversations: Conversations, call: "Call") -> KeptConversation | None:
        """Where the answer is kept; None if it is not to be. Raises `InvalidRequest` and `AuditUnavailable`."""
        if not is_stored(self.body):
            return None
        if self.conversation is not None:
            await enter_call(conversations, self.conversation, call.application.name, call.id)
        return KeptConversation(conversations, call, self.body, self.format.echo, given=self.given)


def runs_in_background(body: bytes) -> bool:
    """Whether the caller wants to be given the answer later. Raises InvalidRequest."""
    return may_hold(body, b"background") and decode_object(body).get("background") is True


async def prepare_response(conversations: Conversations, body: bytes, application: str) -> PreparedResponse:
    """Raises `InvalidRequest` and `AuditUnavailable`."""
    format_ = ResponsesFormat().answering(body)
    if runs_in_background(body):
        tree = decode_object(body)
        body = msgspec.json.encode(
            {name: value for name, value in tree.items() if name not in ("background", "stream")}
        )
        format_ = ResponsesFormat({**format_.echo, "background": True})
    given = len(input_items(body))
    conversation = None
    if may_hold(body, b"conversation") and (tree := decode_object(body)).get("conversation") is not None:
        tree, conversation = await joined(conversations, tree, application)
        body = msgspec.json.encode(tree)
        format_ = ResponsesFormat({**format_.echo, "conversation": {"id": conversation_id(conversation)}})
    whole = with_summaries(
        await with_earlier_items(conversations, body, application), application, conversations.sealer
    )
    return PreparedResponse(format_, whole, format_.decode(whole, PATH), given, conversation)


def response_that(call_id: str, body: bytes, *, created_s: int = 0, **fields: Any) -> dict[str, Any]:
    """The response object of a background request that has no answer yet, or never will."""
    model = str(decode_object(body).get("model") or "")
    format_ = ResponsesFormat().answering(body)
    return {**response_start(AnswerIdentity(call_id, model, created_s)), **format_.echo, "background": True, **fields}
