"""What a simulation says: plain values, kept as canonical JSON beside the change."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

Kind = Literal[
    "newly_blocked", "newly_allowed", "newly_redacted", "no_longer_redacted", "newly_flagged", "no_longer_flagged"
]
KINDS: tuple[Kind, ...] = (
    "newly_blocked",
    "newly_allowed",
    "newly_redacted",
    "no_longer_redacted",
    "newly_flagged",
    "no_longer_flagged",
)
"""What may become of a call, the gravest first; a call counts once."""


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """One call that would be treated otherwise, and what decides: a finding by its place in the call, never its text.

    code: why the call is refused on the side that refuses it. estimated: judged by what was found at the time, not by its text.
    """

    call_id: UUID
    at: datetime
    application: str
    code: str
    guard: str
    rule: str
    policy: str
    location: str
    start: int
    end: int
    estimated: bool


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """The calls of one kind. estimated: how many of them were judged without their texts."""

    calls: int
    estimated: int
    by_application: dict[str, int]
    examples: tuple[Example, ...]


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """Calls that go to `before` today (a model, or a region) and would go to `after`."""

    before: str
    after: str
    calls: int


class Money(msgspec.Struct, frozen=True, kw_only=True):
    """What the calls of the whole stretch of time would cost, projected from the sample."""

    before_nano_usd: int
    after_nano_usd: int


class ModelLatency(msgspec.Struct, frozen=True, kw_only=True):
    """How long a model takes: the median of its calls in the sample, or what the catalogue says where `measured` is 0."""

    model: str
    milliseconds: int
    measured: int


class Latency(msgspec.Struct, frozen=True, kw_only=True):
    """Mean of what each call would wait for its model; None where a model's latency is not known."""

    before_ms: int | None
    after_ms: int | None
    calls: int
    models: tuple[ModelLatency, ...]


class BudgetEffect(msgspec.Struct, frozen=True, kw_only=True):
    """A budget that changes, and the sampled calls that it would refuse. A limit is None where the budget is not in force."""

    name: str
    before_limit_nano_usd: int | None
    after_limit_nano_usd: int | None
    refused_before: int
    refused_after: int


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """On what the simulation rests, in sampled calls.

    same_guards: nothing that guards do to them changes. whole, masked: their texts were read again, as they were or with every value
    masked. findings: judged by what was found at the time, because their texts were not_kept or are no_longer_readable.
    not_described: closed after a crash, and not_governed: of an application that is gone; these are left out. incomplete: a condition
    reads something of them that was not recorded. answers_unknown: they were refused, so nobody knows what the answer would have been.
    """

    same_guards: int
    whole: int
    masked: int
    findings: int
    not_kept: int
    no_longer_readable: int
    not_described: int
    not_governed: int
    incomplete: int
    answers_unknown: int


class RegressionEffect(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of one case of the regression corpus: what its guard does today and would do, and what all guards would do."""

    case: UUID
    policy: str
    guard: str
    rule: str
    application: str
    expected: str
    before: str
    after: str
    whole_after: str
    comes_back: bool
    is_mended: bool


class Regression(msgspec.Struct, frozen=True, kw_only=True):
    """The regression corpus under the change, in cases.

    back: guards are right about them today and would be wrong again, or the call would be blocked again (`blocked`). mended: the other way
    round. still_wrong: neither side is right. masked: values in their texts had been masked. gone: their texts cannot be read any more.
    unrecorded: the trail knows nothing of them, so that they were left out. coming_back, mended_ones: some of them.
    """

    cases: int
    masked: int
    gone: int
    unrecorded: int
    back: int = 0
    blocked: int = 0
    mended: int = 0
    still_wrong: int = 0
    coming_back: tuple[RegressionEffect, ...] = ()
    mended_ones: tuple[RegressionEffect, ...] = ()


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a simulation. calls: of the whole stretch of time; sampled: how many of them were replayed.

    unpriced: models without a price that calls would go to, so that money and budgets leave these calls out. unopened: budgets of which
    it is not known what was spent before the stretch of time began. guessed_of_each: budgets that give each end user a limit, where the
    sample leaves calls out, so that what each of them spends is a guess. regression: None in reports of before there was a corpus.
    """

    revision: int
    digest: str
    since: datetime
    until: datetime
    calls: int
    sampled: int
    effects: dict[str, Effect]
    moves: tuple[Move, ...]
    regions: tuple[Move, ...]
    money: Money
    money_by_application: dict[str, Money]
    latency: Latency
    budgets: tuple[BudgetEffect, ...]
    coverage: Coverage
    classifiers_not_asked: bool
    unpriced: tuple[str, ...]
    unopened: tuple[str, ...]
    guessed_of_each: tuple[str, ...] = ()
    regression: Regression | None = None
    duration_ms: int
