"""What others know about the names in the trail: where their pages are, and which names there are.

The trail knows applications, models and revisions by name alone. Whoever keeps a kind registers it here.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple


class NamedKind(NamedTuple):
    """address: the page of a name. names: those that a filter offers, read when a page is drawn."""

    address: Callable[[str], str]
    names: Callable[[], Sequence[str]]


_KINDS: dict[str, NamedKind] = {}


def register_kind(kind: str, *, address: Callable[[str], str], names: Callable[[], Sequence[str]] = tuple) -> None:
    """Says where pages of `kind` are, and what is called so."""
    _KINDS[kind] = NamedKind(address, names)


def address_of(kind: str, name: str) -> str | None:
    """The page of what is called `name`, or None if nobody keeps its kind."""
    found = _KINDS.get(kind)
    return found.address(name) if found else None


def names_of(kind: str) -> Sequence[str]:
    """The names of a kind that there are now."""
    found = _KINDS.get(kind)
    return found.names() if found else ()
