"""Calls as the gateway records them, without a gateway: built with its own records, written at any time."""

import time
import uuid
from collections.abc import Sequence
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from django.db import connection
from django.utils import timezone
from psycopg import pq

from audit.trail.identifiers import identifier_text
from audit.trail.inserting import INSERT, array_of_rows
from govern.budgets.claims import Account, Hold
from govern.enforcement.verdict import Finding, GuardRun, Verdict
from govern.gateway import records
from govern.gateway.cache.answers import CachedAnswer, Found
from govern.gateway.cache.use import CacheUse
from govern.gateway.call import Asked, Attempt, Call
from govern.gateway.refusal_codes import CODES
from govern.gateway.refusals import Refusal
from govern.policy.budget_line import BudgetLine
from govern.policy.exemptions import Exempted
from routing.bodies import CacheRule
from routing.calls import Completion, Unscanned
from routing.calls.usage import Usage
from routing.choose import PassedOver, Route
from routing.describe import Description
from routing.money import Bound

ENVIRONMENTS = {"risk-engine": ("payments", "production", "confidential"), "helpdesk": ("support", "production", "internal"),
                "filings-reader": ("research", "staging", "public"), "intern-bot": ("support", "development", "public")}  # fmt: skip


HOLD = Hold(
    41_000_000,
    (
        (
            Account(uuid.UUID(int=2), date(2026, 11, 1)),
            BudgetLine(uuid.UUID(int=2), "organisation", "month", 10**12, True),
        ),
    ),
)


def guard_run(guard: str, result: str = "allow", microseconds: int = 40, **fields: Any) -> GuardRun:
    """Evidence that a guard ran over a kilobyte and a half."""
    return GuardRun(guard, "2026.11", 1_536, microseconds, result, **fields)


def verdict(action: str = "allow", *findings: Finding, **fields: Any) -> Verdict:
    """A verdict of the baseline policy; the first finding's guard decided."""
    results = {finding.guard: finding.action for finding in findings}
    runs = tuple(
        guard_run(guard, results.get(guard, "allow"), us)
        for guard, us in (("prompt_injection", 182), ("pii", 64), ("secrets", 31))
    )
    first = findings[0] if findings else None
    decided = (
        {"severity": first.severity, "guard": first.guard, "rule": first.type, "policy": "baseline"} if first else {}
    )
    return Verdict(action=action, findings=findings, runs=runs, **decided | fields)


def finding(
    guard: str, kind: str, action: str, severity: str, location: str = "messages[0].content", score: float = 0.97
) -> Finding:
    """One thing found."""
    return Finding(guard, kind, 12, 40, score, severity, location, action, "baseline")


INJECTION = verdict(
    "block",
    finding("prompt_injection", "ignore_instructions", "block", "high"),
    code="prompt_injection",
    injection_score=0.97,
)
SECRET = verdict("block", finding("secrets", "aws_access_key", "block", "critical"), code="secret_leak")
SUSPICIOUS = verdict(
    "flag", finding("prompt_injection", "role_play", "flag", "medium", score=0.61), injection_score=0.61
)
PERSONAL = verdict(
    "redact",
    finding("pii", "email", "redact", "medium", "choices[0].message.content"),
    finding("pii", "iban", "redact", "high", "choices[0].message.content"),
)  # fmt: skip


def record_call(
    *,
    application: str = "risk-engine",
    key: str = "main",
    at: datetime | None = None,
    model: str = "gpt-5.4",
    provider: str = "openai",
    asked: str = "auto",
    task: str = "coding",
    input: Verdict | None = None,
    output: Verdict | None = None,
    code: str | None = None,
    message: str = "",
    failed: Sequence[tuple[str, str]] = (),
    cost_nano_usd: int = 4_200_000,
    provider_us: int = 812_000,
    overhead_us: int = 900,
    tokens: tuple[int, int] = (412, 96),
    revision: int = 1,
    violation: uuid.UUID | None = None,
    unread: Sequence[Unscanned] = (),
    before: bool = False,
    exempted: Sequence[Exempted] = (),
    client: dict[str, str] | None = None,
    end_user: dict[str, Any] | None = None,
    cached: uuid.UUID | None = None,
) -> uuid.UUID:
    """Writes a whole call. `cached`: it was answered by what that call was answered. `before`: it was refused for `code` before a provider was to be asked. `unread` is what no guard could read of the request. `failed` are (deployment, error) of attempts before the one that answered. Returns its id."""
    at = at or timezone.now()
    team, environment, data_class = ENVIRONMENTS.get(application, ("payments", "production", "internal"))
    blocked = before or (input is not None and input.action == "block")
    call = Call(
        SimpleNamespace(revision=SimpleNamespace(number=revision)),  # type: ignore[arg-type]
        SimpleNamespace(id=str(uuid.UUID(int=1)), name=key),  # type: ignore[arg-type]
        SimpleNamespace(
            name=application,
            team=team,
            environment=environment,
            data_class=data_class,
            exempted=tuple(exempted),
            end_users=None,
        ),  # type: ignore[arg-type]
        deadline=0,
    )
    call.id = _identifier(at)
    call.id_text = identifier_text(call.id)
    call.at_us = int(at.timestamp() * 1e6)
    call.sessions = client or {}
    if cached is not None:
        found = Found(cached, 75, CachedAnswer(b"", Completion(choices=[], usage=Usage()), cost_nano_usd))
        call.cached = CacheUse(CacheRule(), b"")
        call.cached.found, cost_nano_usd, provider_us = found, 0, 0
    if end_user is not None:
        call.end_user = SimpleNamespace(recorded=lambda _rules: end_user)  # type: ignore[assignment]
    call.asked = Asked(
        asked,
        2_310,
        summary={"requested_model": asked, "stream": False, "n": 1, "messages": 3},
        description=Description(task, "features", 0.42, tokens[0], ("text",), (), "en"),
    )
    call.evidence.input_verdict, call.unscanned = input or verdict(), list(unread)
    call.timings.guards_us, call.timings.routing_us, call.timings.audit_us = overhead_us // 3, 45, overhead_us // 2
    served = SimpleNamespace(name=f"{model}@{provider}", model=model, provider=provider, region="us")
    rows = []
    others = [SimpleNamespace(name=name, model=name.split("@")[0]) for name, _error in failed]
    call.route = Route(
        f"default/{task}",
        (*others, served),
        (PassedOver("gemini-3.1-pro", "slower than 250 ms"),),
        None,  # type: ignore[arg-type]
    )
    if blocked:
        rows.append(records.intent_row(call))
    else:
        for position, (name, error) in enumerate(failed):
            attempt = _attempt(SimpleNamespace(name=name, model=name), 30_000, 0)
            call.attempts.append(attempt)
            if position == 0:
                rows.append(records.intent_row(call))
            attempt.error = error
        last = _attempt(served, provider_us, cost_nano_usd)
        call.attempts.append(last)
        rows.append(records.fallback_row(call, call.attempts[-2]) if failed else records.intent_row(call))
        if code and output is None:
            last.error, last.cost_nano_usd = message, 0
        else:
            last.usage = Usage(input_tokens=tokens[0], output_tokens=tokens[1])
            call.evidence.output_verdict, call.evidence.finish_reason, call.timings.provider_us = (
                output or verdict(),
                "stop",
                provider_us,
            )
    call.evidence.code, call.evidence.violation_id = code, str(violation) if violation else None
    total_us = overhead_us + call.timings.provider_us
    call.started_ns = time.perf_counter_ns() - total_us * 1_000
    ended_ns = int(at.timestamp() * 1e9) + total_us * 1_000
    refusal = Refusal(code, message) if code and code in CODES else None
    with patch.object(records, "time", SimpleNamespace(time_ns=lambda: ended_ns)):
        rows.append(records.outcome_row(call, status=refusal.status if refusal else 200, refusal=refusal))
    write_rows(rows)
    return uuid.UUID(bytes=call.id)


def write_rows(rows: Sequence[bytes]) -> None:
    """Writes packed rows into the trail, in the test's own transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 'audit_event_row_2'::regtype::oid::int, 'audit_event_row_2[]'::regtype::oid::int")
        row_type, array_type = cursor.fetchone()
        pgconn = cursor.connection.pgconn
        result = pgconn.exec_params(
            INSERT.encode(), [array_of_rows(rows, row_type)], param_types=[array_type], param_formats=[pq.Format.BINARY]
        )
    assert result.status == pq.ExecStatus.COMMAND_OK, result.error_message


def _attempt(deployment: Any, latency_us: int, cost_nano_usd: int) -> Attempt:
    attempt = Attempt(deployment, getattr(deployment, "target", None), HOLD, Bound(41_000_000, 1_000_000, 1_000))
    attempt.latency_us, attempt.cost_nano_usd = latency_us, cost_nano_usd
    return attempt


def _identifier(at: datetime) -> bytes:
    """A version 7 UUID of a moment."""
    random = uuid.uuid4().int
    value = int(at.timestamp() * 1000) << 80 | 7 << 76 | (random >> 64 & 0xFFF) << 64 | 2 << 62 | random & (1 << 62) - 1
    return value.to_bytes(16, "big")
