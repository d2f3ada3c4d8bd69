"""The catalogue as routing reads it: models with prices, and who serves them."""

from collections.abc import Mapping
from typing import NamedTuple

from routing.bodies import CatalogModelBody
from routing.credentials import Credential
from routing.money import Prices
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
    data_classes: frozenset[str] = frozenset()
    """Classes of data that its provider may get; empty: all."""
    unusable: str | None = None
    """Why nothing may be sent to it, such as a missing credential."""


class Model(NamedTuple):
    """A catalogue model."""

    name: str
    body: CatalogModelBody
    prices: Prices | None
    """None when unpriced."""
    deployments: tuple[Deployment, ...]
    retired: str = ""
    """Why nothing is sent to it any more; empty while it lives."""
    heir: str | None = None
    """Who answers in its place once it is retired, if anybody does."""

    @property
    def quality(self) -> float:
        """Mean published benchmark score, 0 to 1; 0 when nothing is published."""
        scores = self.body.scores
        return sum(scores.values()) / len(scores) / 100 if scores else 0.0


Catalog = Mapping[str, Model]
"""Name → model."""
