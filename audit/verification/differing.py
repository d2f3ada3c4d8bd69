"""Which event is not as it was sealed, and how: altered, deleted, inserted, moved, or cut off at the end."""

from collections.abc import Iterable, Sequence

from django.db import connection
from django.utils.translation import gettext as _

from audit.models.checkpoint import Checkpoint
from audit.models.event import AuditEvent
from audit.sealing.leaves import COLUMNS, LAST_SEQ, Leaf, event_hash, rows
from audit.sealing.sealer import LEAF_BYTES, NO_TRANSACTION


def difference(checkpoint: Checkpoint, left: bytes, found: Sequence[Leaf]) -> str:
    """A sentence about the first event of the checkpoint that is not as sealed.

    left: what the checkpoint keeps of its events, without those that were dropped with their month.
    found: the events that are now where its own should be.
    """
    sealed = sealed_leaves(left)
    now = {leaf.seq: leaf for leaf in found}
    for seq, digest in sealed:
        leaf = now.get(seq)
        if leaf is None:
            return _missing(checkpoint, seq)
        if leaf.hash != digest:
            return _altered(checkpoint, seq, digest)
    before = {seq for seq, _hash in sealed}
    for leaf in found:
        if leaf.seq not in before:
            return _("event %(seq)s was inserted among the events of checkpoint %(number)s") % {
                "seq": leaf.seq, "number": checkpoint.number,
            }  # fmt: skip
    return _("the events of checkpoint %s stand in another order") % checkpoint.number


def span(first: Checkpoint, last: Checkpoint) -> dict[str, int]:
    """Which events neighbouring checkpoints cover. What was written after a restoration has higher numbers than what was restored, and
    transactions that count from the beginning."""
    restored = (
        Checkpoint.objects.filter(xid_to=str(NO_TRANSACTION), last_seq__gt=first.seq_from).order_by("number").first()
    )
    return {
        "seq_from": first.seq_from,
        "seq_to": LAST_SEQ if restored is None else restored.last_seq,
        "xid_from": int(first.xid_from),
        "xid_to": int(last.xid_to),
    }


def sealed_leaves(kept: bytes) -> list[tuple[int, bytes]]:
    """Number and leaf hash of each event, as a checkpoint keeps them."""
    return [
        (int.from_bytes(kept[start : start + 8]), kept[start + 8 : start + LEAF_BYTES])
        for start in range(0, len(kept), LEAF_BYTES)
    ]


def _missing(checkpoint: Checkpoint, seq: int) -> str:
    words = {"seq": seq, "number": checkpoint.number}
    if AuditEvent.objects.filter(seq=seq).exists():
        return _("event %(seq)s was moved out of its place in checkpoint %(number)s") % words
    later = Checkpoint.objects.filter(last_seq__gt=seq).order_by("-number").first()
    if later is None or not AuditEvent.objects.filter(seq__gt=seq, seq__lte=later.last_seq).exists():
        return (
            _("the trail is cut off at the end: event %(seq)s of checkpoint %(number)s and all after it are gone")
            % words
        )
    return _("event %(seq)s of checkpoint %(number)s was deleted") % words


def _altered(checkpoint: Checkpoint, seq: int, digest: bytes) -> str:
    other = _standing_in_for(checkpoint, seq, digest)
    if other is not None:
        return _("events %(seq)s and %(other)s of checkpoint %(number)s were reordered") % {
            "seq": seq, "other": other, "number": checkpoint.number,
        }  # fmt: skip
    return _("event %(seq)s of checkpoint %(number)s was altered") % {"seq": seq, "number": checkpoint.number}


def _standing_in_for(checkpoint: Checkpoint, seq: int, digest: bytes) -> int | None:
    """The number under which the sealed event stands now, if only its place was changed."""
    own = span(checkpoint, checkpoint)
    with connection.cursor() as cursor:
        found = list(rows(cursor, **own))
    transactions = {row[-8:] for row in found}
    for row in found:
        if any(event_hash(_renumbered(row, seq, xid)) == digest for xid in _few(transactions, row[-8:])):
            return int.from_bytes(row[6:14])
    return None


def _renumbered(row: bytes, seq: int, xid: bytes) -> bytes:
    """The row of a sealed event as it would be under another number and transaction."""
    return row[:6] + seq.to_bytes(8) + row[14:-8] + xid


def _few(transactions: set[bytes], own: bytes) -> Iterable[bytes]:
    return transactions if len(transactions) <= 64 else {own}


assert (COLUMNS[0], COLUMNS[-1]) == ("seq", "xid"), "where `_renumbered` looks for them"
