"""The risk of changing providers, their credentials, models and deployments."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from govern.changes.risk.reason import Reason, weighed
from govern.policy.bodies import CredentialBody
from routing.bodies import CatalogModelBody, DeploymentBody, ProviderBody, TokenPrices


def provider(before: ProviderBody | None, after: ProviderBody | None) -> Iterator[Reason]:
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


def credential(before: CredentialBody | None, after: CredentialBody | None) -> Iterator[Reason]:
    """What a provider is called with."""
    if after is None:
        yield Reason("medium", _("retires a credential"))
    elif before is None:
        yield Reason("high", _("adds a credential"))
    elif (before.provider, before.env) != (after.provider, after.env):
        yield Reason("high", _("changes what a credential is for"))
    elif before.weight != after.weight:
        yield Reason("low", _("changes how often a credential is used"))


def model(before: CatalogModelBody | None, after: CatalogModelBody | None) -> Iterator[Reason]:
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
    if (before.scores, before.base_latency_ms, before.good_at) != (after.scores, after.base_latency_ms, after.good_at):
        yield Reason("medium", _("changes how a model is ranked"))


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


def deployment(before: DeploymentBody | None, after: DeploymentBody | None) -> Iterator[Reason]:
    """Where a model is served."""
    if after is None:
        yield Reason("medium", _("retires a deployment"))
        return
    if after.allow_private_address and not (before and before.allow_private_address):
        yield Reason("high", _("lets Govern call an address within its own network"))
    if before is None:
        yield Reason("medium", _("serves a model at another provider"))
        return
    if before.region != after.region:
        yield Reason("high", _("changes the region of a deployment"))
    if (before.model, before.provider, before.upstream_model) != (after.model, after.provider, after.upstream_model):
        yield Reason("high", _("serves a model by another one"))
    if before.weight != after.weight:
        yield Reason("low", _("changes how often a deployment is used"))
