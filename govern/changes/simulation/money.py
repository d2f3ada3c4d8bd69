"""What calls would cost under each side, and which of them its budgets would refuse."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from statistics import median
from typing import NamedTuple

import msgspec

from govern.budgets.periods import period_start
from govern.changes.simulation.deciding import Decision
from govern.changes.simulation.replay import Replayed
from govern.policy.bodies import BudgetBody
from govern.policy.contents import Contents
from routing.calls import Usage
from routing.money import Prices, cost_nano_usd, nano_usd

OVER_BUDGET = "insufficient_quota"
Place = tuple[str, date, str]
"""(budget, first day of its period, whose account: an end user, or empty for the one that all others share)."""
Settled = Mapping[tuple[str, date], Mapping[str, int]]
"""(budget, first day of its period) → nano-dollars spent as of now, by whose account."""


class TypicalUsage:
    """What a call used; for one that was not answered, what its input was taken for and the median answer of its application."""

    def __init__(self, calls: Iterable[Replayed]) -> None:
        outputs: dict[str, list[int]] = defaultdict(list)
        for call in calls:
            if call.usage:
                outputs[call.application].append(call.usage.get("output_tokens", 0))
        self._output = {name: round(median(tokens)) for name, tokens in outputs.items()}
        self._anybody = round(median(self._output.values())) if self._output else 0

    def of(self, call: Replayed) -> Usage:
        """Tokens by class."""
        if call.usage:
            return msgspec.convert(call.usage, Usage)
        return Usage(input_tokens=call.input_tokens, output_tokens=self._output.get(call.application, self._anybody))


class PriceList:
    """The prices of one side."""

    def __init__(self, contents: Contents) -> None:
        self._prices = {
            name: prices
            for name, entry in contents.get("catalog_model", {}).items()
            if (prices := Prices.of_model(entry.body)) is not None
        }
        self.unpriced: set[str] = set()
        """Models without a price that a call would have gone to."""

    def cost(self, decision: Decision, usage: Usage) -> int:
        """Nano-dollars of a call; 0 if no provider is asked."""
        if not decision.asked:
            return 0
        prices = self._prices.get(decision.model)
        if prices is None:
            self.unpriced.add(decision.model)
            return 0
        return cost_nano_usd(usage, prices)


class Limit(NamedTuple):
    """A budget of one side."""

    period: str
    nano_usd: int
    blocks: bool
    per_end_user: bool

    def place(self, name: str, at: datetime, person: str) -> Place:
        """Which account of it somebody's call is charged to."""
        return name, period_start(self.period, at.timestamp()), person if self.per_end_user else ""


def limits_of(contents: Contents) -> dict[str, Limit]:
    """The budgets of one side by name."""
    bodies: dict[str, BudgetBody] = {name: entry.body for name, entry in contents.get("budget", {}).items()}
    return {
        name: Limit(body.period, nano_usd(body.limit_usd), body.action == "block", body.per_end_user)
        for name, body in bodies.items()
    }


class Ledger:
    """The budgets of one side while the sample passes through them. By cost: reservations would refuse a little earlier."""

    def __init__(self, limits: Mapping[str, Limit], opening: Mapping[Place, int], weight: Fraction) -> None:
        self._limits = limits
        self._spent = dict(opening)
        self._weight = weight
        """How many calls a sampled one stands for."""
        self.refused: dict[str, int] = defaultdict(int)

    def admit(self, names: Sequence[str], cost: int, at: datetime, person: str) -> str | None:
        """Spends a call's cost in every budget that covers it; or the name of the one that refuses it."""
        whole = round(cost * self._weight)
        accounts = [self._limits[name].place(name, at, person) for name in names]
        for account in accounts:
            limit = self._limits[account[0]]
            if limit.blocks and self._spent.get(account, 0) + whole > limit.nano_usd:
                self.refused[account[0]] += 1
                return account[0]
        for account in accounts:
            self._spent[account] = self._spent.get(account, 0) + whole
        return None

    def refuse(self, names: Iterable[str], at: datetime, person: str) -> str:
        """Counts a call that was refused at the time, at the budget with the least left: the trail does not say which one it was."""
        left = {
            name: limit.nano_usd - self._spent.get(limit.place(name, at, person), 0)
            for name in names
            if (limit := self._limits[name]).blocks
        }
        if not left:
            return ""
        refusing = min(left, key=left.__getitem__)
        self.refused[refusing] += 1
        return refusing


def begun_before(since: datetime, limits: Mapping[str, Limit]) -> Iterator[tuple[str, date]]:
    """Budgets whose period of `since` began on a day before, so that something may be spent already; with its first day."""
    for name, limit in limits.items():
        start = period_start(limit.period, since.timestamp())
        if start < since.date():
            yield name, start


def opening_balances(
    calls: Iterable[Replayed], limits: Mapping[str, Limit], settled: Settled, since: datetime, weight: Fraction
) -> tuple[dict[Place, int], set[str]]:
    """What was spent in each period before the sample began: what is spent by now, without what the sample spent.

    Also the names of budgets of which that is not known, since they have no account yet.
    """
    within: dict[Place, int] = defaultdict(int)
    for call in calls:
        for name in call.before.budgets if call.before else ():
            if name in limits:
                within[limits[name].place(name, call.at, call.person)] += call.cost_nano_usd
    opening: dict[Place, int] = {}
    unknown = set()
    for name, start in begun_before(since, limits):
        accounts = settled.get((name, start), {})
        known = [(name, start, person) for person in accounts if limits[name].per_end_user or not person]
        opening.update({place: max(0, accounts[place[2]] - round(within[place] * weight)) for place in known})
        if not known:
            unknown.add(name)
    return opening, unknown


def loosened(names: Iterable[str], before: Mapping[str, Limit], after: Mapping[str, Limit]) -> list[str]:
    """Those of the budgets that may have refused a call which would let more pass."""
    return [
        name
        for name in names
        if before[name].blocks
        and (name not in after or not after[name].blocks or after[name].nano_usd > before[name].nano_usd)
    ]
