"""Erasures: what was said that is to be erased, once two others have agreed."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from govern.changes.kinds.kind import Kind
from govern.changes.kinds.legal_hold import check_applications, records_reach
from govern.changes.known import Known
from govern.changes.reach import Bodies
from govern.changes.reasons import Reason
from govern.models import Erasure
from govern.policy.keeping import ErasureBody


def _risk(before: ErasureBody | None, after: ErasureBody | None) -> Iterator[Reason]:
    """What is erased cannot be read again."""
    if after is None:
        yield Reason("low", _("closes an erasure"))
    elif before is None or before.records != after.records:
        yield Reason("high", _("lets what was said be erased for good"))


def _references(known: Known, place: str, body: ErasureBody) -> None:
    check_applications(known, place, body.records)


def _reach(body: ErasureBody, bodies: Bodies) -> frozenset[str]:
    return records_reach(body.records, bodies)


KIND = Kind(
    model=Erasure,
    section="erasures",
    icon="delete_forever",
    risk=_risk,
    references=_references,
    reach=_reach,
    by_break_glass=False,
)
