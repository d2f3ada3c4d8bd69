"""What was in force at a time. Policies are known elsewhere: whoever has them registers how to read them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple


class GuardInForce(NamedTuple):
    """A guard of a policy. mode: `enforce` or `observe`. directions: of `input` and `output`."""

    policy: str
    guard: str
    mode: str
    directions: Sequence[str]
    action: str


class ExemptionInForce(NamedTuple):
    """A guard of a policy that is not asked for some. covers: whom, in words."""

    name: str
    policy: str
    guard: str
    covers: str
    reason: str
    expires_at: datetime


class UseCaseInForce(NamedTuple):
    """What applications are for, as registered. applications: how many name it."""

    name: str
    owner: str
    overseer: str
    review_by: datetime
    applications: int


class InForce(NamedTuple):
    """The contents of a signed revision, as far as packs say them."""

    revision: int
    guards: Sequence[GuardInForce]
    exemptions: Sequence[ExemptionInForce]
    use_cases: Sequence[UseCaseInForce] = ()


def _unknown(_at: datetime) -> InForce | None:
    return None


_reader: Callable[[datetime], InForce | None] = _unknown
_software = ""


def register_in_force(reader: Callable[[datetime], InForce | None], *, software: str) -> None:
    """Says how to read the revision that was in force at a time (None: there was none), and the name and version of what reads it."""
    global _reader, _software
    _reader, _software = reader, software


def software() -> str:
    """Name and version of what makes packs."""
    return _software


def in_force(at: datetime) -> InForce | None:
    """What was in force at a time."""
    return _reader(at)
