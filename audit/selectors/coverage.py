"""How much of what passed was inspected: by direction, by policy, and why something was not. From what calls recorded of it."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db import connection
from django.utils import timezone

from audit.trail.events import OUTCOME

SLICES = 64
"""A stretch of time is cut into so many parts, of each of which the first few calls are read: what it costs does not grow with
the trail, and every part of the stretch has a say."""
MOST_PER_SLICE = 25

REQUESTS, ANSWERS, STREAMS, EMBEDDINGS = "requests", "answers", "streams", "embeddings"
NO_POLICY = "no_policy"
"""No guard of a policy that covers the caller looks there."""
NUMBERS = "numbers"
"""Embeddings of token numbers, which guards cannot read."""
EXEMPT = "exempt"
"""Before the guard that was not asked, and the exemption that says so."""
UNREAD = "unread"
"""Before the kind of contents that guards cannot read: media, signatures and encrypted reasoning."""


class RecordedRun(msgspec.Struct):
    """One guard's evidence."""

    guard: str
    bytes_scanned: int = 0
    unscanned_reason: str = ""
    policy: str = ""


class Unread(msgspec.Struct):
    """Contents of a kind that no guard could read."""

    kind: str
    count: int = 0
    bytes: int = 0


class RecordedVerdict(msgspec.Struct):
    """An inspection's evidence."""

    runs: list[RecordedRun] = []


class RecordedExemption(msgspec.Struct):
    """A guard that was not asked, by which exemption."""

    guard: str
    exemption: str = ""


class Outcome(msgspec.Struct):
    """What of an outcome's body matters here."""

    operation: str = "chat"
    stream: bool = False
    body_bytes: int = 0
    token_lists: int = 0
    not_scanned: list[Unread] = []
    answer_not_scanned: list[Unread] = []
    exempted: list[RecordedExemption] = []
    input_verdict: RecordedVerdict | None = None
    output_verdict: RecordedVerdict | None = None
    attempts: list[Any] = []
    finish_reason: str | None = None


class Share(msgspec.Struct):
    """Of `all` that passed, `inspected` were looked at by at least one guard that did not fail."""

    name: str
    all: int = 0
    inspected: int = 0

    @property
    def percent(self) -> float:
        """100 where nothing passed: nothing was missed."""
        return 100.0 * self.inspected / self.all if self.all else 100.0


class Coverage(msgspec.Struct):
    """What was inspected in a stretch of time.

    calls: that passed or were stopped by a guard. not_sent: that ended before a guard looked or a provider was asked; with `calls` they
    are all that were looked at here. sampled: there were more. surfaces: by direction. policies: (name, calls it looked at), the
    busiest first. reasons: (why something was not inspected, how often), the commonest first. bytes_scanned: by the guard that read
    most.
    bytes_unread: of contents that no guard can read.
    """

    calls: int
    not_sent: int
    sampled: bool
    whole: Share
    surfaces: list[Share]
    policies: list[Share]
    reasons: list[tuple[str, int]]
    bytes_scanned: int
    bytes_unread: int


_SAMPLE = f"""
SELECT outcome.body::text, outcome.number
FROM generate_series(0, %(slices)s - 1) AS slice,
LATERAL (
    SELECT body, row_number() OVER () AS number FROM (
        SELECT body FROM audit_event
        WHERE type = '{OUTCOME}'
          AND at >= %(start)s::timestamptz + slice * %(step)s::interval
          AND at < %(start)s::timestamptz + (slice + 1) * %(step)s::interval
        ORDER BY at, seq
        LIMIT %(most)s + 1
    ) AS first
) AS outcome
"""
_decode = msgspec.json.Decoder(Outcome).decode
_UNREADABLE = Outcome(attempts=[None])
"""Stands for an outcome that cannot be read: something passed, and nobody can say that it was inspected."""


def coverage(*, over: timedelta) -> Coverage:
    """What was inspected in the time up to now. One query, whatever the trail holds."""
    start = timezone.now() - over
    rows = _sample(start, over / SLICES)
    return measure(
        (read_outcome(body) for body, number in rows if number <= MOST_PER_SLICE),
        sampled=any(number > MOST_PER_SLICE for _, number in rows),
    )


def read_outcome(body: str) -> Outcome:
    """An outcome's body; one that nobody can read counts as not inspected."""
    try:
        return _decode(body)
    except (msgspec.DecodeError, RecursionError):
        return _UNREADABLE


def _sample(start: datetime, step: timedelta) -> list[tuple[str, int]]:
    asked: dict[str, Any] = {"start": start, "step": step, "slices": SLICES, "most": MOST_PER_SLICE}
    with connection.cursor() as cursor:
        cursor.execute(_SAMPLE, asked)
        return cursor.fetchall()


def measure(outcomes: Iterable[Outcome], *, sampled: bool = False) -> Coverage:
    """Adds up what calls recorded."""
    surfaces = {name: Share(name) for name in (REQUESTS, ANSWERS, STREAMS, EMBEDDINGS)}
    whole, policies, reasons = Share("calls"), Counter[str](), Counter[str]()
    bytes_scanned = bytes_unread = not_sent = 0
    for outcome in outcomes:
        passed = list(_passed(outcome))
        if not passed:
            not_sent += 1
            continue
        fully = True
        covering: set[str] = set()
        for name, verdict in passed:
            runs = verdict.runs if verdict else []
            good = [run for run in runs if not run.unscanned_reason]
            surfaces[name].all += 1
            surfaces[name].inspected += bool(good)
            covering |= {run.policy for run in good if run.policy}
            bytes_scanned += max((run.bytes_scanned for run in good), default=0)
            reasons.update(f"{run.guard}: {run.unscanned_reason}" for run in runs if run.unscanned_reason)
            reasons[NO_POLICY] += not runs
            fully = fully and bool(good)
        if outcome.token_lists:
            reasons[NUMBERS] += 1
            fully = False
        for contents in (*outcome.not_scanned, *outcome.answer_not_scanned):
            reasons[f"{UNREAD}: {contents.kind}"] += contents.count
            bytes_unread += contents.bytes
            fully = False
        reasons.update(f"{EXEMPT}: {each.guard}: {each.exemption}" for each in outcome.exempted)
        whole.all += 1
        whole.inspected += fully
        policies.update(covering)
    return Coverage(
        calls=whole.all,
        not_sent=not_sent,
        sampled=sampled,
        whole=whole,
        surfaces=[share for share in surfaces.values() if share.all],
        policies=[Share(name, whole.all, number) for name, number in policies.most_common()],
        reasons=[(reason, number) for reason, number in reasons.most_common() if number],
        bytes_scanned=bytes_scanned,
        bytes_unread=bytes_unread,
    )


def _passed(outcome: Outcome) -> Iterable[tuple[str, RecordedVerdict | None]]:
    """What of a call passed, or was stopped by a guard: not a request refused for another reason before it was sent."""
    if not outcome.attempts and outcome.input_verdict is None:
        return
    is_embedding = outcome.operation == "embeddings"
    yield (EMBEDDINGS if is_embedding else REQUESTS), outcome.input_verdict
    if not is_embedding and (outcome.output_verdict is not None or outcome.finish_reason is not None):
        yield (STREAMS if outcome.stream else ANSWERS), outcome.output_verdict
