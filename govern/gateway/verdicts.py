"""The way of texts that go somewhere else: what the guards in force make of them, recorded like a call. No provider, no money.

door → authenticate → describe → inspect → close (intent and outcome in one entry) → door
"""

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Literal, NamedTuple

from govern.enforcement import Verdict
from govern.enforcement.verdict import ACTIONS, Finding
from govern.gateway.call import Call
from govern.gateway.closing import close, refuse
from govern.gateway.description import describe_texts
from govern.gateway.inspection import LARGE_TEXT_BYTES, blocked, examine_input, in_inspector, note_violations
from govern.gateway.receipts import digest_of
from govern.gateway.route import check_model, check_still_flows
from routing.calls import Surface

if TYPE_CHECKING:
    from govern.gateway.process.runtime import Gateway

SaidBy = Literal["user", "system", "tool", "assistant"]
"""Who says the texts. What the assistant says is inspected as an answer, everything else as a request."""


class Asking(NamedTuple):
    """What is asked about texts."""

    said_by: SaidBy
    operation: str
    """As the record names it."""
    body: bytes
    """As it was sent."""
    model: str = ""
    region: str = ""
    """Where the texts go, as the caller says, for rules that read it."""


class Judged(NamedTuple):
    """One text and what guards in force make of it."""

    action: str
    """The strictest that a guard asks for: allow, flag, redact or block."""
    findings: tuple[Finding, ...]
    replacement: str | None
    """The text as redaction leaves it; None where it changes nothing, and where the text is blocked."""


class Judgement(NamedTuple):
    """What guards make of all texts."""

    verdict: Verdict
    message: str | None
    """What a caller would be told whose call is blocked."""
    texts: tuple[Judged, ...]
    guards: tuple[str, ...]
    """Those that were asked."""


async def judge(
    gateway: "Gateway",
    call: Call,
    texts: Sequence[str],
    asking: Asking,
    written: Callable[[Judgement], bytes],
) -> bytes:
    """The whole way, to the answer as it is `written`. Raises `Refusal`; the outcome is durable either way."""
    try:
        surfaces = [Surface(asking.said_by, f"input[{number}]", text) for number, text in enumerate(texts)]
        describe_texts(gateway, call, surfaces, operation=asking.operation, model=asking.model, body=asking.body)
        call.facts["region"] = asking.region
        check_model(call)
        if asking.said_by == "assistant":
            verdict = call.evidence.output_verdict = await _examine_answer(call)
        else:
            verdict = call.evidence.input_verdict = await examine_input(call)
        if verdict.action != "allow":
            note_violations(call, verdict)
        answer = written(_judgement(call, verdict))
        call.evidence.answer_digest = digest_of(answer)
        call.instance = gateway.writer.instance
        check_still_flows(call, gateway.snapshot)
        await close(gateway, call, status=200)
        return answer
    except BaseException as error:
        raise await refuse(gateway, call, error) from None


async def _examine_answer(call: Call) -> Verdict:
    started = time.perf_counter_ns()
    inspect = partial(call.application.enforcement.inspect_output, call.surfaces, call.facts, system_prompt=None)
    large = sum(len(surface.text) for surface in call.surfaces) > LARGE_TEXT_BYTES
    verdict = await in_inspector(inspect) if large else inspect()
    call.timings.guards_us += (time.perf_counter_ns() - started) // 1_000
    return verdict


def _judgement(call: Call, verdict: Verdict) -> Judgement:
    acted = [finding for finding in verdict.findings if finding.action != "allow" and not finding.observed]
    places = {surface.location for surface in call.surfaces}
    # What no place explains, as a rule about the call or a guard that took too long, holds for every text.
    outside = [finding.action for finding in acted if finding.location not in places]
    explained = max((finding.action for finding in acted), key=_strength, default="allow")
    of_all = (
        verdict.action
        if _strength(explained) < _strength(verdict.action)
        else max(outside, key=_strength, default="allow")
    )
    texts = []
    for surface in call.surfaces:
        found = tuple(finding for finding in acted if finding.location == surface.location)
        action = max((of_all, *(finding.action for finding in found)), key=_strength)
        replaced = verdict.replacements.get(surface.location) if action == "redact" else None
        texts.append(Judged(action, found, replaced))
    message = blocked(call, verdict).message if verdict.action == "block" else None
    guards = tuple(dict.fromkeys(run.guard for run in verdict.runs))
    return Judgement(verdict, message, tuple(texts), guards)


def _strength(action: str) -> int:
    return ACTIONS.index(action) if action in ACTIONS else len(ACTIONS)
