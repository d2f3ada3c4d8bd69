"""What providers charge by the price lists that ship with `genai-prices`, as bodies of catalogue models. Nothing is fetched."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from importlib.metadata import version
from typing import Any, NamedTuple

from genai_prices.data_snapshot import get_snapshot
from genai_prices.types import TieredPrices
from msgspec.structs import replace

from routing.bodies import CatalogModelBody, DeploymentBody, LongContext, TokenPrices
from routing.provider_body import ProviderBody

_CLASSES = {
    "input": "input_mtok",
    "output": "output_mtok",
    "cached_input": "cache_read_mtok",
    "cache_write": "cache_write_mtok",
    "audio": "input_audio_mtok",
    "audio_output": "output_audio_mtok",
}
"""Class of tokens → its field in the lists, which tell US dollars for a million."""


class Listed(NamedTuple):
    """A model by the lists: its body with the prices of a day, or why that cannot be said."""

    name: str
    body: CatalogModelBody | None
    why_not: str = ""


def listed_prices(bodies: Mapping[str, Mapping[str, Any]], at: datetime) -> list[Listed]:
    """Each catalogue model with the list prices of its first deployment that the lists know."""
    return [_listed(body, bodies, at) for _name, body in sorted(bodies["catalog_model"].items())]


def price_source() -> str:
    """What is written down as the source."""
    return f"genai-prices {version('genai-prices')}"


def _listed(model: CatalogModelBody, bodies: Mapping[str, Mapping[str, Any]], at: datetime) -> Listed:
    why_not = "nobody serves it"
    for deployment in bodies["deployment"].values():
        if deployment.model != model.name:
            continue
        prices = _prices(deployment, bodies["provider"][deployment.provider], at)
        if prices is None:
            why_not = f"no list has {deployment.upstream_model} of {deployment.provider}"
        elif (found := _priced(model, prices)) is not None:
            return Listed(model.name, found)
        else:
            why_not = f"the prices of {deployment.upstream_model} have more steps than a catalogue model holds"
    return Listed(model.name, None, why_not)


def _prices(deployment: DeploymentBody, provider: ProviderBody, at: datetime) -> Any:
    try:
        _provider, found = get_snapshot().find_provider_model(
            deployment.upstream_model, None, None, provider.base_url.rstrip("/") + "/"
        )
    except LookupError:
        return None
    return found.get_prices(at)


def _priced(model: CatalogModelBody, prices: Any) -> CatalogModelBody | None:
    """The model with these prices; None where they have several steps, or none for input or output."""
    given = {name: getattr(prices, field, None) for name, field in _CLASSES.items()}
    if given["input"] is None or given["output"] is None:
        return None
    starts = {tier.start for price in given.values() if isinstance(price, TieredPrices) for tier in price.tiers}
    if len(starts) > 1:
        return None
    base = {name: _usd_per_1k(price, 0) for name, price in given.items()}
    before = model.usd_per_1k
    kept = {"reasoning": before.reasoning, "image": before.image} if before is not None else {}
    beyond = None
    if starts:
        long = {name: _usd_per_1k(price, 1) for name, price in given.items()}
        beyond = LongContext(above_input_tokens=starts.pop(), usd_per_1k=TokenPrices(**{**long, **kept}))  # type: ignore[arg-type]
    searches = getattr(prices, "web_searches_kcount", None)
    return replace(
        model,
        usd_per_1k=TokenPrices(**{**base, **kept}),  # type: ignore[arg-type]
        long_context=beyond,
        usd_per_1k_searches=_text(searches) if searches is not None else model.usd_per_1k_searches,
        price_source=price_source(),
    )


def _usd_per_1k(price: Decimal | TieredPrices | None, step: int) -> str | None:
    if price is None:
        return None
    if isinstance(price, TieredPrices):
        price = price.tiers[0].price if step and price.tiers else price.base
    return _text(price / 1_000)


def _text(price: Decimal) -> str:
    return format(price.normalize(), "f")
