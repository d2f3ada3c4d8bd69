"""The way of one call, top to bottom.

    door → authenticate → describe → decide route → fetch remote files → inspect input → look into the cache, where a rule says so
         → admit (hold budget + durable intent) → ask (with fallback) → inspect output → close (settle + durable outcome) → door

Each step takes the call and returns, or raises a `Refusal`. Whatever happens after the call was opened, exactly one outcome is written,
before any answer is given back. The route is decided before the input is inspected because rules may speak of the region that the call
would go to; nothing acts on it before the inspection has passed. What is stopped meanwhile is neither asked nor told.
"""

import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from govern.gateway.admission import admit, fall_back, request_for, try_again
from govern.gateway.asking import another_credential, note_answer, target_of
from govern.gateway.call import Attempt, Call
from govern.gateway.canaries import with_canary
from govern.gateway.closing import close, refuse
from govern.gateway.cost_limit import UpperBound
from govern.gateway.exchange import ChatExchange, Exchange, identity_of
from govern.gateway.inspection import RepairWanted, inspect_input, inspect_output, with_repair
from govern.gateway.provider_words import note_failure, provider_refusal
from govern.gateway.records import joined_text, keyed_digest
from govern.gateway.refusals import Refusal
from govern.gateway.route import (
    check_model,
    check_still_flows,
    decide_route,
    require_room,
    require_route,
    still_flowing,
)
from govern.gateway.settling import answer_bytes, settle_answered, settle_failed
from routing.calls import Completion, InvalidRequest
from routing.providers import PROVIDERS, ProviderError

if TYPE_CHECKING:
    from govern.gateway.process.runtime import Gateway

T = TypeVar("T")


async def answer(gateway: "Gateway", call: Call, exchange: ChatExchange) -> bytes:
    """The whole way of a call that is not streamed, to the bytes of its answer. Raises `Refusal`; the outcome is durable either way."""
    try:
        await prepare(gateway, call, exchange)
        completion = said = await _answered(gateway, call, exchange)
        try:
            completion = await inspect_output(call, completion, last=call.is_hit)
        except RepairWanted as wanted:
            check_still_flows(call, gateway.snapshot)
            call.request = with_repair(call.request, completion, wanted.sentence)
            await try_again(gateway, call, exchange.bound(call))
            completion = await inspect_output(call, await _complete(gateway, call, call.attempts[-1]), last=True)
        call.evidence.output_digest = keyed_digest(gateway.digest_key, joined_text(call.evidence.said))
        call.evidence.finish_reason = completion.choices[0].finish_reason if completion.choices else None
        if exchange.kept is not None:
            exchange.kept.answered(completion, identity_of(call))
        body = await exchange.write(call, completion)
        call.evidence.answer_digest = exchange.digest(body)
        check_still_flows(call, gateway.snapshot)
        await close(gateway, call, status=200)
        gateway.keeping_answers.begin(call, said)
        return body
    except BaseException as error:
        raise await refuse(gateway, call, error, exchange.told_refusal) from None


async def prepare(gateway: "Gateway", call: Call, exchange: Exchange) -> None:
    """Everything before a provider is asked; the same for streamed calls and for embeddings. What is in the cache needs none."""
    exchange.describe(gateway, call)
    check_model(call)
    decide_route(call, gateway.health)
    require_room(call, exchange.body)
    await exchange.complete(gateway, call)
    replacements = with_canary(gateway.digest_key, call, await inspect_input(call))
    if replacements:
        exchange.redact(call, replacements)
    require_route(call, gateway.health)
    rule = call.route.rule if call.route is not None else None
    if rule is not None and rule.cache is not None and await exchange.is_known(gateway, call, rule.cache):
        return
    await admit(gateway, call, exchange.bound(call))


async def _answered(gateway: "Gateway", call: Call, exchange: ChatExchange) -> Completion:
    """The answer from the cache, or from whoever of the route answers first."""
    if call.cached is None or call.cached.found is None:
        return await ask(gateway, call, _complete, exchange.bound(call))
    completion = call.cached.found.answer.completion
    if call.evidence.kept is not None:
        call.evidence.kept.answered(completion)
    return completion


async def ask(
    gateway: "Gateway", call: Call, send: Callable[["Gateway", Call, Attempt], Awaitable[T]], bound: UpperBound
) -> T:
    """Asks the deployments of the route in order until one answers. Raises a refusal when none does.

    `bound` says what an attempt can cost at most; each fallback holds its own.
    """
    assert call.route is not None
    following = list(call.route.deployments[1:])
    if call.evidence.kept is not None:
        call.evidence.kept.begin()
    while True:
        attempt = call.attempts[-1]
        started, trail_us = time.perf_counter_ns(), call.timings.audit_us
        try:
            return await _noted(gateway, call, send, attempt)
        except ProviderError as error:
            note_failure(gateway, attempt, error)
            settle_failed(call, attempt, error)
            if another_credential(gateway, attempt, error):
                following.insert(0, attempt.deployment)
            following = still_flowing(call, gateway.snapshot, following)
            if not following or error.code == "invalid_request" or time.monotonic() >= call.deadline:
                raise provider_refusal(call, error) from None
            await fall_back(gateway, call, following.pop(0), bound)
        except InvalidRequest as error:  # this kind of provider cannot express it, and got nothing
            attempt.sent, attempt.error = False, error.message
            following = still_flowing(call, gateway.snapshot, following)
            if not following:
                raise Refusal("invalid_request", error.message, param=error.param) from None
            await fall_back(gateway, call, following.pop(0), bound)
        finally:
            # Going on to the next deployment waits for the trail, and that is no time of the provider's.
            waited_us = (time.perf_counter_ns() - started) // 1_000
            attempt.latency_us = max(0, waited_us - (call.timings.audit_us - trail_us))
            call.timings.provider_us += attempt.latency_us


async def _noted(
    gateway: "Gateway", call: Call, send: Callable[["Gateway", Call, Attempt], Awaitable[T]], attempt: Attempt
) -> T:
    """Asks one deployment, and notes how it fared for the calls that come after."""
    started = time.perf_counter_ns()
    gateway.health.began(attempt)
    try:
        answer = await send(gateway, call, attempt)
    except BaseException as error:
        gateway.health.failed(attempt, error, in_time=time.monotonic() < call.deadline)
        raise
    gateway.health.answered(attempt, (time.perf_counter_ns() - started) / 1_000_000)
    return answer


async def _complete(gateway: "Gateway", call: Call, attempt: Attempt) -> Completion:
    request = request_for(call, attempt)
    target = target_of(gateway, attempt)
    completion: Completion = await PROVIDERS[target.kind].complete(
        gateway.client, target, request, deadline=call.deadline
    )
    note_answer(gateway, attempt)
    attempt.answered = True
    settle_answered(call, attempt, completion.usage, said_bytes=answer_bytes(completion))
    if call.evidence.kept is not None:
        call.evidence.kept.answered(completion)
    return completion
