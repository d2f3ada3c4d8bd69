"""A guard as one policy uses it, and what one run of it gave."""

from __future__ import annotations

import time
from typing import NamedTuple

from govern.enforcement.clock import Clock, OutOfTime
from govern.enforcement.guards.base import CallGuard, Observation, TextGuard
from govern.enforcement.prepared import PreparedText

_TIME_LIMIT_BLOCK_BYTES = 65_536


class Policy(NamedTuple):
    """What a guard needs to know of its policy."""

    name: str
    observe: bool
    on_error: str
    time_limit_ms: int


class BoundGuard(NamedTuple):
    """``in_calls`` is what it does, where it would redact, about the arguments with which an answer calls a tool."""

    guard: TextGuard
    policy: Policy
    name: str
    in_calls: str = "redact"


class BoundCallGuard(NamedTuple):
    guard: CallGuard
    policy: Policy
    name: str


class Run(NamedTuple):
    """``failure`` is ``error`` or ``timeout``, with ``reason``; then there are no observations."""

    observations: tuple[Observation, ...]
    open_from: int
    score: float
    microseconds: int
    failure: str = ""
    reason: str = ""


def not_begun(reason: str) -> Run:
    """The run of a guard for which no time was left."""
    return Run((), 0, 0.0, 0, "timeout", reason)


def run_guard(bound: BoundGuard, text: PreparedText, clock: Clock) -> Run:
    """One guard over one text, within the time limit of its policy and without letting an exception through."""
    limit_s = bound.policy.time_limit_ms / 1000 * (1 + len(text.text) // _TIME_LIMIT_BLOCK_BYTES)
    started, worked = time.perf_counter(), time.thread_time()
    failure = reason = ""
    late = f"needed more than {limit_s * 1000:.0f} ms, or more than was left for all guards"
    try:
        text.deadline = clock.deadline(limit_s)
        sighting = bound.guard.inspect(text)
    except (OutOfTime, TimeoutError):
        failure, reason = "timeout", late
    except Exception as fault:  # a guard that fails must never let a call pass by accident
        failure, reason = "error", type(fault).__name__
    used = time.thread_time() - worked
    if not failure and used > limit_s:
        failure, reason = "timeout", late
    microseconds = int((time.perf_counter() - started) * 1e6)
    if failure:
        return Run((), len(text.text), 0.0, microseconds, failure, reason)
    seen = sighting.observations
    if text.role == "tool_arguments" and bound.in_calls != "redact":
        seen = [one._replace(action=bound.in_calls) if one.action == "redact" else one for one in seen]
    return Run(tuple(seen), sighting.open_from, sighting.score, microseconds)
