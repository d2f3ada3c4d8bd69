"""The body of a provider, whose kinds are those that `routing/providers` has."""

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import msgspec

from routing.bodies import Body, DataClass, Name, ProviderLimits
from routing.provider_contract import Contract
from routing.providers import PROVIDERS

if TYPE_CHECKING:
    ProviderKind = str
else:
    ProviderKind = Literal[tuple(PROVIDERS)]


class ProviderBody(Body, kw_only=True, frozen=True):
    """Who serves models, where, and under which terms."""

    ADDED_LATER: ClassVar = ("contract", "data_classes")

    name: Name
    kind: ProviderKind
    base_url: Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]
    """An http(s) URL, or `embedded` for the model that Govern runs itself."""
    region: str = ""
    data_retention: str = ""
    options: dict[str, str] = {}
    """Provider-specific settings, such as Azure's `api_version`."""
    limits: ProviderLimits = ProviderLimits()
    contract: Contract | None = None
    """None: nobody has written down what is agreed."""
    data_classes: tuple[DataClass, ...] = ()
    """Classes of data that it may get, by those of the applications that call; empty: all."""
