"""The way of an embeddings call: as a chat's, without an answer that guards could read."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from govern.gateway.asking import note_answer, target_of
from govern.gateway.call import Attempt, Call
from govern.gateway.closing import close, refuse
from govern.gateway.cost_limit import UpperBound
from govern.gateway.description import describe_embeddings
from govern.gateway.inspection import redacted
from govern.gateway.pipeline import ask, prepare
from govern.gateway.receipts import digest_of
from govern.gateway.refusals import Refusal
from govern.gateway.route import check_still_flows
from govern.gateway.settling import settle_answered
from routing.bodies import CacheRule
from routing.calls import EmbeddingsAnswer, EmbeddingsRequest, InvalidRequest
from routing.calls.embeddings import GOOGLE_FIELDS
from routing.money import Bound, embeddings_bound
from routing.providers import PROVIDERS

if TYPE_CHECKING:
    from govern.gateway.process.runtime import Gateway
    from routing.catalog import Model
    from routing.providers import Target


async def embed(
    gateway: "Gateway",
    call: Call,
    request: EmbeddingsRequest,
    body: bytes,
    written: Callable[[EmbeddingsAnswer], bytes],
) -> bytes:
    """The whole way of an embeddings call, to its answer as it is `written`. Raises `Refusal`; the outcome is durable either way."""
    exchange = EmbeddingsExchange(body, request)
    try:
        await prepare(gateway, call, exchange)
        answer = written(await ask(gateway, call, exchange.send, exchange.bound(call)))
        call.evidence.answer_digest = digest_of(answer)
        check_still_flows(call, gateway.snapshot)
        await close(gateway, call, status=200)
        return answer
    except BaseException as error:
        raise await refuse(gateway, call, error) from None


class EmbeddingsExchange:
    """Texts to be embedded, as the steps of a call need them."""

    def __init__(self, body: bytes, request: EmbeddingsRequest) -> None:
        self.body = body
        self.request = request
        self._as_asked = request.tree

    def describe(self, gateway: "Gateway", call: Call) -> None:
        """As `Exchange`."""
        describe_embeddings(gateway, call, self.request, self.body)

    async def complete(self, gateway: "Gateway", call: Call) -> None:
        """As `Exchange`: nothing is fetched; lists of tokens are refused where guards would have to read them."""
        _require_text(call, self.request)

    def redact(self, call: Call, replacements: Mapping[str, str]) -> None:
        """As `Exchange`."""
        self.request = redacted(call, partial(self.request.with_texts, replacements))

    async def is_known(self, gateway: "Gateway", call: Call, rule: CacheRule) -> bool:
        """As `Exchange`: vectors are not kept."""
        del gateway, call, rule
        return False

    def bound(self, call: Call) -> UpperBound:
        """As `Exchange`, from what will be sent."""

        def bound(model: "Model", target: "Target") -> Bound:
            assert model.prices is not None
            tree = self.request.tree
            sent = len(self.body) if tree is self._as_asked else max(len(self.body), len(msgspec.json.encode(tree)))
            return embeddings_bound(sent, model.prices)

        return bound

    async def send(self, gateway: "Gateway", call: Call, attempt: Attempt) -> EmbeddingsAnswer:
        """Asks one deployment."""
        target = target_of(gateway, attempt)
        _leave_out_foreign(call, self.request, target.kind)
        answer = await PROVIDERS[target.kind].embed(gateway.client, target, self.request, deadline=call.deadline)
        note_answer(gateway, attempt)
        attempt.answered = True
        settle_answered(call, attempt, answer.usage, said_bytes=0)
        return answer


def _leave_out_foreign(call: Call, request: EmbeddingsRequest, kind: str) -> None:
    """Notes what only Google's embeddings know. Raises InvalidRequest where the rule wants nothing left out."""
    call.evidence.dropped = [] if kind == "google" else sorted(name for name in GOOGLE_FIELDS if name in request.tree)
    rule = call.route.rule if call.route is not None else None
    if call.evidence.dropped and rule is not None and rule.unsupported == "refuse":
        raise InvalidRequest(
            f"This model does not know {', '.join(call.evidence.dropped)}. Leave it out, or choose another model.",
            call.evidence.dropped[0],
        )


def _require_text(call: Call, request: EmbeddingsRequest) -> None:
    """Raises a refusal for lists of tokens where a policy acts on what texts say: no guard can read them, and no vocabulary is at hand."""
    if call.application.enforcement.acts_on_texts and any(not isinstance(each, str) for each in request.inputs()):
        raise Refusal(
            "invalid_request",
            "`input` holds lists of tokens, which the guards of your policy cannot read. Send text instead; LangChain does so with "
            "check_embedding_ctx_length=False.",
            param="input",
        )
