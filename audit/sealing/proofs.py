"""Proofs about sealed events: that one is in the tree, and that one checkpoint grew out of another."""

import msgspec
from django.db import connection
from django.db.models import Q

from audit.models.checkpoint import Checkpoint
from audit.models.event import AuditEvent
from audit.sealing.sealer import KEPT_HEIGHT, LEAF_BYTES
from audit.sealing.tree import HASH_BYTES, Frontier, consistency_proof, folded, inclusion_proof


class Inclusion(msgspec.Struct, frozen=True):
    """Where an event is in the tree of a checkpoint, and the hashes that lead to its root."""

    checkpoint: Checkpoint
    index: int
    leaf: bytes
    proof: list[bytes]


def inclusion_of(event: AuditEvent, *, at: Checkpoint | None = None) -> Inclusion | None:
    """The proof that the event is in the tree of checkpoint `at`, or of the first one with it; None while it is not sealed.

    Raises `ValueError` if `at` is older than the event's seal.
    """
    found = _sealed_by(event)
    if found is None:
        return None
    adding, index, leaf = found
    checkpoint = at or adding
    return Inclusion(checkpoint, index, leaf, inclusion_proof(index, checkpoint.size, range_hash))


def consistency(old: Checkpoint, new: Checkpoint) -> list[bytes]:
    """The proof that `new` begins with all that `old` has sealed. Raises `ValueError` if `old` is empty or the newer one."""
    return consistency_proof(old.size, new.size, range_hash)


def range_hash(start: int, end: int) -> bytes:
    """The root over the leaves from `start` to before `end`, as RFC 6962 asks for it: `start` is a multiple of what the range needs."""
    roots = []
    while start < end:
        height = (end - start).bit_length() - 1
        if start:
            height = min(height, (start & -start).bit_length() - 1)
        roots.append(subtree(start >> height, height))
        start += 1 << height
    return folded(roots)


def subtree(position: int, height: int) -> bytes:
    """The root of a complete subtree, from what is kept below it. Raises `TreeIncomplete`."""
    kept = height - height % KEPT_HEIGHT
    first, count = position << (height - kept), 1 << (height - kept)
    hashes = leaf_hashes(first, count) if kept == 0 else _nodes(kept, first, count)
    tree = Frontier()
    for digest in hashes:
        tree.append(digest)
    return tree.root()


def _nodes(height: int, first: int, count: int) -> list[bytes]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT hash FROM audit_tree_node WHERE height = %s AND position >= %s AND position < %s ORDER BY position",
            [height, first, first + count],
        )
        return _complete_list([bytes(digest) for (digest,) in cursor.fetchall()], count)


def leaf_hashes(first: int, count: int) -> list[bytes]:
    """The hashes of `count` leaves from `first` on. Raises `TreeIncomplete`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT substring(leaves FROM (%(bytes)s * greatest(%(first)s - first, 0))::int + 1"
            " FOR (%(bytes)s * (least(size, %(end)s) - greatest(first, %(first)s)))::int)"
            " FROM audit_checkpoint WHERE size > %(first)s AND first < %(end)s AND size > first ORDER BY number",
            {"bytes": LEAF_BYTES, "first": first, "end": first + count},
        )
        joined = b"".join(bytes(part) for (part,) in cursor.fetchall())
    return _complete_list(
        [joined[end - HASH_BYTES : end] for end in range(LEAF_BYTES, len(joined) + 1, LEAF_BYTES)], count
    )


class TreeIncomplete(Exception):
    """Hashes of the tree are missing in the database; `manage.py audit_verify` says which."""


def _complete_list(hashes: list[bytes], count: int) -> list[bytes]:
    if len(hashes) != count:
        raise TreeIncomplete(f"{count - len(hashes)} of {count} hashes are missing")
    return hashes


def _sealed_by(event: AuditEvent) -> tuple[Checkpoint, int, bytes] | None:
    """The checkpoint that added the event, its index in the tree, and its leaf's hash."""
    number = event.seq.to_bytes(8)
    adding = Checkpoint.objects.filter(Q(xid_from__lte=event.xid, xid_to__gt=event.xid, seq_from__lt=event.seq))
    for checkpoint in adding.order_by("number"):
        kept = bytes(checkpoint.leaves)
        start = kept.find(number)
        while start % LEAF_BYTES and start != -1:  # the bytes of a hash, which happen to be the same
            start = kept.find(number, start + 1)
        if start != -1:
            return checkpoint, checkpoint.first + start // LEAF_BYTES, kept[start + 8 : start + LEAF_BYTES]
    return None
