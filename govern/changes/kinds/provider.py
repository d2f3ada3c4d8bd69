"""Providers: services that run models."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from govern.changes.kinds.kind import Kind, nothing_else
from govern.changes.reach import Bodies, callers_of, served_by
from govern.changes.reasons import Reason
from govern.models import Provider
from routing.provider_body import ProviderBody


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
    if before.data_retention != after.data_retention:
        yield Reason("high", _("changes what a provider keeps"))
    if before.options != after.options:
        yield Reason("medium", _("changes the options of a provider"))
    if before.limits != after.limits:
        yield Reason("low", _("changes time and size limits"))


def _reach(body: ProviderBody, bodies: Bodies) -> frozenset[str]:
    return callers_of(served_by(body.name, bodies), bodies)


KIND = Kind(
    model=Provider,
    section="providers",
    icon="cloud",
    risk=_risk,
    references=nothing_else,
    reach=_reach,
)
