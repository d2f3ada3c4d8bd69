"""The catalogue as routing reads it: models with prices, and who serves them."""

from collections.abc import Mapping
from typing import NamedTuple

from routing.bodies import CatalogModelBody
from routing.credentials import Credential
from routing.money import Prices, nano_usd
from routing.providers.interface import Target


class Deployment(NamedTuple):
    """A model at a provider, ready to be called."""

    name: str
    model: str
    provider: str
    region: str
    weight: int
    target: Target
    """What the provider needs to call it."""
    credentials: tuple[Credential, ...] = ()
    """Of the provider; one is chosen for each attempt."""
    unusable: str | None = None
    """Why nothing may be sent to it, such as a missing credential."""


class Model(NamedTuple):
    """A catalogue model."""

    name: str
    body: CatalogModelBody
    prices: Prices | None
    """None when unpriced."""
    deployments: tuple[Deployment, ...]

    @property
    def quality(self) -> float:
        """Mean published benchmark score, 0 to 1; 0 when nothing is published."""
        scores = self.body.scores
        return sum(scores.values()) / len(scores) / 100 if scores else 0.0

    @property
    def cost_nano_usd(self) -> int:
        """Price of a thousand tokens in and a thousand out, to compare models by; huge when unpriced."""
        prices = self.body.usd_per_1k
        if prices is None:
            return 1 << 60
        return nano_usd(prices.input) + nano_usd(prices.output)


Catalog = Mapping[str, Model]
"""Name → model."""
