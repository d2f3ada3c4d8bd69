"""Pausing streams of events."""

from django.db import transaction
from django.utils import timezone

from audit.models import EventStream
from audit.streams.events import stream_paused, stream_resumed


@transaction.atomic
def pause_stream(*, name: str, by: str) -> bool:
    """Nothing more is sent once the delivery under way has ended. Whether anything changed."""
    changed = EventStream.objects.filter(name=name, paused_at=None).update(paused_at=timezone.now(), paused_by=by)
    if changed:
        stream_paused(actor=by, stream=name)
    return bool(changed)


@transaction.atomic
def resume_stream(*, name: str, by: str) -> bool:
    """It goes on after the last event that was taken, at once. Whether anything changed."""
    paused = EventStream.objects.filter(name=name, paused_at__isnull=False)
    changed = paused.update(paused_at=None, paused_by="", next_at=timezone.now(), failures=0)
    if changed:
        stream_resumed(actor=by, stream=name)
    return bool(changed)
