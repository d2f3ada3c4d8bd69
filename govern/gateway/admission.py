"""Admission: the most that an attempt can cost is held, and the intent is durable, before anything is sent."""

import asyncio
import time
from typing import TYPE_CHECKING

from audit.trail.entries import Entry
from govern.budgets.claims import Claim, Frozen, Overdrawn, Settlement, hold_for
from govern.gateway.call import Attempt, Call
from govern.gateway.closing import take_sightings, write
from govern.gateway.cost_limit import UpperBound, cost_limit_of, keep_within_cost, require_within_cost
from govern.gateway.records import fallback_row, intent_row
from govern.gateway.refusals import Refusal
from govern.gateway.settling import settlement_of
from routing.calls import ChatRequest, InvalidRequest
from routing.catalog import Deployment, Model
from routing.money import NOTHING, Bound, upper_bound, usd
from routing.providers import PROVIDERS, Target

if TYPE_CHECKING:
    from govern.gateway.process.runtime import Gateway


async def admit(gateway: "Gateway", call: Call, bound: UpperBound) -> None:
    """Reserves the most that the first attempt can cost and writes the intent, in one transaction."""
    keep_within_cost(call, bound)
    assert call.route is not None
    call.instance = gateway.writer.instance
    attempt = begin_attempt(call, call.route.deployments[0], bound)
    entry = Entry(
        [intent_row(call)],
        claim=claim_of(call, attempt, None),
        sightings=take_sightings(call),
        instance=call.instance,
    )
    if gateway.overlapped and attempt.hold is None:
        call.intent_written = True
        call.intent = gateway.submit(entry)  # `close` looks at it before anything is given back
        return
    interrupted = await write(gateway, call, entry)
    if entry.refused is not None:
        call.attempts.clear()
        raise not_admitted(entry.refused)
    call.intent_written = True
    gateway.account_users.note(call)
    if interrupted:
        raise asyncio.CancelledError


async def fall_back(gateway: "Gateway", call: Call, deployment: Deployment, bound: UpperBound) -> None:
    """Settles the failed attempt and holds the next one's money, in one transaction with the event that says so."""
    failed = call.attempts[-1]
    attempt = begin_attempt(call, deployment, bound)
    claim = claim_of(call, attempt, settlement_of(call, failed))
    entry = Entry([fallback_row(call, failed)], claim=claim, sightings=take_sightings(call), instance=call.instance)
    interrupted = await write(gateway, call, entry)
    failed.hold = None  # settled, whether or not the new hold was granted
    if entry.refused is not None:
        call.attempts.pop()
        call.evidence.sightings += entry.sightings  # nothing else of a refused entry is written
        raise not_admitted(entry.refused)
    if interrupted:
        raise asyncio.CancelledError


async def try_again(gateway: "Gateway", call: Call, bound: UpperBound) -> None:
    """Settles an answer that failed an output check and holds the money of another turn at the same deployment."""
    failed = call.attempts[-1]
    failed.error = "the answer failed an output check"
    await fall_back(gateway, call, failed.deployment, bound)


def begin_attempt(call: Call, deployment: Deployment, bound: UpperBound) -> Attempt:
    """Starts an attempt: what it can cost at most, and what must be held for it. Raises a refusal for an unpriced model that a
    blocking budget covers."""
    model: Model = call.snapshot.revision.catalog[deployment.model]
    lines = call.application.budgets_of(call.key.name, deployment.model)
    if model.prices is None and any(line.blocks for line in lines):
        raise Refusal(
            "insufficient_quota",
            f"The model {model.name} has no price, so no budget can cover it. Choose another model, or have it priced.",
            param="model",
        )
    target = deployment.target
    if lines or cost_limit_of(call) is not None:
        target = target._replace(held=True)
    most = bound(model, target) if model.prices is not None else NOTHING
    if most.unbounded is not None and any(line.blocks for line in lines):
        raise _unbounded(most.unbounded)
    require_within_cost(call, most)
    attempt = Attempt(deployment, target, hold_for(lines, most.nano_usd, time.time(), call.account_of), most)
    attempt.own_headers = call.own_headers
    call.attempts.append(attempt)
    return attempt


def chat_bound(call: Call) -> UpperBound:
    """The most that the call's request can cost, read from the body that a deployment will be sent."""
    request, streamed = call.request, call.streamed

    def bound(model: Model, target: Target) -> Bound:
        assert model.prices is not None
        try:
            leaving = PROVIDERS[target.kind].outgoing(request, target, stream=streamed)
        except InvalidRequest:
            return NOTHING  # asking will raise the same, and nothing will be sent
        return upper_bound(
            request,
            model.prices,
            leaving.terms,
            sent_bytes=len(leaving.body),
            upstream_model=target.upstream_model,
            context_window=model.body.context_window,
        )

    return bound


def _unbounded(name: str) -> Refusal:
    return Refusal(
        "insufficient_quota",
        f"Nothing bounds what `{name}` can cost, and a budget that blocks covers this call. Leave it out, use a tool whose runs can be "
        "bounded (Anthropic's web_search and web_fetch with `max_uses`, OpenAI's web_search and file_search with `max_tool_calls`), or "
        "ask the budget's owner for one that only alerts.",
        param=name,
    )


def request_for(call: Call, attempt: Attempt) -> ChatRequest:
    """The request as this deployment gets it: parameters that it does not know, or that have no price, are dropped or refused."""
    target = attempt.target
    left_out = PROVIDERS[target.kind].outgoing(call.request, target, stream=call.streamed).left_out
    if left_out:
        rule = call.route.rule if call.route else None
        if rule is not None and rule.unsupported == "refuse":
            raise Refusal(
                "invalid_request",
                f"{attempt.deployment.model} does not know {', '.join(left_out)}. Leave it out, or choose another model.",
                param=left_out[0],
            )
        call.evidence.dropped = left_out
    return call.request


def claim_of(call: Call, attempt: Attempt | None, settlement: Settlement | None) -> Claim | None:
    """What a step does to budgets; None for nothing."""
    hold = attempt.hold if attempt is not None else None
    if hold is None and settlement is None:
        return None
    return Claim(hold, settlement, application=call.application.name, call_id=call.id)


def not_admitted(refused: object) -> Refusal:
    """The refusal of a budget, whatever its reason."""
    if isinstance(refused, Frozen):
        return Refusal(
            "insufficient_quota",
            f"A provider reported that a call of this application cost more than it could have, so it may not spend under the budget "
            f"{refused.budget} until somebody has looked. Ask a compliance officer to work the case and lift the freeze.",
        )
    assert isinstance(refused, Overdrawn)
    return overdrawn(refused)


def overdrawn(refused: Overdrawn) -> Refusal:
    """The refusal of a budget that cannot cover the call."""
    return Refusal(
        "insufficient_quota",
        f"The budget {refused.budget} has {usd(refused.left_nano_usd)} USD left, but this call may cost up to "
        f"{usd(refused.needed_nano_usd)} USD. Send a smaller max_tokens, or ask the budget's owner.",
    )
