"""Background responses, run by Celery."""

from celery import shared_task

from govern.gateway.background.running import resume_background, run_in_background


@shared_task
def run_background_response(call_id: str) -> None:
    """Has this worker's gateway run a response that was asked for in the background."""
    run_in_background(call_id)


@shared_task
def resume_background_responses() -> int:
    """Closes responses whose worker died, and asks again for those that got lost in the queue. Returns how many of those."""
    return resume_background()
