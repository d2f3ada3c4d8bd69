"""The outbox: how far each stream is, and taking it on, at least once, in order, and by one process at a time.

The position moves once a receiver has taken what lies before it, so whoever dies in between is followed by one who sends that again. No
transaction is open while a receiver is waited for: sealing waits for those.
"""

import logging
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import msgspec
from django.db import connection
from django.db.models import Max
from django.utils import timezone

from audit.models import AuditEvent, EventStream
from audit.streams.interface import Connect, Stream, StreamFailed, Told, TooLarge
from audit.streams.reading import Position, events_after, horizon, wanted

SECONDS_OF_A_TURN = 10.0
FIRST_WAIT_S = 5
LONGEST_WAIT_S = 600
_LOCK_CLASS = 0x7374726D  # "strm"
_log = logging.getLogger("govern.streams")


def feed_streams(streams: Sequence[Stream], connect: Connect) -> int:
    """A turn for each stream. Returns how many events were taken. Raises `django.db.DatabaseError`."""
    return sum(_feed(stream, connect) for stream in streams)


def _feed(stream: Stream, connect: Connect) -> int:
    with _alone(stream.name) as alone:
        if not alone:
            return 0
        state = _state_of(stream)
        if state.paused_at is not None or state.next_at > timezone.now():
            return 0
        return _turn(stream, state, connect)


@contextmanager
def _alone(name: str) -> Iterator[bool]:
    """A lock of the session, so that it holds without a transaction, and goes with a process that dies."""
    keys = [_LOCK_CLASS, zlib.crc32(name.encode()) - (1 << 31)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", keys)
        (alone,) = cursor.fetchone()
    try:
        yield alone
    finally:
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", keys)


def _state_of(stream: Stream) -> EventStream:
    known = EventStream.objects.filter(name=stream.name).first()
    if known is not None:
        return known
    last = AuditEvent.objects.aggregate(last=Max("seq"))["last"] or 0
    begins = (0, 0) if stream.from_beginning else (horizon(), last)
    return EventStream.objects.create(name=stream.name, xid=str(begins[0]), last_seq=begins[1])


def _turn(stream: Stream, state: EventStream, connect: Connect) -> int:
    until, taken = time.monotonic() + SECONDS_OF_A_TURN, 0
    while time.monotonic() < until:
        below = horizon()
        if below < int(state.xid):  # the cluster was restored
            state.xid, state.seq, state.seq_from = "0", 0, state.last_seq
        found = events_after(Position(int(state.xid), state.seq, state.seq_from), below=below)
        if not found:
            break
        try:
            for piece in _pieces(stream, found):
                taken += _hand_over(stream, state, [event for event in piece if wanted(stream, event)], connect)
                _move(state, piece[-1])
                state.refresh_from_db(fields=["paused_at"])
                if state.paused_at is not None:
                    return taken
        except StreamFailed as error:
            _put_off(state, str(error))
            return taken
        except Exception as error:  # a fault of ours: told like a failure, so that no other stream waits for it
            _log.error("The stream %s failed: %s", stream.name, type(error).__name__)
            _put_off(state, f"A fault in Govern ({type(error).__name__}).")
            return taken
    return taken


def _pieces(stream: Stream, events: Sequence[Told]) -> Iterator[Sequence[Told]]:
    most = stream.receiver.most_events
    for start in range(0, len(events), most):
        yield events[start : start + most]


def _hand_over(stream: Stream, state: EventStream, events: list[Told], connect: Connect) -> int:
    """Sends events, fewer at once where the receiver takes less, and at last one without its record. Returns how many."""
    if not events:
        return 0
    try:
        state.refused += stream.receiver.send(stream.name, events, connect)
    except TooLarge:
        if len(events) > 1:
            middle = len(events) // 2
            parts = events[:middle], events[middle:]
            return sum(_hand_over(stream, state, part, connect) for part in parts)
        if events[0].record is None:
            raise
        return _hand_over(stream, state, [msgspec.structs.replace(events[0], record=None)], connect)
    state.acknowledged_seq, state.acknowledged_at = events[-1].seq, timezone.now()
    state.acknowledged_of = datetime.fromtimestamp(events[-1].at_us / 1_000_000, UTC)
    state.told += len(events)
    _move(state, events[-1])
    return len(events)


def _move(state: EventStream, last: Told) -> None:
    """What is up to this event need not be sent again."""
    state.xid, state.seq, state.last_seq = str(last.xid), last.seq, max(state.last_seq, last.seq)
    state.failures, state.error, state.next_at = 0, "", timezone.now()
    _save(state)


def _put_off(state: EventStream, why: str) -> None:
    state.failures += 1
    wait_s = min(FIRST_WAIT_S * 2 ** min(state.failures - 1, 20), LONGEST_WAIT_S)
    state.error, state.next_at = why, timezone.now() + timedelta(seconds=wait_s)
    _save(state)


def _save(state: EventStream) -> None:
    """All but what a person decides meanwhile."""
    state.save(
        update_fields=[
            field.name for field in state._meta.fields if field.name not in ("name", "paused_at", "paused_by")
        ]
    )
