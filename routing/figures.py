"""What is expected of a model for one call: quality, cost and latency."""

from collections.abc import Mapping, Sequence

from routing.catalog import Model
from routing.choice import Served
from routing.fitness import Live
from routing.money import expected_nano_usd
from routing.outcome_model import shipped
from routing.wish import Wish


def chances_of(wish: Wish, models: Sequence[str]) -> Mapping[str, float]:
    """Each model's chance of a good answer to this call; nothing where outcomes of one of them were never recorded, since a chance and a
    published score do not compare.
    """
    if wish.chances is None or not all(name in shipped().manifest.models for name in models):
        return {}
    return wish.chances(models)


def expected_quality(model: Model, chances: Mapping[str, float]) -> float:
    """The chance of a good answer, 0 to 1: of this call where it is known, else the mean of what is published of the model."""
    return chances.get(model.name, model.quality)


def expected_cost(model: Model, wish: Wish) -> int | None:
    """Nano-dollars for the call's input and the answer that is expected; None for a model without a price."""
    if model.prices is None:
        return None
    return expected_nano_usd(model.prices, wish.tokens_for(model), wish.output_tokens)


def measured_latency(served: Sequence[Served], live: Live | None) -> float | None:
    """Milliseconds until the fastest of these deployments answered lately; None where nothing was measured."""
    if live is None:
        return None
    return min((ms for each in served if (ms := live.latency_ms(each.name)) is not None), default=None)
