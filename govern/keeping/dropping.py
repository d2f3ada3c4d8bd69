"""Dropping months of the trail: verified, exported, signed, and only then dropped by the function of the database that checks it all again.

Whatever ends it in between leaves the month where it is, and the next run does everything anew.
"""

from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext as _

from audit.models import AnchorDelivery
from audit.retention.archive import write_archive
from audit.retention.months import Month, numbers_of, unpaired_of
from audit.retention.statements import Dropped, signed_statement
from audit.verification.seal import check_seal
from govern.identity.sealing_key import trail_public_keys, trail_signer
from govern.identity.write_proofs import prove_write
from govern.keeping.events import trail_dropped
from govern.keeping.standing import Approved, retention_in_force, standing

_LOCK = 0x64726F70  # "drop"


class DropRefused(Exception):
    """No month was dropped, or no further one; says why and what to do."""


def drop_due_months(*, actor: str | None) -> list[Dropped]:
    """Drops every month that may go. Returns them; none where another process is at it.

    Raises `DropRefused`; what was dropped before stays dropped.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if cursor.fetchone() != (True,):
            return []
        try:
            return _drop_due(actor)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _drop_due(actor: str | None) -> list[Dropped]:
    due = [each.month for each in standing() if each.why is None]
    approved = retention_in_force()
    if not due or approved is None:
        return []
    if not settings.GOVERN_ARCHIVE:
        raise DropRefused(_("set GOVERN_ARCHIVE to the directory that months are exported to"))
    fault = check_seal(trail_public_keys()).first_fault
    if fault is not None:
        raise DropRefused(_("the trail has a fault, of which the month may be the evidence: %s") % fault)
    dropped = [_drop(month, approved, Path(settings.GOVERN_ARCHIVE), actor) for month in due]
    return [each for each in dropped if each is not None]


def _drop(month: Month, approved: Approved, folder: Path, actor: str | None) -> Dropped | None:
    """None where somebody else was first."""
    try:
        seqs, unpaired = numbers_of(month), unpaired_of(month)
        _require_anchors(month, seqs)
        archive, sha256 = write_archive(month, seqs, folder)
    except OSError as error:
        raise DropRefused(
            _("the archive of %(month)s cannot be written: %(error)s") % {"month": month.name, "error": error.strerror}
        ) from None
    except DatabaseError as error:
        _unless_gone(month, error)
        return None
    dropped = Dropped(
        partition=month.partition,
        month=month.name,
        events=sum(last - first + 1 for first, last in seqs),
        seqs=seqs,
        unpaired=unpaired,
        rule=approved.rule,
        days=approved.days,
        revision=approved.revision,
        approved_by=approved.by,
        archive=archive,
        sha256=sha256,
    )
    try:
        return dropped if _drop_signed(dropped, actor) else None
    except DatabaseError as error:
        _unless_gone(month, error)
        return None


def _require_anchors(month: Month, seqs: Sequence[tuple[int, int]]) -> None:
    """Every anchor that is configured has a checkpoint that covers the month: what is gone can be compared with nothing else. Raises
    `DropRefused`."""
    covering = AnchorDelivery.objects.delivered().filter(checkpoint__last_seq__gte=seqs[-1][1] if seqs else 0)
    for anchor in settings.GOVERN_ANCHORS:
        if not covering.filter(anchor=anchor.name).exists():
            raise DropRefused(
                _("the anchor %(anchor)s has no checkpoint yet that covers %(month)s")
                % {"anchor": anchor.name, "month": month.name}
            )


def _drop_signed(dropped: Dropped, actor: str | None) -> bool:
    signer = trail_signer()
    statement, signature = signed_statement(dropped, signer)
    with transaction.atomic(), connection.cursor() as cursor:
        # First the event: from the drop to the end of the transaction nobody can write.
        trail_dropped(
            actor=actor,
            month=dropped.month,
            events=dropped.events,
            rule=dropped.rule,
            days=dropped.days,
            revision=dropped.revision,
            approved_by=list(dropped.approved_by),
            archive=dropped.archive,
            sha256=dropped.sha256,
        )
        prove_write("trail.dropped", dropped.partition, statement)
        cursor.execute(
            "SELECT govern_drop_month(%s, %s, %s, %s)", [dropped.partition, statement, signature, signer.key_id]
        )
        gone = cursor.fetchone() == (True,)
        transaction.set_rollback(not gone)
    return gone


def _unless_gone(month: Month, error: DatabaseError) -> None:
    """Another process may have dropped it meanwhile: then all is well."""
    left = {each.month.partition: each for each in standing()}
    if month.partition not in left:
        return
    why = left[month.partition]
    said = (
        why.words() if why.why is not None else _("the trail is busy; try again (%s)") % str(error).partition("\n")[0]
    )
    raise DropRefused(f"{month.name}: {said}") from None
