"""Reading simulations: the newest of a change, and what it means for whoever decides."""

from typing import NamedTuple

import msgspec
from django.utils.translation import gettext as _

from govern.changes.simulation.asking import REPLAYED
from govern.changes.simulation.report import Report
from govern.changes.simulation.revisions import newest_revision
from govern.models import ChangeRequest, Simulation
from govern.policy.canonical import content_digest

_decode = msgspec.json.Decoder(Report).decode


class Shown(NamedTuple):
    """A simulation as its change stands now.

    stale: the change was submitted with other content since. outdated: something else has come into force since. report: of a finished
    one; None also if what is stored does not have its hash.
    """

    found: Simulation
    report: Report | None
    stale: bool
    outdated: bool

    @property
    def counts(self) -> bool:
        """Whether it is finished and says what would happen now."""
        return self.report is not None and not self.stale and not self.outdated


def latest_simulation(change: ChangeRequest) -> Shown | None:
    """The newest simulation of a change; None for one that was never submitted. Two queries."""
    found = Simulation.objects.filter(change=change).order_by("-created_at").first()
    if found is None:
        return None
    found.change = change
    return shown(found)


def shown(found: Simulation) -> Shown:
    """A simulation as its change stands now."""
    report = read_report(found)
    is_open = found.change.is_open
    return Shown(found, report, found.is_stale, is_open and report is not None and report.revision != newest_revision())


def read_report(found: Simulation) -> Report | None:
    """The report of a finished simulation; None if there is none, or if it was changed."""
    if found.state != Simulation.State.FINISHED or content_digest(found.result) != found.result_sha256:
        return None
    return _decode(found.result)


class Standing(NamedTuple):
    """Whether a change has a simulation that counts, for the list of its checks. It warns; it never stands in the way."""

    passed: bool
    message: str


def simulation_standing(change: ChangeRequest) -> Standing | None:
    """What to tell whoever approves or applies; None for what is not before them.

    A failed or unfinished simulation is no reason to refuse: in an emergency of the trail itself nothing could be approved any more.
    But nobody decides without being told.
    """
    if change.state not in REPLAYED:
        return None
    simulation = latest_simulation(change)
    if simulation is None:
        return Standing(False, _("It was never replayed over recent calls."))
    found = simulation.found
    if found.state == Simulation.State.FAILED:
        return Standing(
            False, _("The simulation failed, so nobody knows what the change would have done to recent calls.")
        )
    if found.is_unfinished:
        return Standing(False, _("The simulation has not finished. Wait for it before you decide."))
    if simulation.report is None:
        return Standing(False, _("The stored result of the simulation is not what was written. Run it again."))
    if simulation.stale:
        return Standing(False, _("The simulation is of earlier content. It says nothing about this."))
    if simulation.outdated:
        return Standing(False, _("Something else has come into force since the simulation. Run it again."))
    return Standing(True, _("It was replayed over recent calls."))
