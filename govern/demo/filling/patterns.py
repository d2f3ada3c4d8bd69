"""Calls of every kind, recorded once each by the gateway's own records, with places for what differs from call to call."""

import uuid
from collections.abc import Sequence
from datetime import date
from functools import cache
from random import Random
from types import SimpleNamespace
from typing import Any, NamedTuple

from audit.trail.end_users import PREFIX
from audit.trail.identifiers import identifier_text
from govern.budgets.claims import Account, Hold
from govern.demo.filling.callers import MODELS, Caller, Model
from govern.demo.filling.copied_rows import RowPattern, with_id
from govern.enforcement.verdict import Finding, GuardRun, Verdict
from govern.gateway.call import Asked, Attempt, Call
from govern.gateway.records import intent_row, outcome_row, rejected_entry
from govern.gateway.refusals import Refusal
from govern.policy.budget_line import BudgetLine
from routing.calls.usage import Usage
from routing.choose import Route
from routing.describe import Description
from routing.fitness import PassedOver
from routing.money import Bound

EVENT, CALL, DIGITS, PROMPT, ANSWER, SESSION, PERSON, CASE = (
    "event",
    "call",
    "digits",
    "prompt",
    "answer",
    "session",
    "person",
    "case",
)
PLACES = (RowPattern.AT, EVENT, CALL, DIGITS, PROMPT, ANSWER, SESSION, PERSON, CASE)
"""What is filled in: the time, 16 bytes of the event's id and of the call's, that in words, two digests, a session, who is behind the
call, and its case."""

_CALL_ID = bytes(range(0xE0, 0xF0))
_EVENT_ID = bytes(range(0xD0, 0xE0))
_CASE_ID = "0c0ffee0-0000-5000-8000-00000000ca5e"
_SESSION = "5e551000-0000-4000-8000-000000005e55"
_PROMPT, _ANSWER, _PERSON = "9a" * 32, "7b" * 32, f"{PREFIX}{'3c' * 16}"
_MARKS = {
    CALL: _CALL_ID,
    DIGITS: identifier_text(_CALL_ID).encode(),
    PROMPT: _PROMPT.encode(),
    ANSWER: _ANSWER.encode(),
    SESSION: _SESSION.encode(),
    PERSON: _PERSON.encode(),
    CASE: _CASE_ID.encode(),
}


class Kind(NamedTuple):
    """What becomes of a call. seen: (guard, rule, severity, action) of what guards found, in the request or in the answer."""

    weight: int
    seen: tuple[tuple[str, str, str, str], ...] = ()
    in_answer: bool = False
    code: str | None = None
    message: str = ""
    sent: bool = True
    failed_first: bool = False


KINDS = (
    Kind(840),
    Kind(30, (("prompt_injection", "role_play", "medium", "flag"),)),
    Kind(40, (("pii", "email", "medium", "redact"), ("pii", "iban", "high", "redact")), in_answer=True),
    Kind(12, (("pii", "phone", "low", "redact"),)),
    Kind(20, (("prompt_injection", "ignore_instructions", "high", "block"),), code="prompt_injection", sent=False,
         message="The request tries to override the instructions of the application."),
    Kind(6, (("secrets", "aws_access_key", "critical", "block"),), code="secret_leak", sent=False,
         message="The request holds a secret."),
    Kind(5, (("topic", "legal_advice", "medium", "block"),), code="topic_blocked", sent=False,
         message="The request is about something that the application must not speak of."),
    Kind(12, code="insufficient_quota", message="The budget has nothing left.", sent=False),
    Kind(5, code="no_route", message="No deployment may take the call.", sent=False),
    Kind(15, failed_first=True),
    Kind(8, code="provider_error", message="The provider answered with status 500."),
    Kind(7, code="client_disconnected"),
)  # fmt: skip
REJECTED = Kind(
    10, code="invalid_request", message="The body is no JSON object. Send one with a model and messages.", sent=False
)
"""A request that never became a call."""


class Pattern(NamedTuple):
    """A call: its rows, and after how many microseconds each comes; one without an intent was turned away."""

    rows: tuple[tuple[RowPattern, int], ...]
    caller: Caller
    kind: Kind


class _Recorded(Call):
    """A call whose duration is said."""

    __slots__ = ("duration_us",)
    duration_us: int

    def elapsed_us(self) -> int:
        return self.duration_us


def patterns(callers: Sequence[Caller], *, revision: int, random: Random) -> tuple[list[Pattern], list[int]]:
    """Every pattern, and how often it comes against the others."""
    made, weights = [], []
    for caller in callers:
        for key in caller.keys:
            for kind in KINDS:
                for model in MODELS:
                    made.append(_call(caller, key, model, kind, revision, random))
                    weights.append(caller.weight * kind.weight)
            made.append(_turned_away(caller, key, revision))
            weights.append(caller.weight * REJECTED.weight)
    return made, weights


def _call(caller: Caller, key: str, model: Model, kind: Kind, revision: int, random: Random) -> Pattern:
    tokens, told = random.randrange(150, 6_000), random.randrange(20, 900)
    call = _begun(caller, key, revision, tokens, random)
    found = _verdict(kind) if kind.seen else _verdict(None)
    call.evidence.input_verdict = _verdict(None) if kind.in_answer else found
    served = _deployment(model)
    others = [_deployment(other) for other in MODELS if other != model][:1]
    asked = (*others, served) if kind.failed_first else (served, *others)
    call.route = Route("default/everyday", asked, (PassedOver("gemini-3.1-pro@google", "slower than 250 ms"),), None)
    call.evidence.code = kind.code
    call.evidence.violation_id = _CASE_ID if kind.seen else None
    call.timings.guards_us, call.timings.routing_us, call.timings.audit_us = random.randrange(90, 900), 41, 1_100
    provider_us = 0
    if kind.failed_first:
        call.attempts.append(failed := _attempt(others[0]))
        failed.error, failed.latency_us = "The provider answered with status 503.", 31_000
        provider_us += failed.latency_us
    if kind.sent:
        call.attempts.append(last := _attempt(served))
        last.latency_us = random.randrange(180_000, 4_000_000)
        provider_us += last.latency_us
        if kind.code is None:
            last.answered, last.usage = True, Usage(input_tokens=tokens, output_tokens=told)
            last.cost_nano_usd = (tokens + 3 * told) * model.nano_usd_per_token
            call.evidence.finish_reason, call.evidence.output_digest = "stop", _ANSWER
            call.evidence.output_verdict = found if kind.in_answer else _verdict(None)
        elif kind.message:
            last.error = kind.message
    call.timings.provider_us = provider_us
    call.duration_us = provider_us + call.timings.guards_us + 1_200
    refusal = Refusal(kind.code, kind.message) if kind.code and kind.message else None
    intent, outcome = (
        intent_row(call),
        outcome_row(call, status=refusal.status if refusal else 499 if kind.code else 200, refusal=refusal),
    )
    return Pattern(((_pattern(intent, {}), 0), (_pattern(outcome), call.duration_us)), caller, kind)


def _turned_away(caller: Caller, key: str, revision: int) -> Pattern:
    entry = rejected_entry(
        request_id=_CALL_ID,
        application=caller.application,
        team=caller.team,
        key=key,
        revision=revision,
        refusal=Refusal(str(REJECTED.code), REJECTED.message),
        body_bytes=211,
    )
    return Pattern(((_pattern(entry.rows[0]), 0),), caller, REJECTED)


def _pattern(packed: bytes, own: dict[str, bytes] | None = None) -> RowPattern:
    """own: an intent's id is its call's; any other event has one of its own."""
    marks = {EVENT: _EVENT_ID} if own is None else own
    if own is None:
        packed = with_id(packed, _EVENT_ID)
    return RowPattern(packed, marks | _MARKS, PLACES)


def _begun(caller: Caller, key: str, revision: int, tokens: int, random: Random) -> _Recorded:
    snapshot: Any = SimpleNamespace(revision=SimpleNamespace(number=revision))
    its_key: Any = SimpleNamespace(id=str(uuid.uuid5(uuid.NAMESPACE_URL, f"{caller.application}/{key}")), name=key)
    application: Any = SimpleNamespace(
        name=caller.application,
        team=caller.team,
        environment=caller.environment,
        data_class=caller.data_class,
        exempted=(),
        end_users=None,
    )
    call = _Recorded(snapshot, its_key, application, deadline=0)
    call.id, call.id_text = _CALL_ID, identifier_text(_CALL_ID)
    if key == "main":
        call.sessions = {"session": _SESSION}
    if caller.environment == "production":
        end_user: Any = SimpleNamespace(recorded=lambda _rules: {"id": _PERSON, "verified": True, "by": "proxy"})
        call.end_user = end_user
    messages = random.randrange(1, 12)
    description = Description(
        task=random.choice(("coding", "chat", "extraction", "summary")),
        task_by="features",
        complexity=round(random.random(), 3),
        input_tokens=tokens,
        modalities=("text",),
        tools=(),
        language=random.choice(("en", "zh")),
    )
    streamed = messages % 2 == 0
    summary = {"operation": "chat", "requested_model": "auto", "stream": streamed, "n": 1, "messages": messages}
    call.asked = Asked("auto", tokens * 4 + 210, _PROMPT, summary, description)
    return call


def _verdict(kind: Kind | None) -> Verdict:
    seen = kind.seen if kind else ()
    results = {guard: action for guard, _rule, _severity, action in seen}
    runs = tuple(
        GuardRun(guard, "2026.11", 1_536, microseconds, results.get(guard, "allow"), policy="baseline")
        for guard, microseconds in (("prompt_injection", 182), ("pii", 64), ("secrets", 31), ("topic", 12))
    )
    if kind is None or not seen:
        return Verdict(action="allow", runs=runs)
    place = "choices[0].message.content" if kind.in_answer else "messages[0].content"
    findings = tuple(
        Finding(guard, rule, 12, 40, 0.97, severity, place, action, "baseline")
        for guard, rule, severity, action in seen
    )
    first = findings[0]
    return Verdict(
        action=first.action, severity=first.severity, code=kind.code or "", guard=first.guard, rule=first.type,
        policy="baseline", injection_score=0.97 if first.guard == "prompt_injection" else 0.0, findings=findings, runs=runs,
    )  # fmt: skip


@cache
def _deployment(model: Model) -> Any:
    return SimpleNamespace(
        name=f"{model.name}@{model.provider}", model=model.name, provider=model.provider, region=model.region
    )


_BUDGET = uuid.uuid5(uuid.NAMESPACE_URL, "filled.example/budget")
_HOLD = Hold(
    41_000_000,
    ((Account(_BUDGET, date(2026, 1, 1)), BudgetLine(_BUDGET, "organisation", "month", 10**12, True)),),
)


def _attempt(deployment: Any) -> Attempt:
    target: Any = None
    return Attempt(deployment, target, _HOLD, Bound(41_000_000, 1_000_000, 1_000))
