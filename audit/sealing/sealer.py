"""The next checkpoint: which events it adds, and its note.

Transactions end in another order than they begin, so an event may appear below one that is sealed already. Events are therefore taken by
the transaction that wrote them, up to the oldest one that still runs: below it nothing can appear any more.
A cluster that was restored counts its transactions anew; what it writes has higher numbers (`seq`) than all that was restored.
"""

import datetime
import uuid
from collections.abc import Sequence

import msgspec
from django.db import connection, transaction

from audit.models.checkpoint import Checkpoint, TreeNode
from audit.sealing.leaves import Leaf, leaves
from audit.sealing.notes import Checkpoint as Statement
from audit.sealing.notes import NotANote, Sign, note_digest, read_note, signed_note, signers
from audit.sealing.tree import Frontier, is_frontier

LEAF_BYTES = 40
"""What a checkpoint keeps of an event: its number in 8 bytes, and its leaf's hash."""

KEPT_HEIGHT = 8
"""Nodes are kept at the multiples of this height."""

_LOCK = 0x7365616C  # "seal"
_AT_ONCE = 20_000
NO_TRANSACTION = 2**63 - 1
"""Where the last checkpoint before a restoration ends: above every transaction."""


class SealingRefused(Exception):
    """The trail cannot be sealed as it is; says what to do."""


class Signer(msgspec.Struct, frozen=True):
    """The key that signs now, and the public keys that signed before it."""

    key_id: str
    public_key: bytes
    sign: Sign
    retired: tuple[bytes, ...] = ()


def seal_all(signer: Signer) -> int:
    """Seals whatever can be, a checkpoint after the other. Returns how many events; 0 too where another process seals.

    Raises `SealingRefused` and `django.db.DatabaseError`.
    """
    sealed = 0
    while added := seal_next(signer):
        sealed += added
    return sealed


def seal_next(signer: Signer) -> int:
    """Adds one checkpoint for the events that can no longer be preceded. Returns how many they are. Raises like `seal_all`."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if cursor.fetchone() != (True,):
            return 0
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint, clock_timestamp()")
        horizon, now = cursor.fetchone()
        last = Checkpoint.objects.order_by("-number").defer("leaves").first()
        seq_from, xid_from = (0, 0) if last is None else (last.seq_from, int(last.xid_to))
        if last is not None and horizon < xid_from:
            if xid_from != NO_TRANSACTION:
                # Of before the restoration: what was not sealed yet. An empty checkpoint marks the border all the same.
                rest = list(leaves(cursor, seq_from=seq_from, xid_from=xid_from, xid_to=NO_TRANSACTION))
                return _write(signer, last, rest, (seq_from, xid_from, NO_TRANSACTION), now)
            seq_from, xid_from = last.last_seq, 0
        added, xid_to = _next_leaves(cursor, seq_from, xid_from, horizon)
        return _write(signer, last, added, (seq_from, xid_from, xid_to), now) if added else 0


def _next_leaves(cursor: object, seq_from: int, xid_from: int, horizon: int) -> tuple[list[Leaf], int]:
    """Whole transactions, about `_AT_ONCE` events; and the transaction before which they end."""
    found = list(leaves(cursor, seq_from=seq_from, xid_from=xid_from, xid_to=horizon, limit=_AT_ONCE + 1))
    if len(found) <= _AT_ONCE:
        return found, horizon
    cut = found[-1].xid
    if whole := [leaf for leaf in found if leaf.xid < cut]:
        return whole, cut
    return list(leaves(cursor, seq_from=seq_from, xid_from=xid_from, xid_to=cut + 1)), cut + 1


def _write(
    signer: Signer, last: Checkpoint | None, added: Sequence[Leaf], span: tuple[int, int, int], now: datetime.datetime
) -> int:
    origin = f"govern/{uuid.uuid4()}" if last is None else _origin(last, signer)
    tree = Frontier() if last is None else Frontier(last.size, bytes(last.frontier))
    kept: list[TreeNode] = []

    def keep(height: int, position: int, hash: bytes) -> None:
        if height % KEPT_HEIGHT == 0:
            kept.append(TreeNode(height=height, position=position, hash=hash))

    for leaf in added:
        tree.append(leaf.hash, keep)
    seq_from, xid_from, xid_to = span
    statement = Statement(
        origin=origin,
        size=tree.size,
        root=tree.root(),
        previous=None if last is None else note_digest(last.note),
        at=now,
        seq_from=seq_from,
        xid_from=xid_from,
        xid_to=xid_to,
    )
    checkpoint = Checkpoint(
        number=1 if last is None else last.number + 1,
        first=tree.size - len(added),
        size=tree.size,
        at=now,
        root=statement.root,
        seq_from=seq_from,
        xid_from=str(xid_from),
        xid_to=str(xid_to),
        last_seq=max([0 if last is None else last.last_seq, *(leaf.seq for leaf in added)]),
        leaves=b"".join(leaf.seq.to_bytes(8) + leaf.hash for leaf in added),
        frontier=tree.roots(),
        note=signed_note(statement, signer.public_key, signer.sign),
        key_id=signer.key_id,
    )
    checkpoint.save(force_insert=True)
    TreeNode.objects.bulk_create(kept)
    return len(added)


def _origin(last: Checkpoint, signer: Signer) -> str:
    """Of the tree that the last checkpoint is of. Raises `SealingRefused` where it is not ours: nothing is built on it."""
    try:
        statement = read_note(last.note)
        known = signers(last.note, [signer.public_key, *signer.retired])
    except NotANote as error:
        raise SealingRefused(f"Checkpoint {last.number} was changed ({error}). Run manage.py audit_verify.") from None
    if not known:
        raise SealingRefused(
            f"Checkpoint {last.number} is signed with key {last.key_id}, and the signing key is {signer.key_id}. If that key was "
            "replaced, name its public key in GOVERN_RETIRED_SIGNING_KEYS; if not, run manage.py audit_verify."
        )
    frontier = bytes(last.frontier)
    if (statement.size, statement.root) != (last.size, bytes(last.root)) or not is_frontier(
        last.size, frontier, statement.root
    ):
        raise SealingRefused(f"Checkpoint {last.number} is not what was signed. Run manage.py audit_verify.")
    return statement.origin
