"""Admission: the most that an attempt can cost is held, and the intent is durable, before anything is sent."""

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from audit.trail.entries import Entry
from govern.budgets.claims import Claim, Overdrawn, Settlement, hold_for
from govern.gateway.call import Attempt, Call
from govern.gateway.closing import take_sightings, write
from govern.gateway.records import fallback_row, intent_row
from govern.gateway.refusals import Refusal
from routing.calls import ChatRequest
from routing.catalog import Deployment, Model
from routing.money import upper_bound_nano_usd
from routing.providers import PROVIDERS

if TYPE_CHECKING:
    from govern.gateway.runtime import Gateway

UpperBound = Callable[[Model, Deployment], int]
"""The most that an attempt at a priced model can cost, in nano-dollars."""


async def admit(gateway: "Gateway", call: Call, bound: UpperBound) -> None:
    """Reserves the most that the first attempt can cost and writes the intent, in one transaction."""
    assert call.route is not None
    call.instance = gateway.writer.instance
    attempt = begin_attempt(call, call.route.deployments[0], bound)
    entry = Entry(
        [intent_row(call)],
        claim=Claim(hold=attempt.hold) if attempt.hold else None,
        sightings=take_sightings(call),
        instance=call.instance,
    )
    if gateway.overlapped and attempt.hold is None:
        call.intent_written = True
        call.intent = gateway.submit(entry)  # `close` looks at it before anything is given back
        return
    interrupted = await write(gateway, call, entry)
    if isinstance(entry.refused, Overdrawn):
        call.attempts.clear()
        raise overdrawn(entry.refused)
    call.intent_written = True
    if interrupted:
        raise asyncio.CancelledError


async def fall_back(gateway: "Gateway", call: Call, deployment: Deployment, bound: UpperBound) -> None:
    """Settles the failed attempt and holds the next one's money, in one transaction with the event that says so."""
    failed = call.attempts[-1]
    attempt = begin_attempt(call, deployment, bound)
    settlement = Settlement(failed.hold, failed.cost_nano_usd) if failed.hold else None
    claim = Claim(hold=attempt.hold, settlement=settlement) if attempt.hold or settlement else None
    entry = Entry([fallback_row(call, failed)], claim=claim, instance=call.instance)
    interrupted = await write(gateway, call, entry)
    failed.hold = None  # settled, whether or not the new hold was granted
    if isinstance(entry.refused, Overdrawn):
        call.attempts.pop()
        raise overdrawn(entry.refused)
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
    most = bound(model, deployment) if model.prices is not None else 0
    attempt = Attempt(deployment, hold_for(lines, most, time.time()), most)
    call.attempts.append(attempt)
    return attempt


def upper_bound(request: ChatRequest) -> UpperBound:
    """The most that a chat can cost at a deployment, in nano-dollars."""

    def bound(model: Model, deployment: Deployment) -> int:
        assert model.prices is not None
        return upper_bound_nano_usd(
            request,
            model.prices,
            max_output_tokens=_output_limit(request, model),
            upstream_model=deployment.target.upstream_model,
            context_window=model.body.context_window,
        )

    return bound


def _output_limit(request: ChatRequest, model: Model) -> int:
    asked = request.max_output_tokens
    return min(asked, model.body.max_output_tokens) if asked else model.body.max_output_tokens


def request_for(call: Call, attempt: Attempt) -> ChatRequest:
    """The request as this deployment gets it: output bounded where money depends on it, unknown parameters dropped or refused."""
    request = call.request
    model: Model = call.snapshot.revision.catalog[attempt.deployment.model]
    limit = _output_limit(request, model)
    asked = request.max_output_tokens
    if (asked is None and attempt.hold is not None) or (asked is not None and asked > limit):
        modern = request.max_completion_tokens is not None or (
            request.max_tokens is None and attempt.deployment.target.kind == "openai"
        )
        request = request.with_fields(**{"max_completion_tokens" if modern else "max_tokens": limit})
    unknown = PROVIDERS[attempt.deployment.target.kind].unsupported(request, attempt.deployment.target)
    if unknown:
        rule = call.route.rule if call.route else None
        if rule is not None and rule.unsupported == "refuse":
            raise Refusal(
                "invalid_request",
                f"{attempt.deployment.model} does not know {', '.join(unknown)}. Leave it out, or choose another model.",
                param=unknown[0],
            )
        call.dropped = unknown
    return request


def overdrawn(refused: Overdrawn) -> Refusal:
    """The refusal of a budget that cannot cover the call."""
    return Refusal(
        "insufficient_quota",
        f"The budget {refused.budget} has {usd(refused.left_nano_usd)} USD left, but this call may cost up to "
        f"{usd(refused.needed_nano_usd)} USD. Send a smaller max_tokens, or ask the budget's owner.",
    )


def usd(nano_usd: int) -> str:
    """Dollars as a decimal string without trailing zeros."""
    text = f"{nano_usd // 1_000_000_000}.{nano_usd % 1_000_000_000:09d}".rstrip("0")
    return text + "00" if text.endswith(".") else text
