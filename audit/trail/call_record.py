"""What a call's events must say for its page to be told from them.

The trail keeps whatever was written into it, by whichever version and by whoever had the database. A page reads a record only
if it has this shape; otherwise it says so and shows the record as it is stored.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

Number = Annotated[int, msgspec.Meta(ge=-(2**62), le=2**62)]


class _Usage(msgspec.Struct):
    input_tokens: Number = 0
    output_tokens: Number = 0
    cached_input_tokens: Number = 0
    reasoning_tokens: Number = 0


class _PassedOver(msgspec.Struct):
    name: str
    reason: str


class _Route(msgspec.Struct):
    name: str
    deployments: list[str]
    passed_over: list[_PassedOver] = []
    canary: bool = False


class _Attempt(msgspec.Struct):
    deployment: str
    latency_us: Number
    reserved_nano_usd: Number
    cost_nano_usd: Number
    error: str | None


class _Run(msgspec.Struct):
    guard: str
    version: str
    bytes_scanned: Number
    microseconds: Number
    result: str
    unscanned_reason: str = ""
    bytes_remembered: Number = 0
    asked: Number = 0


class _Finding(msgspec.Struct):
    guard: str
    type: str
    location: str
    action: str
    policy: str
    score: float
    severity: Literal["none", "low", "medium", "high", "critical"]


class _Verdict(msgspec.Struct):
    action: str
    guard: str
    rule: str
    policy: str
    injection_score: float
    runs: list[_Run]
    findings: list[_Finding]


class _Unread(msgspec.Struct):
    kind: str
    count: Number
    bytes: Number


class _EndUser(msgspec.Struct):
    id: str
    verified: bool
    by: Literal["token", "proxy", "claimed"]


class _Exempted(msgspec.Struct):
    policy: str
    guard: str
    exemption: str
    until: datetime


class _Latency(msgspec.Struct):
    total: Number | None = None
    guards: Number | None = None
    routing: Number | None = None
    provider: Number | None = None
    audit: Number | None = None
    first_byte: Number | None = None


class _Cache(msgspec.Struct):
    result: Literal["hit", "miss"]
    of: uuid.UUID | None = None
    age_s: Number | None = None
    saved_nano_usd: Number | None = None


class _CallRecord(msgspec.Struct):
    """Everything that a page of a call reads of its intent, outcome and rejection."""

    govern_version: str | None = None
    requested_model: str | None = None
    environment: str | None = None
    data_class: str | None = None
    message: str | None = None
    messages: Number | None = None
    n: Number | None = None
    stream: bool | None = None
    body_bytes: Number | None = None
    task: str | None = None
    task_by: str | None = None
    task_confidence: float | None = None
    complexity: float | None = None
    language: str | None = None
    input_tokens_estimated: Number | None = None
    modalities: list[str] | None = None
    tools: Number | None = None
    route: _Route | None = None
    dropped_parameters: list[str] | None = None
    reservation: list[tuple[str, str, Number]] | None = None
    reserved_nano_usd: Number | None = None
    attempts: list[_Attempt] | None = None
    usage: _Usage | None = None
    usage_estimated: bool | None = None
    finish_reason: str | None = None
    exempted: list[_Exempted] | None = None
    input_verdict: _Verdict | None = None
    output_verdict: _Verdict | None = None
    not_scanned: list[_Unread] | None = None
    answer_not_scanned: list[_Unread] | None = None
    violation_id: str | None = None
    end_user: _EndUser | None = None
    latency_us: _Latency | None = None
    cache: _Cache | None = None


def is_readable(body: Mapping[str, Any]) -> bool:
    """Whether a call's record has the shape that its page is told from."""
    try:
        msgspec.convert(dict(body), _CallRecord)
    except msgspec.ValidationError:
        return False
    return True
