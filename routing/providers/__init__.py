"""Providers: one file each behind one interface. A new one is its file and its test: whatever has a `PROVIDER` is found."""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules

from routing.errors import ProviderError
from routing.providers.described import Described
from routing.providers.interface import Provider, Target


def _found() -> list[Described]:
    """The providers of this folder. Raises `TypeError` for a file that is called otherwise than its kind."""
    found = []
    for file in iter_modules(__path__):
        described = getattr(import_module(f"{__name__}.{file.name}"), "PROVIDER", None)
        if described is not None and described.kind != file.name:
            raise TypeError(f"The provider {described.kind} stands in {file.name}.py: name one for the other.")
        if described is not None:
            found.append(described)
    return sorted(found, key=lambda described: (described.place, described.kind))


DESCRIBED: Mapping[str, Described] = {described.kind: described for described in _found()}
"""Kind → what there is to say of it, in the order in which forms offer them."""

PROVIDERS: Mapping[str, Provider] = {kind: described.provider for kind, described in DESCRIBED.items()}
"""Kind → provider."""

__all__ = ["DESCRIBED", "PROVIDERS", "Described", "Provider", "ProviderError", "Target"]
