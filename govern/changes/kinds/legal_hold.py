"""Legal holds: records that must stay. Placing one is safe; releasing one is what four eyes are for."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from govern.changes.kinds.kind import Kind
from govern.changes.known import Known
from govern.changes.reach import Bodies
from govern.changes.reasons import Reason, weighed
from govern.models import Application, LegalHold
from govern.policy.keeping import LegalHoldBody, Records


def _risk(before: LegalHoldBody | None, after: LegalHoldBody | None) -> Iterator[Reason]:
    """What a hold no longer covers may be dropped and erased."""
    if after is None:
        yield Reason("critical", _("releases a legal hold"))
    elif before is None:
        yield Reason("low", _("places a legal hold"))
    elif before.records != after.records:
        wider = records_cover(after.records, before.records)
        yield weighed(
            wider, _("widens a legal hold") if wider else _("releases part of a legal hold"), loosened="critical"
        )


def records_cover(wide: Records, narrow: Records) -> bool:
    """Whether all of the narrow records are among the wide ones."""
    return (
        _all_of(wide.applications, narrow.applications)
        and _all_of(wide.end_users, narrow.end_users)
        and (wide.since is None or (narrow.since is not None and wide.since <= narrow.since))
        and (wide.until is None or (narrow.until is not None and wide.until >= narrow.until))
    )


def _all_of(wide: tuple[str, ...], narrow: tuple[str, ...]) -> bool:
    return not wide or (bool(narrow) and set(narrow) <= set(wide))


def check_applications(known: Known, place: str, records: Records) -> None:
    """Those that were retired count, too: the trail still has their calls."""
    for index, name in enumerate(records.applications):
        if name not in known.bodies["application"] and not Application.objects.filter(name=name).exists():
            known.name(f"{place}.records.applications[{index}]", "application", name)


def records_reach(records: Records, bodies: Bodies) -> frozenset[str]:
    """The applications whose records are meant."""
    return frozenset(records.applications or bodies["application"])


def _references(known: Known, place: str, body: LegalHoldBody) -> None:
    check_applications(known, place, body.records)


def _reach(body: LegalHoldBody, bodies: Bodies) -> frozenset[str]:
    return records_reach(body.records, bodies)


KIND = Kind(
    model=LegalHold,
    section="legal_holds",
    icon="gavel",
    risk=_risk,
    references=_references,
    reach=_reach,
    by_break_glass=False,
)
