"""What `manage.py audit_verify` checks and says."""

from collections.abc import Iterable, Sequence

import msgspec

from audit.verification.completeness import check_completeness
from audit.verification.seal import check_seal


class TrailReport(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a verification.

    sealed_through: the last sealed event's `seq`; None while nothing is sealed.
    in_flight: calls that are running; not counted under `orphans`, so that a working gateway does not look broken.
    in_flight_oldest_s: how many seconds ago the oldest of them began; None without any. Never much above the longest call: what is older
        is an orphan.
    sealed, checkpoints: how many events are sealed, and by how many checkpoints.
    dropped: events of months that retention has dropped; dropped_months: those months, as `2025-01`.
    anchored: events under the largest tree that a checkpoint from outside the database vouches for.
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

    def as_json(self) -> dict[str, bool | int | str | list[str] | None]:
        """The contract's keys (`ok`, `intents`, `outcomes`, `orphans`, `sealed_through`, `first_fault`), and what else is known."""
        document: dict[str, bool | int | str | list[str] | None] = msgspec.to_builtins(self)
        return document


def verify_trail(public_keys: Sequence[bytes], published: Iterable[str] = ()) -> TrailReport:
    """Check the whole trail of this installation: that it is complete, and that it is as sealed.

    public_keys, published: as for `check_seal`. Raises `django.db.DatabaseError`.
    """
    seal = check_seal(public_keys, published)
    complete = check_completeness(call for month in seal.dropped for call in month.unpaired)
    return TrailReport(
        ok=complete.ok and seal.first_fault is None,
        intents=complete.intents,
        outcomes=complete.outcomes,
        orphans=complete.orphans,
        sealed_through=seal.sealed_through,
        first_fault=seal.first_fault or complete.first_fault,
        in_flight=complete.in_flight,
        in_flight_oldest_s=complete.in_flight_oldest_s,
        sealed=seal.sealed,
        checkpoints=seal.checkpoints,
        anchored=seal.anchored,
        dropped=sum(month.events for month in seal.dropped),
        dropped_months=tuple(month.month for month in seal.dropped),
    )
