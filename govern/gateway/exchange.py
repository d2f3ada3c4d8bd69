"""What was asked at a door, decoded once, as the steps of a call need it; and how its answer is written."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Protocol

from govern.gateway.admission import chat_bound
from govern.gateway.cache.looking_up import look_up
from govern.gateway.call import Call
from govern.gateway.callers.callers_headers import header_among
from govern.gateway.cost_limit import UpperBound
from govern.gateway.description import describe_chat
from govern.gateway.inspection import redacted
from govern.gateway.receipts import digest_of, told_refusal
from govern.gateway.refusals import Refusal
from govern.gateway.remote_files import may_need_files, with_remote_files
from govern.gateway.responses.conversations import KeptConversation
from routing.bodies import CacheRule
from routing.calls import CannotReplace, ChatRequest, Completion, replace_surfaces
from routing.wire.interface import AnswerIdentity, DoorFormat

if TYPE_CHECKING:
    from govern.gateway.process.runtime import Gateway


class Exchange(Protocol):
    """What the steps before a provider ask of a request of any kind."""

    body: bytes
    """As it was sent."""

    def describe(self, gateway: "Gateway", call: Call) -> None:
        """Puts the call in words. Raises a refusal."""
        ...

    async def complete(self, gateway: "Gateway", call: Call) -> None:
        """Fetches what belongs to the request, once it is known where it goes. Raises a refusal."""
        ...

    def redact(self, call: Call, replacements: Mapping[str, str]) -> None:
        """Puts other texts in the place of what guards found, by location. Raises a refusal."""
        ...

    async def is_known(self, gateway: "Gateway", call: Call, rule: CacheRule) -> bool:
        """Whether the call is answered from the cache."""
        ...

    def bound(self, call: Call) -> UpperBound:
        """The most that an attempt can cost."""
        ...


def identity_of(call: Call) -> AnswerIdentity:
    """What the answer to a call is called."""
    described = call.asked.description
    estimated = described.input_tokens if described is not None else 0
    return AnswerIdentity(call.id.hex(), call.attempts[-1].deployment.model, call.at_us // 1_000_000, estimated)


class ChatExchange:
    """A chat request. `kept`: where its answer is kept, for formats that keep answers."""

    def __init__(
        self, format_: DoorFormat, body: bytes, request: ChatRequest, kept: KeptConversation | None = None
    ) -> None:
        self.format = format_
        self.body = body
        self.request = request
        self.kept = kept

    def describe(self, gateway: "Gateway", call: Call) -> None:
        """As `Exchange`."""
        describe_chat(gateway, call, self.request, self.body)

    async def complete(self, gateway: "Gateway", call: Call) -> None:
        """As `Exchange`: files at addresses, for models that want their bytes."""
        if may_need_files(call, self.request):
            self.request = await with_remote_files(gateway, call, self.request)

    def redact(self, call: Call, replacements: Mapping[str, str]) -> None:
        """As `Exchange`. No text can stand in the place of a header of the caller's."""
        call.request = redacted(call, partial(_replaced, self.request, replacements))

    async def is_known(self, gateway: "Gateway", call: Call, rule: CacheRule) -> bool:
        """As `Exchange`."""
        return await look_up(gateway, call, self.request, rule)

    def bound(self, call: Call) -> UpperBound:
        """As `Exchange`."""
        return chat_bound(call)

    async def write(self, call: Call, completion: Completion) -> bytes:
        """The whole answer as it is sent; its digest enters the record."""
        return self.format.encode(completion, identity_of(call))

    def digest(self, body: bytes) -> bytes:
        """By which the record names it."""
        return digest_of(body)

    def told_refusal(self, gateway: "Gateway", call: Call, refusal: Refusal) -> bytes | None:
        """See `ToldRefusal`."""
        return told_refusal(gateway, call, refusal)


def _replaced(request: ChatRequest, replacements: Mapping[str, str]) -> ChatRequest:
    header = header_among(list(replacements))
    if header is not None:
        raise CannotReplace(header)
    return replace_surfaces(request, replacements)
