"""Reading simulations: the newest of a change, and what it means for whoever decides."""

from typing import NamedTuple

import msgspec

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


def simulation_standing(change: ChangeRequest) -> str:
    """What to tell whoever approves or applies, as a word of the check `simulation`; empty for what is not before them.

    A failed or unfinished simulation is no reason to refuse: in an emergency of the trail itself nothing could be approved any more.
    But nobody decides without being told.
    """
    if change.state not in REPLAYED:
        return ""
    simulation = latest_simulation(change)
    if simulation is None:
        return "missing"
    found = simulation.found
    if found.state == Simulation.State.FAILED:
        return "failed"
    if found.is_unfinished:
        return "unfinished"
    if simulation.report is None:
        return "altered"
    if simulation.stale:
        return "stale"
    return "outdated" if simulation.outdated else "holds"
