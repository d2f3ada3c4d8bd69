"""How far streams of events are."""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from django.utils import timezone

from audit.models import EventStream
from audit.presentation.amounts import span
from audit.streams.interface import Stream
from audit.streams.reading import Position, events_after, horizon


class StreamState(NamedTuple):
    """A stream of the setting. behind: how old the next event is that waits; None while none does, or before its first turn."""

    stream: Stream
    state: EventStream | None
    behind: timedelta | None

    @property
    def behind_words(self) -> str:
        """How far it is behind, as it is shown."""
        return span(self.behind) if self.behind is not None else "–"


def stream_states(streams: Sequence[Stream]) -> list[StreamState]:
    """Each of them, in their order."""
    known = EventStream.objects.in_bulk([stream.name for stream in streams])
    below, now = horizon(), timezone.now().timestamp()
    found = []
    for stream in streams:
        state, behind = known.get(stream.name), None
        if state is not None:
            waiting = events_after(Position(int(state.xid), state.seq, state.seq_from), below=below, limit=1)
            behind = timedelta(seconds=max(0.0, now - waiting[0].at_us / 1_000_000)) if waiting else None
        found.append(StreamState(stream, state, behind))
    return found
