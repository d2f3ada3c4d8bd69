"""The numbers of a simulation, laid out: bars as shares, differences with their sign, and what the whole rests on in sentences."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.presentation.amounts import count, share, usd
from audit.presentation.words import Word
from govern.admin.simulations.words import ALWAYS_SHOWN, EFFECTS
from govern.changes.simulation.report import Effect, Kind, Money, Move, Report


class Bar(NamedTuple):
    """One row of a chart: `percent` of the longest."""

    label: str
    amount: str
    percent: float


class EffectCard(NamedTuple):
    """The calls of one kind."""

    word: Word
    effect: Effect
    share: str
    bars: list[Bar]


class Flow(NamedTuple):
    """What goes to a model, or a region, today and with the change. Percent: of the larger of all."""

    label: str
    before: int
    after: int
    before_percent: float
    after_percent: float


class Traffic(NamedTuple):
    """Where calls go. moves: only those that go elsewhere."""

    flows: list[Flow]
    moves: list[Move]

    @property
    def moved(self) -> int:
        """Calls that go elsewhere."""
        return sum(move.calls for move in self.moves)


class Difference(NamedTuple):
    """An amount before and after. tone: whether more of it is worse."""

    label: str
    before: str
    after: str
    change: str
    tone: str


class Ground(NamedTuple):
    """One sentence about what a simulation rests on."""

    text: str
    icon: str
    tone: str


def effect_cards(report: Report) -> list[EffectCard]:
    """The kinds of effects: those that always matter, and others that occur."""
    kinds: list[Kind] = [kind for kind in EFFECTS if kind in ALWAYS_SHOWN or report.effects[kind].calls]
    return [
        EffectCard(
            EFFECTS[kind],
            report.effects[kind],
            share(report.effects[kind].calls, report.sampled),
            _bars(report.effects[kind].by_application),
        )
        for kind in kinds
    ]


def _bars(numbers: Mapping[str, int]) -> list[Bar]:
    most = max(numbers.values(), default=1)
    return [Bar(label, count(number), round(100 * number / most, 1)) for label, number in numbers.items()]


def traffic(moves: Sequence[Move]) -> Traffic:
    """Where calls go today and would go."""
    before, after = Counter[str](), Counter[str]()
    for move in moves:
        before[move.before] += move.calls
        after[move.after] += move.calls
    most = max((*before.values(), *after.values()), default=1)
    labels = sorted(before.keys() | after.keys(), key=lambda label: (-before[label], label))
    flows = [
        Flow(
            label or _("unknown"),
            before[label],
            after[label],
            round(100 * before[label] / most, 1),
            round(100 * after[label] / most, 1),
        )
        for label in labels
    ]
    return Traffic(flows, [move for move in moves if move.before != move.after])


def money(label: str, found: Money) -> Difference:
    """What calls cost before and after, with the difference in dollars and percent."""
    change = found.after_nano_usd - found.before_nano_usd
    percent = f" ({100 * change / found.before_nano_usd:+.1f}%)" if found.before_nano_usd and change else ""
    sign = "+" if change > 0 else ""
    return Difference(
        label,
        usd(found.before_nano_usd),
        usd(found.after_nano_usd),
        f"{sign}{usd(change)}{percent}" if change else _("no difference"),
        _tone(change),
    )


def latency(report: Report) -> Difference | None:
    """The mean of what calls wait for their models; None where no model's latency is known."""
    found = report.latency
    if found.before_ms is None or found.after_ms is None:
        return None
    change = found.after_ms - found.before_ms
    return Difference(
        _("Mean wait for the model"),
        f"{found.before_ms} ms",
        f"{found.after_ms} ms",
        f"{change:+d} ms" if change else _("no difference"),
        _tone(change),
    )


def _tone(change: int) -> str:
    return "calm" if not change else "warn" if change > 0 else "ok"


def grounds(report: Report) -> list[Ground]:
    """What the simulation rests on, and what it cannot know."""
    return [ground for ground in (*_seen(report), *_unknown(report), *_money_notes(report)) if ground is not None]


def _seen(report: Report) -> Iterable[Ground | None]:
    found = report.coverage
    yield _ground(
        found.same_guards,
        ngettext(
            "%(n)s call: the change does not touch what guards do to it.",
            "%(n)s calls: the change does not touch what guards do to them.",
            found.same_guards,
        ),
        "check",
        "ok",
    )
    yield _ground(
        found.whole,
        ngettext(
            "%(n)s call: guards read the stored prompt and answer again.",
            "%(n)s calls: guards read the stored prompts and answers again.",
            found.whole,
        ),
        "check",
        "ok",
    )
    yield _ground(
        found.masked,
        ngettext(
            "%(n)s call: its texts were stored masked, so personal data and secrets are judged by what was found at the time.",
            "%(n)s calls: their texts were stored masked, so personal data and secrets are judged by what was found at the time.",
            found.masked,
        ),
        "ink_eraser",
        "info",
    )
    yield _ground(
        found.findings,
        ngettext(
            "%(n)s call could not be replayed: its texts are not stored. It is estimated from what was found at the time.",
            "%(n)s calls could not be replayed: their texts are not stored. They are estimated from what was found at the time.",
            found.findings,
        ),
        "help",
        "warn",
    )
    yield _ground(
        found.no_longer_readable,
        ngettext(
            "Of %(n)s of them the texts were stored, and have been erased or expired since.",
            "Of %(n)s of them the texts were stored, and have been erased or expired since.",
            found.no_longer_readable,
        ),
        "delete",
        "calm",
    )


def _unknown(report: Report) -> Iterable[Ground | None]:
    found = report.coverage
    yield _ground(
        found.incomplete,
        ngettext(
            "%(n)s call: a condition reads its tools or metadata, which only a stored prompt has. They are taken as empty.",
            "%(n)s calls: a condition reads their tools or metadata, which only a stored prompt has. They are taken as empty.",
            found.incomplete,
        ),
        "help",
        "warn",
    )
    yield _ground(
        found.answers_unknown,
        ngettext(
            "%(n)s call was refused at the time: what the model would have answered, and a guard found in it, nobody knows.",
            "%(n)s calls were refused at the time: what the models would have answered, and guards found in it, nobody knows.",
            found.answers_unknown,
        ),
        "help",
        "warn",
    )
    yield _ground(
        found.not_described + found.not_governed,
        ngettext(
            "%(n)s call is left out: it broke off, or its application is gone.",
            "%(n)s calls are left out: they broke off, or their application is gone.",
            found.not_described + found.not_governed,
        ),
        "remove",
        "calm",
    )
    if any(move.before != move.after for move in report.moves):
        yield Ground(
            _("Calls that go to another model keep the answer and the tokens of the one that served them."),
            "info",
            "info",
        )
    if report.classifiers_not_asked:
        yield Ground(
            _("Classifiers and second tiers are not asked again: what they found at the time is judged."),
            "info",
            "info",
        )


def _money_notes(report: Report) -> Iterable[Ground | None]:
    if report.budgets:
        yield Ground(
            _(
                "Budgets are replayed by what calls cost. The reservations of calls under way would refuse a little earlier."
            ),
            "info",
            "info",
        )
    if report.unpriced:
        names = ", ".join(report.unpriced)
        yield Ground(_("Without a price, and so in no sum: %(names)s.") % {"names": names}, "help", "warn")
    if report.unopened:
        names = ", ".join(report.unopened)
        yield Ground(
            _("What was spent before the replayed days is not known, and taken as nothing: %(names)s.")
            % {"names": names},
            "help",
            "warn",
        )
    if report.guessed_of_each:
        names = ", ".join(report.guessed_of_each)
        yield Ground(
            _(
                "Only a sample was replayed, in which each end user has a few calls that stand for many. So how many calls a limit of each "
                "end user refuses is a guess: %(names)s."
            )
            % {"names": names},
            "help",
            "warn",
        )


def _ground(number: int, text: str, icon: str, tone: str) -> Ground | None:
    return Ground(text % {"n": count(number)}, icon, tone) if number else None
