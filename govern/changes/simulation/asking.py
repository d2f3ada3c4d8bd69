"""Asking for a simulation. A worker is told once the transaction that asks has been committed."""

from celery import current_app
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from govern.changes.locking import locked_change, require_state
from govern.changes.refused import ChangeRefused
from govern.models import ChangeRequest, ChangeState, Person, Simulation

OVERTAKEN = gettext_noop("The change was submitted again with other content while it was being replayed.")
_TASK = "govern.tasks.simulate_change"
"""By its name: tasks know what they call, and not the other way round."""
REPLAYED = (ChangeState.IN_REVIEW, ChangeState.APPROVED, ChangeState.SCHEDULED)


def ask_for_simulation(*, change: ChangeRequest, by: Person) -> Simulation:
    """A simulation of what a change was submitted with, in the caller's transaction. One that still runs is given up."""
    Simulation.objects.filter(change=change).unfinished().update(
        state=Simulation.State.FAILED, problem=OVERTAKEN, finished_at=timezone.now()
    )
    simulation = Simulation.objects.create(change=change, digest=change.content_digest, asked_by_name=by.username)
    # Without a broker it waits, and is resumed. Not a partial: Django names what failed, and a partial has no name.
    transaction.on_commit(lambda: _send(simulation), robust=True)
    return simulation


@transaction.atomic
def simulate_again(*, change: ChangeRequest, by: Person) -> Simulation:
    """Another simulation of the same content: because one failed, or because something else has come into force since.

    Raises `ChangeRefused` while one is under way, and unless the change is in review or waits to be applied.
    """
    found = locked_change(change, by=by)
    require_state(found, *REPLAYED)
    if Simulation.objects.filter(change=found).unfinished().exists():
        raise ChangeRefused("under_way", _("A simulation is under way. Wait for it to end."))
    return ask_for_simulation(change=found, by=by)


def resume_lost_simulations() -> int:
    """Asks again for the work that got lost with its worker or with the queue. Returns how much there was."""
    lost = list(Simulation.objects.lost())
    for simulation in lost:
        _send(simulation)
    return len(lost)


def _send(simulation: Simulation) -> None:
    current_app.signature(_TASK, [str(simulation.pk)]).delay()
