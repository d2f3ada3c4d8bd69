"""What a call leaves in the trail: its intent before anything is sent, its outcome before anything is given back."""

import hashlib
import time
from collections.abc import Sequence
from datetime import date
from secrets import token_hex
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from audit.trail.entries import Entry
from audit.trail.events import FALLBACK, INTENT, OUTCOME, REJECTED
from audit.trail.identifiers import uuid7
from audit.trail.rows import pack_event
from govern import VERSION
from govern.enforcement import Verdict
from govern.enforcement.verdict import ACTIONS
from govern.gateway.call import Attempt, Call
from govern.gateway.callers.callers_words import bounded_names
from govern.gateway.masking import for_record, masked
from govern.gateway.receipts import nonce_of, recorded_digest
from govern.gateway.refusals import Refusal
from routing.calls import Unscanned
from routing.choice import propensity_of

if TYPE_CHECKING:
    from routing.choose import Route

_encode = msgspec.json.Encoder().encode


def keyed_digest(key: bytes, data: bytes) -> str:
    """A digest that only who holds the key can recompute, so that a guessed prompt cannot be confirmed from the trail."""
    return hashlib.blake2b(data, key=key, digest_size=32).hexdigest()


def reservation_of(attempt: Attempt | None) -> list[tuple[UUID, date, int]]:
    """What a lost call would settle at: (budget id, period start, nano-dollars) of each account it holds."""
    if attempt is None or attempt.hold is None:
        return []
    hold = attempt.hold
    return [(account.budget_id, account.period_start, hold.amount_nano_usd) for account, _ in hold.lines]


def verdict_record(verdict: Verdict | None) -> dict[str, Any] | None:
    """A verdict as evidence: what was found where, by whom, and what was scanned; never the matched text."""
    if verdict is None:
        return None
    return {
        "action": verdict.action,
        "severity": verdict.severity,
        "code": verdict.code,
        "guard": verdict.guard,
        "rule": verdict.rule,
        "policy": verdict.policy,
        "injection_score": round(verdict.injection_score, 4),
        "findings": verdict.findings,
        "runs": verdict.runs,
    }


def not_scanned(contents: Sequence[Unscanned]) -> list[dict[str, Any]]:
    """What guards could not read, by kind: how many there were, and their bytes."""
    if not contents:
        return []
    kinds = sorted({content.kind for content in contents})
    sizes = {kind: [content.size_bytes for content in contents if content.kind == kind] for kind in kinds}
    return [{"kind": kind, "count": len(sizes[kind]), "bytes": sum(sizes[kind])} for kind in kinds]


def shared_record(call: Call) -> bytes:
    """What intent and outcome both say, so that each can be read alone: written once, when the first of them is, as nothing of it changes
    any more."""
    if not call.recorded:
        call.recorded = _encode(_shared(call))
    return call.recorded


def _shared(call: Call) -> dict[str, Any]:
    described, route = call.asked.description, call.route
    said = {"request_id": call.id_text, "key_id": call.key.id, "govern_version": VERSION, **call.asked.summary}
    if call.sessions:
        said["client"] = call.sessions
    if call.end_user is not None:
        said["end_user"] = call.end_user.recorded(call.application.end_users)
    said |= {
        "body_bytes": call.asked.body_bytes,
        "not_scanned": not_scanned(call.unscanned),
        "prompt_digest": call.asked.prompt_digest,
        "task": described.task if described else None,
        "task_by": described.task_by if described else None,
        "task_confidence": round(described.confidence, 3) if described else None,
        "complexity": round(described.complexity, 3) if described else None,
        "input_tokens_estimated": described.input_tokens if described else None,
        "language": described.language if described else None,
        "modalities": described.modalities if described else None,
        "tools": len(described.tools) if described else 0,
        "environment": call.application.environment,
        "data_class": call.application.data_class,
    }
    if not call.asked.prompt_digest:  # which nobody can guess who has a receipt of the call
        said["salt"] = token_hex(16)
    if call.application.exempted:
        said["exempted"] = call.application.exempted
    said["input_verdict"] = verdict_record(call.evidence.input_verdict)
    said["route"] = _route_record(route) if route else None
    if replaced := replaced_tool_results(call):
        said["replaced_tool_results"] = replaced
    return said


def _route_record(route: "Route") -> dict[str, Any]:
    """Whom to ask in which order. Where anything was weighed, measured or drawn, all of it, so that the order follows from the record."""
    choice = route.choice
    said = {
        "name": route.name,
        "canary": route.canary,
        "deployments": [deployment.name for deployment in route.deployments],
        "passed_over": route.passed_over,
    }
    if choice is not None and choice.is_weighed:
        said["choice"] = choice
        said["propensity"] = round(propensity_of(choice, route.deployments[0].model), 6) if route.deployments else 0.0
    return said


def _dropped_parameters(call: Call) -> list[str]:
    dropped = call.evidence.dropped
    return [for_record(name) for name in bounded_names(dropped)] if dropped else []


def replaced_tool_results(call: Call) -> int:
    """In how many texts of tool results a guard took something out instead of blocking the call."""
    verdict = call.evidence.input_verdict
    return verdict.replaced_tool_results if verdict is not None and verdict.findings else 0


def intent_row(call: Call) -> bytes:
    """The packed intent."""
    attempt = call.attempt
    body = {
        "dropped_parameters": _dropped_parameters(call),
        "reservation": reservation_of(attempt),
        "reserved_nano_usd": attempt.reserved_nano_usd if attempt else 0,
    }
    return _row(
        call,
        INTENT,
        call.id,
        at_us=call.at_us,
        model=str(call.asked.summary.get("requested_model", "")),
        body=_joined(shared_record(call), _encode(body)),
    )


def fallback_row(call: Call, failed: Attempt) -> bytes:
    """The packed event of going on to another deployment, with what is reserved from now on."""
    attempt = call.attempt
    body = {
        "request_id": call.id_text,
        "from": failed.deployment.name,
        "to": attempt.deployment.name if attempt else None,
        "reason": masked(failed.error) if failed.error else None,
        "failure": failed.failure,
        "reservation": reservation_of(attempt),
        "reserved_nano_usd": attempt.reserved_nano_usd if attempt else 0,
    }
    return _row(call, FALLBACK, uuid7(), model=attempt.deployment.model if attempt else None, body=_encode(body))


def outcome_row(call: Call, *, status: int, refusal: Refusal | None) -> bytes:
    """The packed outcome."""
    attempt = call.attempt
    served = attempt.deployment if attempt is not None and (attempt.answered or call.evidence.code is None) else None
    usage = next((a.usage for a in reversed(call.attempts) if a.usage is not None), None)
    body = {
        "dropped_parameters": _dropped_parameters(call),
        "served_model": served.model if served else None,
        "provider": served.provider if served else None,
        "deployment": served.name if served else None,
        "region": served.region if served else None,
        "attempts": [] if call.is_hit else [_attempt(tried) for tried in call.attempts],
        "usage": usage,
        "usage_estimated": bool(usage and usage.estimated) or any(a.error and a.cost_nano_usd for a in call.attempts),
        "finish_reason": call.evidence.finish_reason,
        "output_digest": call.evidence.output_digest,
        "answer_not_scanned": not_scanned(call.evidence.answer_unscanned),
        "output_verdict": verdict_record(call.evidence.output_verdict),
        "violation_id": call.evidence.violation_id,
        "cache": call.cached.record() if call.cached is not None else None,
        "latency_us": {
            "total": call.elapsed_us(),
            "guards": call.timings.guards_us,
            "routing": call.timings.routing_us,
            "provider": call.timings.provider_us,
            "audit": call.timings.audit_us,
            "first_byte": call.timings.first_byte_us,
        },
        "message": _sentence(refusal) if refusal else None,
        "payload": call.evidence.kept.level if call.evidence.kept else "metadata",
    }
    return _row(
        call,
        OUTCOME,
        call.outcome_id,
        model=served.model if served else None,
        status=status,
        code=call.evidence.code,
        verdict=strictest(call),
        cost_nano_usd=call.cost_nano_usd,
        answer_digest=recorded_digest(nonce_of(call.id), call.evidence.answer_digest),
        body=_joined(shared_record(call), _encode(body)),
    )


def _attempt(tried: Attempt) -> dict[str, Any]:
    return {
        "deployment": tried.deployment.name,
        "latency_us": tried.latency_us,
        "error": masked(tried.error) if tried.error else None,
        "failure": tried.failure,
        "credential": tried.credential.name if tried.credential else None,
        "reserved_nano_usd": tried.reserved_nano_usd,
        "cost_nano_usd": tried.cost_nano_usd,
    }


def _joined(first: bytes, second: bytes) -> bytes:
    """Two JSON objects as one. Neither is empty."""
    return b"%b,%b" % (first[:-1], second[1:])


def _sentence(refusal: Refusal) -> str:
    """What the caller was told, without values: the sentence about an invalid request names fields as the caller wrote them."""
    return masked(refusal.recorded) if refusal.code == "invalid_request" else refusal.recorded


def strictest(call: Call) -> str | None:
    """The stricter action of the two inspections; None when there was none."""
    actions = [v.action for v in (call.evidence.input_verdict, call.evidence.output_verdict) if v is not None]
    return max(actions, key=ACTIONS.index) if actions else None


def _row(
    call: Call,
    type_: str,
    id_: bytes,
    *,
    body: bytes,
    at_us: int | None = None,
    model: str | None = None,
    status: int | None = None,
    code: str | None = None,
    verdict: str | None = None,
    cost_nano_usd: int | None = None,
    answer_digest: bytes | None = None,
) -> bytes:
    return pack_event(
        id=id_,
        at_us=at_us or time.time_ns() // 1_000,
        type=type_,
        call_id=call.id,
        application=call.application.name,
        team=call.application.team,
        key=call.key.name,
        actor=None,
        model=model,
        status=status,
        code=code,
        verdict=verdict,
        cost_nano_usd=cost_nano_usd,
        revision=call.snapshot.revision.number,
        body=body,
        instance=call.instance,
        answer_digest=answer_digest,
    )


def rejected_entry(
    *,
    request_id: bytes,
    application: str | None,
    team: str | None,
    key: str,
    revision: int,
    refusal: Refusal,
    body_bytes: int,
    event_id: bytes | None = None,
    status: int | None = None,
    answer_digest: bytes | None = None,
) -> Entry:
    """What a request leaves that never became a call: its caller was known, but it could not be read or must not be served.

    status: the contract's, where the caller is told another.
    """
    return Entry(
        [
            pack_event(
                id=event_id or uuid7(),
                at_us=time.time_ns() // 1_000,
                type=REJECTED,
                call_id=request_id,
                application=application,
                team=team,
                key=key,
                actor=None,
                model=None,
                status=status or refusal.status,
                code=refusal.code,
                verdict=None,
                cost_nano_usd=0,
                revision=revision,
                body=_encode(
                    {
                        "application": application,
                        "code": refusal.code,
                        "message": _sentence(refusal),
                        "param": for_record(refusal.param) if refusal.param else None,
                        "body_bytes": body_bytes,
                        "govern_version": VERSION,
                    }
                ),
                instance=None,
                answer_digest=answer_digest,
            )
        ]
    )


def joined_text(parts: Sequence[str]) -> bytes:
    """Texts as one byte string to digest, with a separator that no text can imitate by moving a boundary."""
    return b"\x00".join([part.encode("utf-8", "surrogatepass") for part in parts])
