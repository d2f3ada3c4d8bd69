"""Work outside of calls, run by Celery."""

import logging
import time
import uuid

from celery import shared_task
from django.conf import settings
from django.db import DatabaseError, connection

from audit.anchors.delivery import deliver_checkpoints
from audit.exports import asking, running
from audit.sealing.sealer import SealingRefused, seal_all
from audit.services import unknown_keys
from audit.streams.delivery import feed_streams
from audit.trail.orphans import close_orphans
from audit.verification.running import run_verification
from govern import VERSION
from govern.budgets.abandoned import settle_abandoned
from govern.changes import containment
from govern.changes.applying import apply_due_changes
from govern.changes.detection.running import run_detection, why_due
from govern.changes.drift.reporting import report_drift
from govern.changes.emergencies import lapse_emergencies
from govern.changes.notifications.digest import tell_digest
from govern.changes.notifications.sending import send_due
from govern.changes.notifications.spending import tell_of_spending
from govern.changes.notifications.telling import tell_of_expiring
from govern.changes.sampling import draw_due_samples
from govern.changes.simulation.asking import resume_lost_simulations
from govern.changes.simulation.running import run_simulation
from govern.changes.submission import expire_changes
from govern.identity.sealing_key import trail_public_keys, trail_signer
from govern.keeping.dropping import DropRefused, drop_due_months
from govern.stream_connections import connect_to_receiver

_log = logging.getLogger("govern.tasks")


@shared_task
def close_abandoned_calls() -> int:
    """Closes the calls of gateways that died and settles what they held. Returns how many."""
    return close_orphans(on_close=settle_abandoned)


@shared_task
def seal_trail() -> int:
    """Seals the events that are not sealed yet. Returns how many. What hinders it is logged, each time anew: somebody has to act."""
    try:
        return seal_all(trail_signer())
    except SealingRefused as refused:
        _log.error("The trail is not sealed: %s", refused)
        return 0


@shared_task
def anchor_checkpoints() -> int:
    """Publishes checkpoints to the anchors outside the database. Returns how many."""
    return deliver_checkpoints(settings.GOVERN_ANCHORS, trail_public_keys())


@shared_task
def feed_event_streams() -> int:
    """Passes events on to the receivers of GOVERN_STREAMS. Returns how many."""
    return feed_streams(settings.GOVERN_STREAMS, connect_to_receiver)


@shared_task
def verify_trail_now(run_id: str) -> None:
    """Verifies the trail against all anchors, as somebody asked on the integrity page."""
    run_verification(uuid.UUID(run_id), trail_public_keys(), settings.GOVERN_ANCHORS)


@shared_task
def prepare_trail_partitions() -> None:
    """Makes the trail's partitions of this and the next months. Where it cannot, that is logged, each time anew: somebody has to act."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT audit_ensure_partitions(2)")
    except DatabaseError as error:
        _log.error("The months ahead of the trail are not made: %s", error)


@shared_task
def drop_due_months_of_trail() -> int:
    """Drops the months that retention says. Returns how many. What hinders it is logged, each time anew: somebody has to act."""
    try:
        return len(drop_due_months(actor=None))
    except DropRefused as refused:
        _log.error("No month of the trail is dropped: %s", refused)
        return 0


@shared_task
def forget_unknown_keys() -> int:
    """Forgets addresses that presented unknown keys long ago. Returns how many rows."""
    return unknown_keys.forget_unknown_keys()


@shared_task
def follow_changes() -> None:
    """What happens to changes by the clock: scheduled ones come into force, break-glass lapses, others expire; people are told."""
    lapse_emergencies()
    apply_due_changes()
    expire_changes()
    send_due()


@shared_task
def contain_applications() -> list[str]:
    """Stops applications that violate policy too often, as rules in force say, and ends stops whose time is over. Returns whom it
    stopped."""
    containment.lapse_stops()
    return containment.contain_applications()


@shared_task
def forget_recent_sightings() -> int:
    """Forgets what no containment rule could count any more. Returns how many rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT govern_forget_sightings()")
        return int(cursor.fetchone()[0])


@shared_task
def remind_of_changes() -> None:
    """Tells people of changes that expire soon and, once a day, of everything that waits for them."""
    tell_of_expiring()
    tell_digest()


@shared_task
def tell_what_is_spent() -> None:
    """Tells people of budgets that have reached a level at which they want to know."""
    tell_of_spending(time.time())


@shared_task
def check_what_is_in_force() -> list[str]:
    """Compares what is stored with the revision in force. Returns the places that differ; each day's first opens a violation."""
    return report_drift()


@shared_task
def simulate_change(simulation_id: str) -> None:
    """Replays the trail under what a change proposes."""
    run_simulation(uuid.UUID(simulation_id))


@shared_task
def resume_simulations() -> int:
    """Asks again for simulations that were lost with their worker or with the queue. Returns how many."""
    return resume_lost_simulations()


@shared_task
def measure_detection() -> bool:
    """Measures the guards in force where they changed since the last time, or a quarter has passed. Returns whether."""
    return bool(why_due()) and run_detection() is not None


@shared_task
def draw_samples() -> int:
    """Draws calls of the last week for people to rate, where policy asks for it. Returns for how many applications."""
    return draw_due_samples()


@shared_task
def write_export(export_id: str) -> None:
    """Writes an export that somebody asked for."""
    running.run_export(uuid.UUID(export_id), signer=trail_signer(), version=VERSION)


@shared_task
def resume_exports() -> int:
    """Asks again for exports that were lost with their worker or with the queue. Returns how many."""
    return asking.resume_lost_exports()


@shared_task
def expire_exports() -> int:
    """Removes exports and links that are past their time. Returns how many exports."""
    return running.expire_exports()
