"""Is the trail unchanged: are its events what was sealed, and its checkpoints what was signed and published."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from django.db import connection
from django.utils.translation import gettext as _

from audit.models.checkpoint import Checkpoint, TreeNode
from audit.retention.statements import BadStatement, Dropped, DroppedNumbers, dropped_months
from audit.sealing.leaves import Leaf, leaves
from audit.sealing.notes import Checkpoint as Statement
from audit.sealing.notes import NotANote, note_digest, read_note, signers
from audit.sealing.sealer import KEPT_HEIGHT, LEAF_BYTES, NO_TRANSACTION
from audit.sealing.tree import Frontier
from audit.verification.differing import difference, span
from audit.verification.published import Published

_EVENTS_AT_ONCE = 20_000
_CHECKPOINTS_AT_ONCE = 500


class SealReport(msgspec.Struct, frozen=True, kw_only=True):
    """What the seal covers.

    sealed: events under a checkpoint; sealed_through: the highest `seq` among them, None while nothing is sealed.
    anchored: the size of the largest tree that one of the given notes vouches for; 0 without any.
    dropped: the months that were dropped, whose hashes the checkpoints still hold.
    first_fault: a sentence about the first event or checkpoint that is not as it was sealed, or None.
    """

    checkpoints: int
    sealed: int
    sealed_through: int | None
    anchored: int
    first_fault: str | None
    dropped: tuple[Dropped, ...] = ()


Seen = Callable[[int], None]
"""Told now and then how many events were read."""


class _Fault(Exception):
    """The sentence is the exception's text."""


def check_seal(
    public_keys: Sequence[bytes], published: Iterable[Published] = (), seen: Seen = lambda _events: None
) -> SealReport:
    """Reads every checkpoint and every event under one.

    public_keys: of this installation: the one that signs, and those that signed before.
    published: checkpoints from outside the database, of any age. Raises `django.db.DatabaseError`, and what `published` raises.
    """
    check = _Check(list(public_keys), seen)
    fault = None
    try:
        check.allow_dropped()
        check.expect(published)
        check.run()
    except _Fault as found:
        fault = str(found)
    return SealReport(
        checkpoints=check.count,
        sealed=check.tree.size,
        sealed_through=check.last.last_seq if check.last is not None and check.tree.size else None,
        anchored=check.largest_published,
        dropped=check.dropped,
        first_fault=fault,
    )


class _Check:
    """One pass over checkpoints and events, side by side."""

    def __init__(self, public_keys: list[bytes], seen: Seen) -> None:
        self.public_keys = public_keys
        self._seen = seen
        self.count = 0
        self.tree = Frontier()
        self.last: Checkpoint | None = None
        self.largest_published = 0
        self.dropped: tuple[Dropped, ...] = ()
        self._gone = DroppedNumbers()
        self._origin: str | None = None
        self._previous: bytes | None = None
        self._published: dict[int, tuple[Statement, str]] = {}
        self._kept_nodes = 0

    def allow_dropped(self) -> None:
        """Events may be missing of which a signed statement says that their month was dropped."""
        try:
            self.dropped = tuple(dropped_months(self.public_keys))
        except BadStatement as error:
            raise _Fault(str(error)) from None
        self._gone = DroppedNumbers(self.dropped)

    def expect(self, published: Iterable[Published]) -> None:
        for kept in published:
            note, where = kept.note, kept.where
            try:
                statement, by = read_note(note), signers(note, self.public_keys)
            except NotANote as error:
                raise _found(where, _("a published checkpoint cannot be read: %s") % error) from None
            if not by:
                raise _found(
                    where,
                    _("the published checkpoint of %s events is not signed by this installation") % statement.size,
                )
            other, _where = self._published.setdefault(statement.size, (statement, where))
            if other.root != statement.root:
                raise _found(where, _("two published checkpoints of %s events differ") % statement.size)
            if other.origin != statement.origin:
                raise _found(where, _("the published checkpoints are of two trails"))
        self.largest_published = max(self._published, default=0)

    def run(self) -> None:
        for group in _groups():
            with connection.cursor() as cursor:
                self._compare(group, _Rows(cursor, group))
            self._seen(self.tree.size)
        if self.last is None and self._published:
            raise _Fault(_("the trail has no checkpoint, and %s events were sealed") % self.largest_published)
        if self.largest_published > self.tree.size:
            raise _found(
                self._published[self.largest_published][1],
                _(
                    "the trail is cut off at the end: %(size)s events are sealed, and the published checkpoint has %(published)s"
                )
                % {"size": self.tree.size, "published": self.largest_published},
            )
        self._check_outside()
        kept = TreeNode.objects.count()
        if kept != self._kept_nodes:
            raise _Fault(
                _("the tree keeps %(kept)s nodes and should keep %(should)s")
                % {"kept": kept, "should": self._kept_nodes}
            )

    def _check_outside(self) -> None:
        """No event stands where no checkpoint ever looks: under a number that is never given, or a transaction that has not begun."""
        last = self.last
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT seq FROM audit_event WHERE seq <= 0 OR (xid >= pg_snapshot_xmax(pg_current_snapshot()) AND seq > %s"
                " AND pg_snapshot_xmin(pg_current_snapshot())::text::bigint >= %s) ORDER BY seq LIMIT 1",
                _restored(last),
            )
            found = cursor.fetchone()
        if found is not None:
            raise _Fault(_("event %s was inserted where nothing is sealed") % found[0])

    def _compare(self, group: Sequence[Checkpoint], rows: "_Rows") -> None:
        nodes: dict[tuple[int, int], bytes] = {}

        def keep(height: int, position: int, digest: bytes) -> None:
            if height % KEPT_HEIGHT == 0:
                nodes[height, position] = digest

        for checkpoint in group:
            self._check_statement(checkpoint)
            sealed, found = bytes(checkpoint.leaves), rows.before(int(checkpoint.xid_to))
            left = self._left(sealed)
            if b"".join(leaf.seq.to_bytes(8) + leaf.hash for leaf in found) != left:
                rows.finish()
                raise _Fault(difference(checkpoint, left, found))
            for digest in (leaf.hash for leaf in found) if left is sealed else _hashes(sealed):
                self.tree.append(digest, keep)
                if self.tree.size in self._published:
                    self._check_published(*self._published[self.tree.size])
            if self.tree.root() != bytes(checkpoint.root) or self.tree.roots() != bytes(checkpoint.frontier):
                raise _Fault(_("checkpoint %s is not the root of its events") % checkpoint.number)
            self.last, self.count = checkpoint, self.count + 1
        self._check_nodes(nodes)

    def _left(self, sealed: bytes) -> bytes:
        """What must still be there of the events that a checkpoint sealed."""
        if not self._gone:
            return sealed
        kept = [entry for entry in _entries(sealed) if int.from_bytes(entry[:8]) not in self._gone]
        return sealed if len(kept) * LEAF_BYTES == len(sealed) else b"".join(kept)

    def _check_statement(self, checkpoint: Checkpoint) -> None:
        """The row is what was signed, and follows the one before."""
        number, last = checkpoint.number, self.last
        if number != self.count + 1:
            raise _Fault(_("checkpoint %s is missing") % (self.count + 1))
        try:
            statement = read_note(checkpoint.note)
            by = signers(checkpoint.note, self.public_keys)
        except NotANote as error:
            raise _Fault(
                _("checkpoint %(number)s was changed: %(error)s") % {"number": number, "error": error}
            ) from None
        if not by:
            raise _Fault(
                _("checkpoint %(number)s is signed with key %(key)s, which is not this installation's")
                % {"number": number, "key": checkpoint.key_id}
            )
        said = (statement.size, statement.root, statement.seq_from, statement.xid_from, statement.xid_to, statement.at)
        row = (
            checkpoint.size, bytes(checkpoint.root), checkpoint.seq_from, int(checkpoint.xid_from), int(checkpoint.xid_to), checkpoint.at,
        )  # fmt: skip
        held = len(checkpoint.leaves) // LEAF_BYTES
        if said != row or checkpoint.first != self.tree.size or checkpoint.first + held != checkpoint.size:
            raise _Fault(_("checkpoint %s is not what was signed") % number)
        if statement.previous != self._previous or self._origin not in {None, statement.origin}:
            raise _Fault(_("checkpoint %s does not follow the one before") % number)
        begins = (0, 0) if last is None else (last.seq_from, int(last.xid_to))
        restored = last is not None and (checkpoint.seq_from, int(checkpoint.xid_from)) == (last.last_seq, 0)
        if (checkpoint.seq_from, int(checkpoint.xid_from)) != begins and not restored:
            raise _Fault(_("checkpoint %s leaves out events after the one before") % number)
        self._previous, self._origin = note_digest(checkpoint.note), statement.origin

    def _check_published(self, statement: Statement, where: str) -> None:
        if statement.root != self.tree.root() or statement.origin != self._origin:
            raise _found(
                where,
                _("the trail was rebuilt: its first %s events are not those of the published checkpoint")
                % statement.size,
            )

    def _check_nodes(self, nodes: Mapping[tuple[int, int], bytes]) -> None:
        self._kept_nodes += len(nodes)
        for height in {height for height, _position in nodes}:
            wanted = {position: digest for (at, position), digest in nodes.items() if at == height}
            stored = TreeNode.objects.filter(height=height, position__gte=min(wanted), position__lte=max(wanted))
            if {node.position: bytes(node.hash) for node in stored} != wanted:
                raise _Fault(_("a node of the tree at height %s was changed or is missing") % height)


class _Rows:
    """The events of neighbouring checkpoints, read once and handed out up to a transaction."""

    def __init__(self, cursor: Any, group: Sequence[Checkpoint]) -> None:
        self._rows = leaves(cursor, **span(group[0], group[-1]))
        self._next: Leaf | None = next(self._rows, None)

    def before(self, xid: int) -> list[Leaf]:
        found = []
        while self._next is not None and self._next.xid < xid:
            found.append(self._next)
            self._next = next(self._rows, None)
        return found

    def finish(self) -> None:
        """Reads to the end, so that the connection is free for other questions."""
        for _leaf in self._rows:
            pass


def _entries(sealed: bytes) -> Iterator[bytes]:
    return (sealed[start : start + LEAF_BYTES] for start in range(0, len(sealed), LEAF_BYTES))


def _hashes(sealed: bytes) -> Iterator[bytes]:
    return (entry[8:] for entry in _entries(sealed))


def _found(where: str, sentence: str) -> _Fault:
    """A fault that a checkpoint from outside shows."""
    return _Fault(_("%(where)s: %(fault)s") % {"where": where, "fault": sentence})


def _restored(last: Checkpoint | None) -> tuple[int, int]:
    """Up to which number events are of a cluster that was restored, whose transactions say nothing of this one's; and the transaction that
    this one must have reached, or it was restored since."""
    if last is None:
        return 0, 0
    ends = int(last.xid_to)
    return (last.last_seq, 0) if ends == NO_TRANSACTION else (last.seq_from, ends)


def _groups() -> Iterator[list[Checkpoint]]:
    """The checkpoints in their order, those together whose events are read together."""
    group: list[Checkpoint] = []
    events = number = 0
    while True:
        chunk = list(Checkpoint.objects.filter(number__gt=number).order_by("number")[:_CHECKPOINTS_AT_ONCE])
        for checkpoint in chunk:
            joins = not group or (group[-1].seq_from, group[-1].xid_to) == (checkpoint.seq_from, checkpoint.xid_from)
            if group and (not joins or events >= _EVENTS_AT_ONCE or len(group) >= _CHECKPOINTS_AT_ONCE):
                yield group
                group, events = [], 0
            group.append(checkpoint)
            events += len(checkpoint.leaves) // LEAF_BYTES
        if not chunk:
            break
        number = chunk[-1].number
    if group:
        yield group
