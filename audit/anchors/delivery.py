"""The outbox: which checkpoints go to an anchor, and taking them there, at least once and by one process at a time.

Every `every_s` the newest checkpoint is queued for an anchor: it covers all before it. In a turn an anchor is given the oldest that waits,
and, once it takes that, the newest, then the others in their order. No transaction is open meanwhile: sealing waits for those.
"""

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from audit.anchors.interface import AnchorDiffers, AnchorFailed, ConfiguredAnchor
from audit.models import AnchorDelivery, Checkpoint
from audit.sealing.notes import NotANote, read_note, signers

FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(minutes=10)
SECONDS_OF_A_TURN = 10.0
"""For how long one anchor is served; what is left waits for the next turn."""

_LOCK = 0x616E6368  # "anch"
_log = logging.getLogger("govern.anchors")
_State = AnchorDelivery.State


def deliver_checkpoints(anchors: Sequence[ConfiguredAnchor], public_keys: Sequence[bytes]) -> int:
    """A turn for each anchor. Returns how many checkpoints were delivered; 0 too where another process does it.

    public_keys: of this installation; what none of them signed is not published. Raises `django.db.DatabaseError`.
    """
    if not anchors:
        return 0
    with _alone() as alone:
        return sum(_serve(anchor, list(public_keys)) for anchor in anchors) if alone else 0


@contextmanager
def _alone() -> Iterator[bool]:
    """A lock of the session, so that it holds without a transaction, and goes with a process that dies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        (alone,) = cursor.fetchone()
    try:
        yield alone
    finally:
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _serve(anchor: ConfiguredAnchor, public_keys: list[bytes]) -> int:
    _compare_last(anchor)
    _queue_newest(anchor)
    until = time.monotonic() + SECONDS_OF_A_TURN
    waiting = AnchorDelivery.objects.waiting().filter(anchor=anchor.name)
    first = waiting.order_by("checkpoint_id").first()
    if first is None or first.next_at > timezone.now():
        return 0
    taken = delivered = 0
    following: AnchorDelivery | None = first
    while following is not None and _deliver(following, anchor, public_keys):
        taken += 1
        delivered += following.state == _State.DELIVERED
        if time.monotonic() > until:
            break
        following = waiting.order_by("-checkpoint_id" if taken == 1 else "checkpoint_id").first()
    return delivered


def _compare_last(anchor: ConfiguredAnchor) -> None:
    """A trail that was rebuilt shows here before it has as many checkpoints as it had."""
    of = AnchorDelivery.objects.filter(anchor=anchor.name)
    last = of.delivered().order_by("-checkpoint_id").first()
    if last is not None and _note(last.checkpoint_id) != last.note and not of.wrong().exists():
        _set_aside(
            last, _State.DIFFERS, AnchorDiffers("The checkpoint in the database is not the one that was delivered.")
        )


def _note(number: int) -> str | None:
    return Checkpoint.objects.filter(number=number).values_list("note", flat=True).first()


def _queue_newest(anchor: ConfiguredAnchor) -> None:
    newest = Checkpoint.objects.order_by("-number").values_list("number", flat=True).first()
    last = AnchorDelivery.objects.filter(anchor=anchor.name).order_by("-checkpoint_id").first()
    if newest is None or (last is not None and last.checkpoint_id >= newest):
        return
    if last is None or last.queued_at <= timezone.now() - timedelta(seconds=anchor.every_s):
        AnchorDelivery.objects.create(anchor=anchor.name, checkpoint_id=newest)


def _deliver(delivery: AnchorDelivery, anchor: ConfiguredAnchor, public_keys: list[bytes]) -> bool:
    """False where the anchor failed, and rests. What can never be delivered is set aside and holds up nothing."""
    number = delivery.checkpoint_id
    note = _note(number)
    if note is None or not _is_ours(note, public_keys):
        _set_aside(
            delivery,
            _State.REFUSED,
            AnchorDiffers("The checkpoint in the database is not signed by this installation."),
        )
        return True
    try:
        evidence = anchor.anchor.publish(number, note)
    except AnchorDiffers as error:
        _set_aside(delivery, _State.DIFFERS, error)
        return True
    except AnchorFailed as error:
        _put_off(delivery, error)
        return False
    except (
        Exception
    ) as error:  # a fault of ours or of a library: told like a failure, so that no other anchor waits for it
        _log.error("The anchor %s failed: %s", anchor.name, type(error).__name__)
        _put_off(delivery, AnchorFailed("A fault in Govern (%(error)s).", error=type(error).__name__))
        return False
    delivery.state, delivery.delivered_at, delivery.answer = _State.DELIVERED, timezone.now(), ""
    delivery.note, delivery.evidence = note, evidence
    delivery.save(update_fields=["state", "delivered_at", "answer", "note", "evidence"])
    return True


def _is_ours(note: str, public_keys: list[bytes]) -> bool:
    try:
        read_note(note)
        return bool(signers(note, public_keys))
    except NotANote:
        return False


def _set_aside(delivery: AnchorDelivery, state: AnchorDelivery.State, why: AnchorDiffers) -> None:
    _log.error("Checkpoint %s was not delivered to the anchor %s: %s", delivery.checkpoint_id, delivery.anchor, why)
    delivery.state, delivery.answer, delivery.facts = state, why.template, why.facts
    delivery.save(update_fields=["state", "answer", "facts"])


def _put_off(delivery: AnchorDelivery, why: AnchorFailed) -> None:
    delivery.attempts, delivery.answer, delivery.facts = delivery.attempts + 1, why.template, why.facts
    delivery.next_at = timezone.now() + min(FIRST_WAIT * 2 ** min(delivery.attempts - 1, 10), LONGEST_WAIT)
    delivery.save(update_fields=["attempts", "answer", "facts", "next_at"])
