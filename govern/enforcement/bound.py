"""A guard as one policy uses it, and what one run of it gave."""

from __future__ import annotations

import time
from typing import NamedTuple

import msgspec

from govern.enforcement.clock import Clock, MustWait, OutOfTime
from govern.enforcement.guards.base import CallGuard, Inspected, Observation, TextGuard
from govern.enforcement.prepared import PreparedText

_TIME_LIMIT_BLOCK_BYTES = 65_536
_NOTHING = Inspected([], 0)


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


class Run(msgspec.Struct, frozen=True):
    """``failure`` is ``error`` or ``timeout``, with ``reason``; then there are no observations but those of a first tier.

    ``asked`` says that a second tier was asked about the text.
    """

    observations: tuple[Observation, ...]
    open_from: int
    score: float
    microseconds: int
    failure: str = ""
    reason: str = ""
    asked: bool = False


def not_begun(reason: str) -> Run:
    """The run of a guard for which no time was left."""
    return Run((), 0, 0.0, 0, "timeout", reason)


def run_guard(bound: BoundGuard, text: PreparedText, clock: Clock) -> Run:
    """One guard over one text, within the time limit of its policy and without letting an exception through but `MustWait`."""
    size = len(text.text)
    limit_s = bound.policy.time_limit_ms / 1000
    if size >= _TIME_LIMIT_BLOCK_BYTES:
        limit_s *= 1 + size // _TIME_LIMIT_BLOCK_BYTES
    started = time.perf_counter()
    begun = clock.now(started)
    failure = reason = ""
    sighting = _NOTHING
    try:
        if begun > clock.end:
            raise OutOfTime
        text.deadline = min(begun + limit_s, clock.end)
        text.clock = clock
        sighting = bound.guard.inspect(text)
        failure, reason = sighting.failure, sighting.reason
    except MustWait:
        raise
    except (OutOfTime, TimeoutError):
        failure = "timeout"
    except Exception as fault:  # a guard that fails must never let a call pass by accident
        failure, reason = "error", type(fault).__name__
    took = time.perf_counter() - started
    if took > limit_s and not failure and time.thread_time() - begun > limit_s:
        failure = "timeout"
    microseconds = int(took * 1e6)
    if failure and not sighting.failure:
        late = f"needed more than {limit_s * 1000:.0f} ms, or more than was left for all guards"
        return Run((), size, 0.0, microseconds, failure, reason or late)
    seen = sighting.observations
    if seen and text.role == "tool_arguments" and bound.in_calls != "redact":
        seen = [one._replace(action=bound.in_calls) if one.action == "redact" else one for one in seen]
    return Run(tuple(seen), sighting.open_from, sighting.score, microseconds, failure, reason, sighting.asked)
