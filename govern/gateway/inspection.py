"""Guards on what comes in and on what would go out."""

import asyncio
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from govern.enforcement import Verdict
from govern.enforcement.clock import MustWait
from govern.enforcement.vault import Vault
from govern.gateway.call import Call
from govern.gateway.refusals import Refusal
from govern.gateway.sightings import case_of, in_earlier_turn, sightings_of
from routing.calls import (
    NATIVE_PLACE,
    CannotReplace,
    ChatRequest,
    Completion,
    InvalidRequest,
    output_surfaces,
    read_answer,
    replace_output_surfaces,
)
from routing.calls.once import with_keys_once

Redacted = TypeVar("Redacted")
Done = TypeVar("Done")
LARGE_TEXT_BYTES = 16 * 1024
"""Above this the guards run in a thread, so that one long text does not hold up every other call."""
_INSPECTORS = ThreadPoolExecutor(2, thread_name_prefix="inspection")
"""Long texts wait for each other, not for everything else that threads are needed for."""
_WAITING = ThreadPoolExecutor(32, thread_name_prefix="classifier")
"""Short texts that a classifier or a second tier is asked about wait for the network, and neither for each other nor for long ones."""
_HISTORY = (
    "It stands in an earlier turn, which your client sends again with every call: drop that turn, or start a new conversation "
    "(`/clear` in many clients)."
)
OFFICER = "Ask your compliance officer if you think this is wrong."
_BLOCKED = {
    "prompt_injection": "The request holds text that tries to override instructions. Remove it and send the request again.",
    "pii_leak": "The text holds personal data that policy does not let through. Remove it and send the request again.",
    "secret_leak": "The text holds a credential. Remove it, and replace the credential, since it left its place.",
    "topic_blocked": "The text touches a topic that policy does not allow.",
    "guard_timeout": "The text takes a guard longer to inspect than policy allows. Send less at once, or text that is less dense.",
    "output_invalid": "The model's answer does not have the required form, and nothing was given back.",
}


async def in_inspector(work: Callable[[], Done], *, large: bool = True) -> Done:
    """Does an inspection in a thread: of a `large` text, which computes, or of one that a classifier is asked about, which waits."""
    return await asyncio.get_running_loop().run_in_executor(_INSPECTORS if large else _WAITING, work)


class RepairWanted(Exception):
    """The answer does not have the required form, and the model may try once more, told `sentence`."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence


def with_repair(request: ChatRequest, completion: Completion, sentence: str) -> ChatRequest:
    """The request with the failed answer and what is wrong with it as further turns."""
    answer = completion.choices[0].message.content or "" if completion.choices else ""
    turns = [{"role": "assistant", "content": answer}, {"role": "user", "content": sentence}]
    return request.with_fields(messages=[*request.tree["messages"], *turns])


async def inspect_input(call: Call) -> Mapping[str, str]:
    """Guards on everything that came in. Raises a refusal, or returns the texts that had to be redacted, by location."""
    verdict = await examine_input(call)
    call.evidence.input_verdict = verdict
    stop_if_blocked(call, verdict)
    if verdict.action != "allow":
        note_violations(call, verdict)
    return verdict.replacements


async def examine_input(call: Call) -> Verdict:
    """What the guards say about everything that came in."""
    started = time.perf_counter_ns()
    enforcement = call.application.enforcement
    large = call.asked.body_bytes > LARGE_TEXT_BYTES or _characters(call) > LARGE_TEXT_BYTES
    if large or enforcement.blocking:
        verdict = await in_inspector(partial(enforcement.inspect_input, call.surfaces, call.facts), large=large)
    else:
        try:
            verdict = enforcement.inspect_input(call.surfaces, call.facts, may_wait=False)
        except MustWait:
            verdict = await in_inspector(partial(enforcement.inspect_input, call.surfaces, call.facts), large=False)
    call.timings.guards_us += (time.perf_counter_ns() - started) // 1_000
    return verdict


def _characters(call: Call) -> int:
    return sum([len(surface.text) for surface in call.surfaces])


def stop_if_blocked(call: Call, verdict: Verdict) -> None:
    """Raises the refusal of a verdict on what came in that blocks."""
    if verdict.action == "block":
        call.evidence.input_verdict = verdict
        note_violations(call, verdict)
        raise blocked(call, verdict)


def redacted(call: Call, replace: Callable[[], Redacted]) -> Redacted:
    """What a request becomes by redaction. Raises a refusal where no other text can stand in the place of what was found."""
    try:
        return replace()
    except CannotReplace as error:
        place, sentence = error.place, "is a name or a number that cannot be changed; send the request without it."
    except InvalidRequest as error:
        place, sentence = error.param or "the request", "cannot hold anything else; send the request without it."
    verdict = call.evidence.input_verdict
    assert verdict is not None
    raise Refusal(
        verdict.code or "rule_blocked",
        f"Policy redacts what `{place}` holds, which {sentence} {OFFICER}",
        param=place,
        guard=verdict.guard,
        rule=verdict.rule,
        violation_id=case_of(call, verdict.guard, verdict.rule),
    )


async def inspect_output(call: Call, completion: Completion, *, last: bool = False) -> Completion:
    """Guards on everything that would go out. Raises a refusal, or returns the answer with what had to be redacted replaced.

    Raises `RepairWanted`, unless this is the `last` try, when an output check asks for one more turn.
    """
    started = time.perf_counter_ns()
    call.facts["output_tokens"] = completion.usage.output_tokens
    completion.raw = (
        with_keys_once(completion.raw) if completion.raw and completion.raw_kind == call.native_kind else None
    )
    known = [surface.text for surface in call.surfaces] if completion.raw is not None else ()
    surfaces, call.evidence.answer_unscanned = read_answer(completion, known=known)
    enforcement = call.application.enforcement
    inspect = partial(
        enforcement.inspect_output, surfaces, call.facts, system_prompt=call.system_prompt, vault=vault_of(call)
    )
    large = sum([len(surface.text) for surface in surfaces]) > LARGE_TEXT_BYTES
    verdict = await in_inspector(inspect) if large else inspect()
    call.evidence.output_verdict = verdict
    call.timings.guards_us += (time.perf_counter_ns() - started) // 1_000
    if verdict.action == "block" and verdict.retry and not last:
        raise RepairWanted(verdict.retry)
    if verdict.action != "allow":
        note_violations(call, verdict)
    if verdict.action == "block":
        raise blocked(call, verdict)
    if verdict.replacements:
        completion = replace_output_surfaces(completion, verdict.replacements)
        surfaces = output_surfaces(completion)
    call.evidence.said = [surface.text for surface in surfaces if not surface.location.startswith(NATIVE_PLACE)]
    return completion


def note_violations(call: Call, verdict: Verdict) -> None:
    """Opens or joins the cases of what a verdict acted on, in the transaction of the next record."""
    sightings = sightings_of(call, verdict)
    call.evidence.sightings += sightings
    if sightings and call.evidence.violation_id is None:
        call.evidence.violation_id = str(sightings[0].violation_id)


def blocked(call: Call, verdict: Verdict) -> Refusal:
    """The refusal of a verdict that blocks."""
    said = verdict.message or _BLOCKED.get(verdict.code, "Policy does not allow this call.")
    if verdict is call.evidence.input_verdict and _in_history(call, verdict):
        said = f"{said} {_HISTORY}"
    return Refusal(
        verdict.code or "rule_blocked",
        f"{said} {OFFICER}",
        guard=verdict.guard,
        rule=verdict.rule,
        violation_id=case_of(call, verdict.guard, verdict.rule),
    )


def _in_history(call: Call, verdict: Verdict) -> bool:
    places = [found.location for found in verdict.findings if found.action == "block" and not found.observed]
    return bool(places) and all(in_earlier_turn(call, place) for place in places)


def vault_of(call: Call) -> Vault | None:
    """What the input's redaction took out and the answer to the same call may get back."""
    return call.evidence.input_verdict.vault if call.evidence.input_verdict else None
