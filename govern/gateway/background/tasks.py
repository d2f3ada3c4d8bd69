"""Background responses and what is kept of responses, looked after by Celery."""

from typing import Any

from celery import shared_task
from celery.signals import worker_shutdown

from govern.gateway.background.running import resume_background, run_in_background, stop_running
from govern.gateway.responses.expired_responses import remove_expired


@shared_task
def run_background_response(call_id: str) -> None:
    """Has this worker's gateway run a response that was asked for in the background."""
    run_in_background(call_id)


@shared_task
def resume_background_responses() -> int:
    """Closes responses whose worker died, and asks again for those that got lost in the queue. Returns how many of those."""
    return resume_background()


@shared_task
def remove_expired_responses() -> int:
    """Removes what is past its time of kept payloads, responses and conversations. Returns how many rows."""
    return remove_expired()


@worker_shutdown.connect
def end_background_responses(**_: Any) -> None:
    """What this worker still runs is stopped and settled, and told as failed."""
    stop_running()
