"""What was dropped and erased, as the trail has it."""

from typing import Any

from audit.trail.events import event, gettext_noop


@event(gettext_noop("{actor} dropped the month {month} of the trail with {events} events"), severity="notice")
def trail_dropped(
    *,
    actor: str | None,
    month: str,
    events: int,
    rule: str,
    days: int,
    revision: int,
    approved_by: list[str],
    archive: str,
    sha256: str,
) -> None:
    """Under which retention, approved by whom, and the archive that was written before."""


@event(
    gettext_noop("{actor} erased {payloads} stored prompts and answers under {erasure}: {reason}"), severity="warning"
)
def payloads_erased(
    *,
    actor: str,
    erasure: str,
    payloads: int,
    reason: str,
    approved_by: list[str],
    records: dict[str, Any],
) -> None:
    """Which records were meant, by the marks of people; never their names."""
