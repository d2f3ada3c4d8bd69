"""Catalogue models, as policies name them."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from govern.changes.kinds.kind import Kind
from govern.changes.known import Known
from govern.changes.reach import Bodies, callers_of
from govern.changes.reasons import Reason, weighed
from govern.models import CatalogModel
from govern.policy.life_cycle import is_a_day
from routing.bodies import CatalogModelBody, TokenPrices
from routing.saying import Saying


def _risk(before: CatalogModelBody | None, after: CatalogModelBody | None) -> Iterator[Reason]:
    """A price that is too low lets budgets be overspent."""
    if after is None:
        yield Reason("medium", _("retires a model"))
        return
    if before is None:
        yield Reason("medium", _("adds a model"))
        return
    if _price_list(before) != _price_list(after):
        dearer = _no_cheaper(before, after)
        yield weighed(dearer, _("raises prices") if dearer else _("lowers or removes prices"))
    if _abilities(before) != _abilities(after):
        yield Reason("medium", _("changes what a model is said to be able to do"))
    if _end(before) != _end(after):
        yield Reason("medium", _("changes when a model ends, or what answers then"))
    if (before.scores, before.base_latency_ms, before.good_at) != (after.scores, after.base_latency_ms, after.good_at):
        yield Reason("medium", _("changes how a model is ranked"))


def _end(body: CatalogModelBody) -> tuple[object, ...]:
    return body.deprecated_on, body.retired_on, body.successor, body.successor_takes_over


def _abilities(body: CatalogModelBody) -> tuple[object, ...]:
    return body.modalities, body.tools, body.parameters, body.context_window, body.max_output_tokens


def _price_list(body: CatalogModelBody) -> tuple[object, ...]:
    return body.usd_per_1k, body.long_context, body.usd_per_1k_searches


def _no_cheaper(before: CatalogModelBody, after: CatalogModelBody) -> bool:
    """Whether nothing became cheaper: no class of tokens, no long input, no search."""
    if Decimal(after.usd_per_1k_searches or 0) < Decimal(before.usd_per_1k_searches or 0):
        return False
    if not _dearer(before.usd_per_1k, after.usd_per_1k):
        return False
    if before.long_context is None:
        return after.long_context is None or _dearer(after.usd_per_1k, after.long_context.usd_per_1k)
    return (
        after.long_context is not None
        and after.long_context.above_input_tokens <= before.long_context.above_input_tokens
        and _dearer(before.long_context.usd_per_1k, after.long_context.usd_per_1k)
    )


def _dearer(before: TokenPrices | None, after: TokenPrices | None) -> bool:
    """Whether no class of tokens is cheaper in the second."""
    if after is None:
        return before is None
    if before is None:
        return True
    return all(
        _price(after, field) >= _price(before, field)
        for field in TokenPrices.__struct_fields__
        if isinstance(getattr(after, field), str) or isinstance(getattr(before, field), str)
    )


def _price(prices: TokenPrices, field: str) -> Decimal:
    parent = prices.output if field in ("reasoning", "audio_output") else prices.input
    given = getattr(prices, field)
    return Decimal(given if isinstance(given, str) else parent)


def _references(known: Known, place: str, body: CatalogModelBody) -> None:
    if body.smaller_sibling is not None:
        known.name(f"{place}.smaller_sibling", "catalog_model", body.smaller_sibling)
        if _leads_back(known, body.name, "smaller_sibling"):
            known.report(f"{place}.smaller_sibling", Saying("leads back to this model. Name a smaller one, or none."))
    if body.successor is not None:
        known.name(f"{place}.successor", "catalog_model", body.successor)
        if _leads_back(known, body.name, "successor"):
            known.report(f"{place}.successor", Saying("leads back to this model. Name one that stays, or none."))
    days = {field: getattr(body, field) for field in ("deprecated_on", "retired_on") if getattr(body, field)}
    for field, day in days.items():
        if not is_a_day(day):
            known.report(f"{place}.{field}", Saying("is no day of the calendar. Write one such as 2027-03-31."))
    if body.retired_on and body.deprecated_on > body.retired_on:
        known.report(f"{place}.deprecated_on", Saying("is after the day on which it is retired. Write an earlier one."))
    if body.successor_takes_over and (body.successor is None or not body.retired_on):
        known.report(
            f"{place}.successor_takes_over", Saying("needs a successor and the day on which the model is retired.")
        )


def _leads_back(known: Known, name: str, field: str) -> bool:
    """Whether whoever follows a field from model to model comes back to the first."""
    seen, at = {name}, name
    while True:
        _place, body = known.bodies["catalog_model"].get(at, ("", None))
        at = getattr(body, field, None) or ""
        if not at or (at in seen and at != name):
            return False
        if at == name:
            return True
        seen.add(at)


def _reach(body: CatalogModelBody, bodies: Bodies) -> frozenset[str]:
    return callers_of({body.name}, bodies)


KIND = Kind(
    model=CatalogModel,
    section="models",
    icon="neurology",
    risk=_risk,
    references=_references,
    reach=_reach,
)
