"""Exports of prompts and answers: what one person may take out once, since others approved exactly that."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from govern.changes.kinds.kind import Kind
from govern.changes.kinds.legal_hold import check_applications, records_cover, records_reach
from govern.changes.known import Known
from govern.changes.reach import Bodies
from govern.changes.reasons import Reason
from govern.models import PayloadExport
from govern.policy.payload_export_body import PayloadExportBody


def _risk(before: PayloadExportBody | None, after: PayloadExportBody | None) -> Iterator[Reason]:
    """What was taken out cannot be taken back."""
    if after is None:
        yield Reason("low", _("takes back that prompts and answers may be exported"))
    elif before is None or not _is_less(after, before):
        yield Reason("critical", _("lets a person take prompts and answers out"))
    else:
        yield Reason("low", _("lets less be exported, or for less long"))


def _is_less(after: PayloadExportBody, before: PayloadExportBody) -> bool:
    return (
        after.person == before.person
        and after.expires_at <= before.expires_at
        and records_cover(before.records, after.records)
        and after.records != before.records  # the same again could be used again
    )


def _references(known: Known, place: str, body: PayloadExportBody) -> None:
    check_applications(known, place, body.records)


def _reach(body: PayloadExportBody, bodies: Bodies) -> frozenset[str]:
    return records_reach(body.records, bodies)


KIND = Kind(
    model=PayloadExport,
    section="payload_exports",
    icon="lock_open",
    risk=_risk,
    references=_references,
    reach=_reach,
    by_break_glass=False,
)
