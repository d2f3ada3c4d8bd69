"""Everything that the page shows of a simulation."""

from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from audit.presentation.words import Word
from govern.admin.simulations import words
from govern.admin.simulations.figures import (
    Difference,
    EffectCard,
    Ground,
    Traffic,
    effect_cards,
    grounds,
    latency,
    money,
    traffic,
)
from govern.changes.simulation.asking import REPLAYED
from govern.changes.simulation.reading import Shown
from govern.changes.simulation.report import Report
from govern.models import Simulation

MAY_RUN = ("govern.propose_change", "govern.review_change")
"""Permissions of which one lets a person run a simulation again."""


class Layout(NamedTuple):
    """A report, laid out."""

    cards: list[EffectCard]
    models: Traffic
    regions: Traffic
    differences: list[Difference]
    grounds: list[Ground]


class SimulationCard(NamedTuple):
    """What `templates/govern/simulation.html` shows. report, page: of a finished simulation whose result is as it was written."""

    found: Simulation
    word: Word
    stale: bool
    outdated: bool
    may_run_again: bool
    report: Report | None
    page: Layout | None


def simulation_card(simulation: Shown | None, person: Any) -> SimulationCard | None:
    """A simulation as a person sees it; None where there is none."""
    if simulation is None:
        return None
    found = simulation.found
    is_of_use = found.change.state in REPLAYED and not found.is_unfinished and not simulation.counts
    return SimulationCard(
        found=found,
        word=_word(simulation),
        stale=simulation.stale,
        outdated=simulation.outdated,
        may_run_again=is_of_use and any(person.has_perm(permission) for permission in MAY_RUN),
        report=simulation.report,
        page=_layout(simulation.report) if simulation.report else None,
    )


def _word(simulation: Shown) -> Word:
    match simulation.found.state:
        case Simulation.State.WAITING:
            return words.WAITING
        case Simulation.State.RUNNING:
            return words.RUNNING
        case Simulation.State.FAILED:
            return words.FAILED
    report = simulation.report
    if report is None:
        return words.UNREADABLE
    if simulation.stale:
        return words.STALE
    if simulation.outdated:
        return words.OUTDATED
    changes = any(effect.calls for effect in report.effects.values()) or any(m.before != m.after for m in report.moves)
    return words.TOUCHED if changes else words.UNTOUCHED


def _layout(report: Report) -> Layout:
    slower = latency(report)
    return Layout(
        cards=effect_cards(report),
        models=traffic(report.moves),
        regions=traffic(report.regions),
        differences=[
            money(_("Cost of the replayed days"), report.money),
            *(
                money(_("of which %(name)s") % {"name": name}, found)
                for name, found in report.money_by_application.items()
            ),
            *([slower] if slower else []),
        ],
        grounds=grounds(report),
    )
