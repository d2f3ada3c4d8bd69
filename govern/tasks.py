"""Work outside of calls, run by Celery."""

from celery import shared_task
from django.db import connection

from audit.trail.orphans import close_orphans
from govern.budgets.abandoned import settle_abandoned


@shared_task
def close_abandoned_calls() -> int:
    """Closes the calls of gateways that died and settles what they held. Returns how many."""
    return close_orphans(on_close=settle_abandoned)


@shared_task
def prepare_trail_partitions() -> None:
    """Makes the trail's partitions of this and the next months."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_ensure_partitions(2)")
