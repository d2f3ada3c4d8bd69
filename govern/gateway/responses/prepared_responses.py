"""Requests of the Responses format, made ready for the pipeline: what they refer to is read, and it is known where to keep the answer."""

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from govern.gateway.exchange import ChatExchange
from govern.gateway.responses.compaction import with_summaries
from govern.gateway.responses.conversations import Conversations, KeptConversation, with_earlier_items
from govern.gateway.responses.kept_conversations import enter_call, joined
from routing.calls import ChatRequest, Completion
from routing.wire.interface import AnswerIdentity
from routing.wire.responses import ResponsesFormat, input_items, is_stored
from routing.wire.responses.echoes import echo_of
from routing.wire.responses.identifiers import conversation_id
from routing.wire.responses.read_requests import read_response_request
from routing.wire.responses.write_answers import response_start

if TYPE_CHECKING:
    from govern.gateway.call import Call

PATH = "/v1/responses"
Item = dict[str, Any]


class PreparedResponse(NamedTuple):
    """A request that can be answered."""

    format: ResponsesFormat
    tree: Item
    """What was asked, with the items of the turns that it goes on from."""
    body: bytes
    """The same as bytes: those that came, where nothing was added."""
    chat: ChatRequest
    items: list[Item]
    """The items of `tree`, with summaries as they came."""
    given: int
    """How many items came with the request itself."""
    conversation: str | None = None
    """The conversation that it becomes a turn of."""

    async def exchange(self, conversations: Conversations, call: "Call") -> ChatExchange:
        """It, and where its answer is kept if it is to be. Raises `InvalidRequest` and `AuditUnavailable`."""
        kept = None
        if is_stored(self.tree):
            if self.conversation is not None:
                await enter_call(conversations, self.conversation, call.application.name, call.id)
            kept = KeptConversation(conversations, call, self.tree, self.items, self.format.echo, given=self.given)
        return ChatExchange(self.format, self.body, self.chat, kept)


def runs_in_background(tree: Item) -> bool:
    """Whether the caller wants to be given the answer later."""
    return tree.get("background") is True


async def prepare_response(
    conversations: Conversations, body: bytes, asked: Item, application: str
) -> PreparedResponse:
    """A request from its body and what was read of it. Raises `InvalidRequest` and `AuditUnavailable`."""
    tree, echo, conversation = asked, echo_of(asked), None
    if runs_in_background(tree):
        tree = {name: value for name, value in tree.items() if name not in ("background", "stream")}
        echo["background"] = True
    given = len(input_items(tree))
    if tree.get("conversation") is not None:
        tree, conversation = await joined(conversations, tree, application)
        echo["conversation"] = {"id": conversation_id(conversation)}
    tree = await with_earlier_items(conversations, tree, application)
    items = input_items(tree)
    tree = with_summaries(tree, application, conversations.sealer)
    whole = body if tree is asked else msgspec.json.encode(tree)
    chat = read_response_request(whole, tree)
    return PreparedResponse(ResponsesFormat(echo), tree, whole, chat, items, given, conversation)


def created_at(response: Item, created_s: int) -> Item:
    """A background response as it is told: it began when it was asked for."""
    return {**response, "created_at": created_s}


class BackgroundExchange(ChatExchange):
    """A request whose answer is kept until somebody asks for it. created_s: when it was asked for."""

    def __init__(self, exchange: ChatExchange, created_s: int) -> None:
        super().__init__(exchange.format, exchange.body, exchange.request, exchange.kept)
        self._created_s = created_s

    async def write(self, call: "Call", completion: Completion) -> bytes:
        """As `ChatExchange`: what `GET /v1/responses/{id}` will say."""
        assert self.kept is not None, "what runs in the background is stored"
        return msgspec.json.encode(created_at(self.kept.response, self._created_s))


def response_that(call_id: str, tree: Item, *, created_s: int = 0, **fields: Any) -> Item:
    """The response object of a background request that has no answer yet, or never will."""
    start = response_start(AnswerIdentity(call_id, str(tree.get("model") or ""), created_s))
    return {**start, **echo_of(tree), "background": True, **fields}
