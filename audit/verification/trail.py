"""What `manage.py audit_verify` checks and says."""

import msgspec

from audit.verification.completeness import check_completeness


class TrailReport(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a verification.

    sealed_through: the last sealed event's `seq`; None while nothing is sealed.
    in_flight: calls that are running; not counted under `orphans`, so that a working gateway does not look broken.
    in_flight_oldest_s: how many seconds ago the oldest of them began; None without any. Never much above the longest call: what is older
        is an orphan.
    """

    ok: bool
    intents: int
    outcomes: int
    orphans: int
    sealed_through: int | None
    first_fault: str | None
    in_flight: int
    in_flight_oldest_s: int | None

    def as_json(self) -> dict[str, bool | int | str | None]:
        """The contract's keys (`ok`, `intents`, `outcomes`, `orphans`, `sealed_through`, `first_fault`), and what is in flight."""
        document: dict[str, bool | int | str | None] = msgspec.to_builtins(self)
        return document


def verify_trail() -> TrailReport:
    """Check the whole trail of this installation. Raises `django.db.DatabaseError`."""
    complete = check_completeness()
    return TrailReport(
        ok=complete.ok,
        intents=complete.intents,
        outcomes=complete.outcomes,
        orphans=complete.orphans,
        sealed_through=None,
        first_fault=complete.first_fault,
        in_flight=complete.in_flight,
        in_flight_oldest_s=complete.in_flight_oldest_s,
    )
