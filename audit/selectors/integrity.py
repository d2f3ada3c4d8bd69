"""What the seal covers now, how far it is behind, and what each anchor last answered."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from audit.anchors.interface import ConfiguredAnchor
from audit.models import AnchorDelivery, Checkpoint, VerificationRun
from audit.sealing.sealer import NO_TRANSACTION

BEHIND = timedelta(seconds=60)
"""From which lag on sealing counts as stopped."""
MOST_COUNTED = 100_000
"""More unsealed events than this are not counted, so that no page waits for them."""
RUNS = 5


class Seal(NamedTuple):
    """last: the newest checkpoint; waiting: events after it, at most `MOST_COUNTED`; oldest_at: when the first of those happened."""

    last: Checkpoint | None
    waiting: int
    oldest_at: datetime | None

    @property
    def lag(self) -> timedelta:
        """How long ago the oldest event happened that is not sealed."""
        return max(timezone.now() - self.oldest_at, timedelta()) if self.oldest_at else timedelta()

    @property
    def is_behind(self) -> bool:
        return self.lag > BEHIND


class AnchorState(NamedTuple):
    """since: when it first took a checkpoint. last: the newest that it has. next: the one to come. wrong: one that never will."""

    anchor: ConfiguredAnchor
    since: datetime | None
    last: AnchorDelivery | None
    next: AnchorDelivery | None
    waiting: int
    wrong: AnchorDelivery | None

    @property
    def tone(self) -> str:
        if self.wrong is not None:
            return "bad"
        if self.next is not None and self.next.attempts:
            return "warn"
        return "ok" if self.last is not None else "calm"


def seal_state() -> Seal:
    """Two queries."""
    last = Checkpoint.objects.order_by("-number").defer("leaves", "frontier").first()
    seq_from, xid_from = (0, 0) if last is None else (last.seq_from, int(last.xid_to))
    if last is not None and xid_from == NO_TRANSACTION:  # the cluster was restored: see `audit.sealing.sealer`
        seq_from, xid_from = last.last_seq, 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), (array_agg(at))[1] FROM (SELECT at FROM audit_event WHERE xid >= %s::text::xid8 AND seq > %s"
            " ORDER BY xid, seq LIMIT %s) unsealed",
            [str(xid_from), seq_from, MOST_COUNTED],
        )
        waiting, oldest_at = cursor.fetchone()
    return Seal(last, waiting, oldest_at)


def anchor_states(anchors: Sequence[ConfiguredAnchor]) -> list[AnchorState]:
    """Five queries an anchor, each by an index."""
    return [_state(anchor) for anchor in anchors]


def _state(anchor: ConfiguredAnchor) -> AnchorState:
    of = AnchorDelivery.objects.filter(anchor=anchor.name)
    delivered, waiting = of.delivered(), of.waiting()
    return AnchorState(
        anchor,
        since=delivered.order_by("delivered_at").values_list("delivered_at", flat=True).first(),
        last=delivered.select_related("checkpoint")
        .defer("checkpoint__leaves", "checkpoint__frontier")
        .order_by("-checkpoint_id")
        .first(),
        next=waiting.order_by("checkpoint_id").first(),
        waiting=waiting.count(),
        wrong=of.wrong().order_by("checkpoint_id").first(),
    )


def verification_runs() -> list[VerificationRun]:
    """The newest, those under way among them."""
    return list(VerificationRun.objects.order_by("-asked_at")[:RUNS])


def recent_checkpoints(limit: int) -> list[Checkpoint]:
    return list(Checkpoint.objects.order_by("-number").defer("leaves", "frontier", "note")[:limit])


def checkpoint(number: int) -> Checkpoint | None:
    return Checkpoint.objects.filter(number=number).first()


def deliveries_of(found: Checkpoint) -> list[AnchorDelivery]:
    """What became of a checkpoint at the anchors."""
    return list(AnchorDelivery.objects.filter(checkpoint_id=found.number).order_by("anchor"))
