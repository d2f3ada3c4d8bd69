"""What `manage.py audit_verify` checks and says."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from audit.anchors.holdings import AnchorForged, AnchorReport, read_holdings
from audit.anchors.interface import ConfiguredAnchor
from audit.verification.completeness import check_completeness
from audit.verification.published import Published
from audit.verification.seal import Seen, check_seal


class TrailReport(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a verification.

    sealed_through: the last sealed event's `seq`; None while nothing is sealed.
    in_flight: calls that are running; not counted under `orphans`, so that a working gateway does not look broken.
    in_flight_oldest_s: how many seconds ago the oldest of them began; None without any. Never much above the longest call: what is older
        is an orphan.
    sealed, checkpoints: how many events are sealed, and by how many checkpoints.
    dropped: events of months that retention has dropped; dropped_months: those months, as `2025-01`.
    anchored: events under the largest tree that a checkpoint from outside the database vouches for.
    anchors: what each anchor that was asked contributed.
    """

    ok: bool
    intents: int
    outcomes: int
    orphans: int
    sealed_through: int | None
    first_fault: str | None
    in_flight: int
    in_flight_oldest_s: int | None
    sealed: int
    checkpoints: int
    anchored: int
    dropped: int
    dropped_months: tuple[str, ...]
    anchors: tuple[AnchorReport, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The contract's keys (`ok`, `intents`, `outcomes`, `orphans`, `sealed_through`, `first_fault`), and what else is known."""
        document: dict[str, Any] = msgspec.to_builtins(self)
        return document


def verify_trail(
    public_keys: Sequence[bytes],
    published: Iterable[Published] = (),
    anchors: Sequence[ConfiguredAnchor] = (),
    seen: Seen = lambda _events: None,
) -> TrailReport:
    """Check the whole trail of this installation: that it is complete, and that it is as sealed.

    public_keys, published, seen: as for `check_seal`. anchors: whose checkpoints count, too. Raises `django.db.DatabaseError`.
    """
    asked = [(anchor, AnchorReport(name=anchor.name)) for anchor in anchors]

    def outside() -> Iterator[Published]:
        yield from published
        for anchor, report in asked:
            for kept in read_holdings(anchor, report):
                seen(0)
                yield kept

    try:
        seal, forged = check_seal(public_keys, outside(), seen), None
    except AnchorForged as error:
        seal, forged = check_seal(public_keys, seen=seen), str(error)
    complete = check_completeness(call for month in seal.dropped for call in month.unpaired)
    first_fault = forged or seal.first_fault or complete.first_fault
    return TrailReport(
        ok=complete.ok and first_fault is None,
        intents=complete.intents,
        outcomes=complete.outcomes,
        orphans=complete.orphans,
        sealed_through=seal.sealed_through,
        first_fault=first_fault,
        in_flight=complete.in_flight,
        in_flight_oldest_s=complete.in_flight_oldest_s,
        sealed=seal.sealed,
        checkpoints=seal.checkpoints,
        anchored=seal.anchored,
        dropped=sum(month.events for month in seal.dropped),
        dropped_months=tuple(month.month for month in seal.dropped),
        anchors=tuple(report for _anchor, report in asked),
    )
