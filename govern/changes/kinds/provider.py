"""Providers: services that run models."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from msgspec.structs import replace

from govern.changes.kinds.kind import Kind
from govern.changes.known import Known
from govern.changes.reach import Bodies, callers_of, served_by
from govern.changes.reasons import Reason, weighed
from govern.models import Provider
from govern.policy.life_cycle import is_a_day
from routing.provider_body import ProviderBody
from routing.provider_contract import Contract
from routing.saying import Saying


def _risk(before: ProviderBody | None, after: ProviderBody | None) -> Iterator[Reason]:
    """Where prompts go, and under which terms, is high or critical."""
    if after is None:
        yield Reason("medium", _("retires a provider"))
        return
    if before is None:
        yield Reason("high", _("adds a provider"))
        return
    if before.base_url != after.base_url or before.kind != after.kind:
        yield Reason("critical", _("sends prompts and secrets to another address"))
    if before.region != after.region:
        yield Reason("high", _("changes the region of a provider"))
    if before.data_classes != after.data_classes:
        narrower = bool(after.data_classes) and (
            not before.data_classes or {*after.data_classes} < {*before.data_classes}
        )
        yield weighed(
            narrower,
            _("keeps classes of data from a provider") if narrower else _("lets a provider get more classes of data"),
            tightened="medium",
        )
    if before.data_retention != after.data_retention:
        yield Reason("high", _("changes what a provider keeps"))
    if before.options != after.options:
        yield Reason("medium", _("changes the options of a provider"))
    yield from _contract(before.contract or Contract(), after.contract or Contract())
    if before.limits != after.limits:
        yield Reason("low", _("changes time and size limits"))


def _contract(before: Contract, after: Contract) -> Iterator[Reason]:
    if before.zero_retention != after.zero_retention:
        yield weighed(
            after.zero_retention,
            _("says that the provider keeps nothing by contract")
            if after.zero_retention
            else _("takes back that the provider keeps nothing by contract"),
            tightened="medium",
        )
    if before.regions != after.regions:
        yield Reason("medium", _("changes where the provider may process data by contract"))
    if replace(before, zero_retention=after.zero_retention, regions=after.regions) != after:
        yield Reason("low", _("changes what is written down of the contract"))


def _references(known: Known, place: str, body: ProviderBody) -> None:
    """Days are days of the calendar, and a promise of zero retention is written down somewhere."""
    if body.contract is None:
        return
    for name in ("agreed_on", "soc2_report_on", "ends_on"):
        if (day := getattr(body.contract, name)) and not is_a_day(day):
            known.report(f"{place}.contract.{name}", Saying("is no day of the calendar. Write one such as 2027-03-31."))
    if body.contract.zero_retention and not body.contract.zero_retention_evidence.strip():
        known.report(
            f"{place}.contract.zero_retention_evidence",
            Saying("is needed where a provider keeps nothing: say where it has promised that."),
        )


def _reach(body: ProviderBody, bodies: Bodies) -> frozenset[str]:
    return callers_of(served_by(body.name, bodies), bodies)


KIND = Kind(
    model=Provider,
    section="providers",
    icon="cloud",
    risk=_risk,
    references=_references,
    reach=_reach,
)
