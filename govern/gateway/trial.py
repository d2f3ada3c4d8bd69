"""Trying a text: what the guards in force would make of it and where the call would go, without a call.

Runs the gateway's own steps on a request that is made up around the text. Nothing is sent, recorded or remembered: no event, no
payload, no violation, and no entry in the cache of verdicts.
"""

import time
from typing import Literal, NamedTuple

import msgspec

from govern.enforcement import Verdict
from govern.gateway.call import Call
from govern.gateway.description import describe_request
from govern.gateway.process.snapshot import Key, Snapshot
from govern.gateway.refusals import Refusal
from govern.gateway.route import check_model, decide_route, explain_route
from govern.policy.compilation import CompiledApplication, CompiledRevision
from govern.policy.exemptions import Exempted
from routing.calls import AnswerMessage, Choice, Completion, Surface, Usage, decode_chat, output_surfaces
from routing.choose import Route
from routing.explanation import Explanation

Said = Literal["user", "tool", "system", "answer"]
"""Who says the text: the caller's user, a tool that the caller ran, the caller's own system prompt, or the model."""
MOST_BYTES = 100 << 10
_TIME_S = 30.0


class TextTooLarge(ValueError):
    """The text has more than `MOST_BYTES` bytes of UTF-8."""


class Trial(NamedTuple):
    """What would happen.

    text: as the guards read it; spans of findings refer to it. after: what redaction would leave of it.
    refusal: why the call would be refused before or after its inspection, for another reason than a guard's.
    """

    text: str
    after: str
    is_input: bool
    verdict: Verdict
    route: Route | None
    refusal: Refusal | None
    task: str
    complexity: float
    input_tokens: int
    guards_us: int
    revision: int
    explanation: Explanation | None = None
    """How the route came about."""
    exempted: tuple[Exempted, ...] = ()
    """Guards that were not asked for the caller."""


def try_text(
    text: str, *, said: Said, model: str, application: CompiledApplication, revision: CompiledRevision
) -> Trial:
    """Inspects a text as part of a call of an application. Raises `TextTooLarge`."""
    size_bytes = len(text.encode("utf-8", "replace"))
    if size_bytes > MOST_BYTES:
        raise TextTooLarge
    call, refusal = _routed(text, said, model, application, revision)
    surface = _surface(call, said, text)
    started = time.perf_counter_ns()
    if said == "answer":
        verdict = application.enforcement.inspect_output([surface], call.facts, system_prompt=None)
    else:
        verdict = application.enforcement.inspect_input([surface], call.facts, remember=False)
    assert call.asked.description is not None
    return Trial(
        text=surface.text,
        after=verdict.replacements.get(surface.location, surface.text),
        is_input=said != "answer",
        verdict=verdict,
        route=call.route,
        refusal=refusal,
        task=call.asked.description.task,
        complexity=call.asked.description.complexity,
        input_tokens=call.asked.description.input_tokens,
        guards_us=(time.perf_counter_ns() - started) // 1_000,
        revision=revision.number,
        explanation=explain_route(call) if call.route is not None else None,
        exempted=application.exempted,
    )


class Destination(NamedTuple):
    """Where a call would go under some revision, or why nowhere."""

    explanation: Explanation | None
    refusal: Refusal | None


def try_route(
    text: str, *, said: Said, model: str, application: CompiledApplication, revision: CompiledRevision
) -> Destination:
    """Decides alone where a call with a text would go, such as under a change that is not in force."""
    call, refusal = _routed(text, said, model, application, revision)
    return Destination(explain_route(call) if call.route is not None else None, refusal)


def _routed(
    text: str, said: Said, model: str, application: CompiledApplication, revision: CompiledRevision
) -> tuple[Call, Refusal | None]:
    """A call around the text, described and routed."""
    call = Call(
        Snapshot(revision, {}),
        Key("", "", application, application.name, float("inf"), False),
        application,
        deadline=time.monotonic() + _TIME_S,
    )
    turns = [{"role": "user", "content": ""}] if said == "answer" else _turns(said, text)
    body = msgspec.json.encode({"model": model, "messages": turns})
    describe_request(call, decode_chat(body), len(body))
    try:
        check_model(call)
        decide_route(call)
    except Refusal as refused:
        return call, refused
    return call, None


def _turns(said: Said, text: str) -> list[dict[str, object]]:
    if said == "tool":
        asked = {"id": "call_1", "type": "function", "function": {"name": "look_up", "arguments": "{}"}}
        return [
            {"role": "assistant", "tool_calls": [asked]},
            {"role": "tool", "tool_call_id": "call_1", "content": text},
        ]
    return [{"role": said, "content": text}]


def _surface(call: Call, said: Said, text: str) -> Surface:
    """The text as the gateway finds it in the request or the answer."""
    if said == "answer":
        surfaces = output_surfaces(Completion(choices=[Choice(message=AnswerMessage(content=text))], usage=Usage()))
    else:
        surfaces = [surface for surface in call.surfaces if surface.role == said]
    return surfaces[-1] if surfaces else Surface("user", "messages[0].content", text)
