"""Vouching for what people do: whoever composes the house may have every such write proven to the database.

The trail itself knows no keys. `govern` gives it a function that hands the connection a proof of the next write.
"""

from collections.abc import Callable

_vouchers: list[Callable[..., None]] = []


def vouch_with(prove: Callable[..., None]) -> None:
    """From now on `prove(purpose, *content)` is called before each write that people are responsible for."""
    _vouchers[:] = [prove]


def vouch(purpose: str, *content: object) -> None:
    """Proves the next write, if anybody vouches."""
    for prove in _vouchers:
        prove(purpose, *content)
