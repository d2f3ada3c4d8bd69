"""From replayed calls to a report."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from statistics import mean, median
from typing import NamedTuple

from govern.changes.simulation.deciding import Decision
from govern.changes.simulation.money import (
    OVER_BUDGET,
    Ledger,
    PriceList,
    Settled,
    TypicalUsage,
    limits_of,
    loosened,
    opening_balances,
)
from govern.changes.simulation.recorded import Sample
from govern.changes.simulation.replay import Replayed
from govern.changes.simulation.report import (
    KINDS,
    BudgetEffect,
    Coverage,
    Effect,
    Example,
    Kind,
    Latency,
    ModelLatency,
    Money,
    Move,
    Regression,
    Report,
)
from govern.changes.simulation.sides import Sides
from govern.enforcement.guards import GUARDS
from govern.enforcement.guards.prompt_injection import PromptInjection
from govern.policy.contents import Contents

EXAMPLES = 20
"""Calls that are shown of each kind, spread evenly over all of them."""
MEASURED = 20
"""Calls from which on a model's own median is trusted more than the catalogue."""


class Compared(NamedTuple):
    """One call with money counted in."""

    call: Replayed
    before: Decision
    after: Decision
    before_nano_usd: int
    after_nano_usd: int


def summarise(
    calls: Sequence[Replayed],
    *,
    sides: Sides,
    sample: Sample,
    settled: Settled,
    regression: Regression,
    digest: str,
    duration_ms: int,
) -> Report:
    """The report of a replayed sample, whose calls are given in the order of time."""
    weight = Fraction(sample.calls, len(sample.places)) if sample.places else Fraction(1)
    prices = PriceList(sides.before), PriceList(sides.after)
    compared, budgets, unopened = _with_money(calls, sides, sample, settled, weight, prices)
    return Report(
        revision=sides.revision,
        digest=digest,
        since=sample.since,
        until=sample.until,
        calls=sample.calls,
        sampled=len(sample.places),
        effects=_effects(compared),
        moves=_moves((c.before.model, c.after.model) for c in compared if c.before.model and c.after.model),
        regions=_moves((c.before.region, c.after.region) for c in compared if c.before.model and c.after.model),
        money=_money(compared, weight),
        money_by_application=_by_application(compared, weight),
        latency=_latency(calls, compared, sides),
        budgets=budgets,
        coverage=_coverage(calls, compared),
        classifiers_not_asked=any(c.call.reading != "same" for c in compared) and _has_classifier(sides),
        unpriced=tuple(sorted(prices[0].unpriced | prices[1].unpriced)),
        unopened=tuple(sorted(unopened)),
        regression=regression,
        guessed_of_each=_guessed_of_each(budgets, sides) if weight > 1 else (),
        duration_ms=duration_ms,
    )


def _with_money(
    calls: Sequence[Replayed],
    sides: Sides,
    sample: Sample,
    settled: Settled,
    weight: Fraction,
    prices: tuple[PriceList, PriceList],
) -> tuple[list[Compared], tuple[BudgetEffect, ...], set[str]]:
    limits = limits_of(sides.before), limits_of(sides.after)
    openings = [opening_balances(calls, side, settled, sample.since, weight) for side in limits]
    before_ledger, after_ledger = (
        Ledger(side, opening, weight) for side, (opening, _) in zip(limits, openings, strict=True)
    )
    usage = TypicalUsage(calls)
    compared = []
    for call in calls:
        if call.before is None or call.after is None:
            continue
        used = usage.of(call)
        was_refused = call.code == OVER_BUDGET and call.before.asked
        would_pass = loosened(call.before.budgets, *limits) if was_refused else []
        refusing = (would_pass or call.before.budgets) if was_refused else ()
        staying = call.after.budgets if was_refused and not would_pass else ()
        before, before_cost = _admitted(call, call.before, prices[0].cost(call.before, used), before_ledger, refusing)
        after, after_cost = _admitted(call, call.after, prices[1].cost(call.after, used), after_ledger, staying)
        compared.append(Compared(call, before, after, before_cost, after_cost))
    effects = tuple(
        BudgetEffect(
            name=name,
            before_limit_nano_usd=limits[0][name].nano_usd if name in limits[0] else None,
            after_limit_nano_usd=limits[1][name].nano_usd if name in limits[1] else None,
            refused_before=before_ledger.refused[name],
            refused_after=after_ledger.refused[name],
        )
        for name in sorted(limits[0].keys() | limits[1].keys())
        if limits[0].get(name) != limits[1].get(name) or before_ledger.refused[name] != after_ledger.refused[name]
    )
    changed = {effect.name for effect in effects}
    return compared, effects, changed & (openings[0][1] | openings[1][1])


def _guessed_of_each(budgets: Iterable[BudgetEffect], sides: Sides) -> tuple[str, ...]:
    """Budgets that give each end user a limit: of a sample, each one's calls are too few to say what they spend."""
    bodies = [
        (effect.name, side["budget"].get(effect.name)) for effect in budgets for side in (sides.before, sides.after)
    ]
    return tuple(sorted({name for name, entry in bodies if entry is not None and entry.body.per_end_user}))


def _admitted(
    call: Replayed, decision: Decision, cost: int, ledger: Ledger, refused_by: Sequence[str]
) -> tuple[Decision, int]:
    """A decision once budgets had their say, and what the call costs then. refused_by: it is known that one of these refuses it."""
    if not decision.asked:
        return decision, 0
    if refused_by:
        refusing: str | None = ledger.refuse(refused_by, call.at, call.person)
    else:
        refusing = ledger.admit(decision.budgets, cost, call.at, call.person)
    if refusing is None:
        return decision, cost
    return Decision("block", OVER_BUDGET, guard="budget", rule=refusing), 0


def _kind(compared: Compared) -> Kind | None:
    before, after = compared.before.action, compared.after.action
    if (before == "block") != (after == "block"):
        return "newly_blocked" if after == "block" else "newly_allowed"
    if before == after:
        return None
    if "redact" in (before, after):
        return "newly_redacted" if after == "redact" else "no_longer_redacted"
    return "newly_flagged" if after == "flag" else "no_longer_flagged"


def _effects(compared: Iterable[Compared]) -> dict[str, Effect]:
    found: dict[Kind, list[Compared]] = defaultdict(list)
    for one in compared:
        if kind := _kind(one):
            found[kind].append(one)
    return {kind: _effect(kind, found[kind]) for kind in KINDS}


def _effect(kind: Kind, found: Sequence[Compared]) -> Effect:
    applies = kind.startswith("newly_") and kind != "newly_allowed"
    step = max(1.0, len(found) / EXAMPLES)
    shown = [found[int(number * step)] for number in range(min(EXAMPLES, len(found)))]
    return Effect(
        calls=len(found),
        estimated=sum(_is_estimated(one) for one in found),
        by_application=dict(Counter(one.call.application for one in found).most_common()),
        examples=tuple(_example(one, one.after if applies else one.before) for one in shown),
    )


def _is_estimated(one: Compared) -> bool:
    return one.call.reading in ("findings", "masked") and bool(one.before.policy or one.after.policy)


def _example(one: Compared, decided: Decision) -> Example:
    return Example(
        call_id=one.call.call_id,
        at=one.call.at,
        application=one.call.application,
        code=decided.code,
        guard=decided.guard,
        rule=decided.rule,
        policy=decided.policy,
        location=decided.location,
        start=decided.start,
        end=decided.end,
        estimated=_is_estimated(one),
    )


def _moves(pairs: Iterable[tuple[str, str]]) -> tuple[Move, ...]:
    return tuple(Move(before=b, after=a, calls=number) for (b, a), number in Counter(pairs).most_common())


def _money(compared: Iterable[Compared], weight: Fraction) -> Money:
    compared = list(compared)
    return Money(
        before_nano_usd=round(sum(one.before_nano_usd for one in compared) * weight),
        after_nano_usd=round(sum(one.after_nano_usd for one in compared) * weight),
    )


def _by_application(compared: Iterable[Compared], weight: Fraction) -> dict[str, Money]:
    """Only those whose money changes."""
    calls: dict[str, list[Compared]] = defaultdict(list)
    for one in compared:
        calls[one.call.application].append(one)
    money = {name: _money(found, weight) for name, found in sorted(calls.items())}
    return {name: each for name, each in money.items() if each.before_nano_usd != each.after_nano_usd}


def _latency(calls: Iterable[Replayed], compared: Iterable[Compared], sides: Sides) -> Latency:
    measured: dict[str, list[int]] = defaultdict(list)
    for call in calls:
        if call.served and call.provider_us:
            measured[call.served].append(call.provider_us)
    both = [one for one in compared if one.before.model and one.after.model]
    known = {
        name: _model_latency(name, measured.get(name, ()), sides.before, sides.after)
        for name in sorted({name for one in both for name in (one.before.model, one.after.model)})
    }
    counted = [one for one in both if known[one.before.model] and known[one.after.model]]

    def average(models: Iterable[str]) -> int | None:
        values = [found.milliseconds for name in models if (found := known[name])]
        return round(mean(values)) if values else None

    return Latency(
        before_ms=average(one.before.model for one in counted),
        after_ms=average(one.after.model for one in counted),
        calls=len(counted),
        models=tuple(found for found in known.values() if found),
    )


def _model_latency(name: str, microseconds: Sequence[int], *sides: Contents) -> ModelLatency | None:
    if len(microseconds) >= MEASURED:
        return ModelLatency(model=name, milliseconds=round(median(microseconds) / 1_000), measured=len(microseconds))
    entry = next((side["catalog_model"][name] for side in reversed(sides) if name in side["catalog_model"]), None)
    if entry is None or not entry.body.base_latency_ms:
        return None
    return ModelLatency(model=name, milliseconds=entry.body.base_latency_ms, measured=0)


def _coverage(calls: Sequence[Replayed], compared: Iterable[Compared]) -> Coverage:
    readings: Mapping[str, int] = Counter(call.reading for call in calls)
    why: Mapping[str, int] = Counter(call.why for call in calls)
    return Coverage(
        same_guards=readings["same"],
        whole=readings["whole"],
        masked=readings["masked"],
        findings=readings["findings"],
        not_kept=why["not_kept"],
        no_longer_readable=why["no_longer_readable"],
        not_described=why["not_described"],
        not_governed=why["not_governed"],
        incomplete=sum(call.incomplete for call in calls),
        answers_unknown=sum(_kind(one) == "newly_allowed" and one.call.usage is None for one in compared),
    )


def _has_classifier(sides: Sides) -> bool:
    return any(
        GUARDS[type(guard)].asks_outside or (isinstance(guard, PromptInjection) and guard.second_tier.ask != "never")
        for side in (sides.before, sides.after)
        for entry in side.get("guard_policy", {}).values()
        for guard in entry.body.guards
    )
