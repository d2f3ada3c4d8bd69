"""Who calls, which models answer, and who stands behind a call: names that belong to nobody."""

from random import Random
from typing import NamedTuple

from audit.trail.end_users import end_user_mark

_TEAMS = ("payments", "support", "research", "claims", "legal", "treasury", "people", "field")
_WORK = ("helper", "reader", "drafter", "scorer", "router")
_KEYS = ("main", "batch", "nightly")
PEOPLE = 2_000
"""How many end users there are; number n is called `person-n@filled.example`."""


class Caller(NamedTuple):
    """One application."""

    application: str
    team: str
    environment: str
    data_class: str
    keys: tuple[str, ...]
    weight: int
    """How often it calls, against the others."""


class Model(NamedTuple):
    """A model and who serves it."""

    name: str
    provider: str
    region: str
    nano_usd_per_token: int


MODELS = (
    Model("gpt-5.4", "openai", "us", 9_000),
    Model("claude-opus-4.6", "anthropic", "us", 14_000),
    Model("gemini-3.1-pro", "google", "us", 7_000),
    Model("smollm2", "embedded", "local", 150),
)


def callers() -> list[Caller]:
    """Every application, the busiest first."""
    names = [(f"{team}-{work}", team) for work in _WORK for team in _TEAMS]
    return [
        Caller(
            name,
            team,
            ("production", "production", "staging", "development")[place % 4],
            ("internal", "confidential", "public", "restricted")[place % 4],
            _KEYS[: 1 + place % len(_KEYS)],
            1 + 400 // (place + 4),
        )
        for place, (name, team) in enumerate(names)
    ]


def end_users() -> list[bytes]:
    """What the trail calls the end users."""
    return [end_user_mark(f"person-{number}@filled.example").encode() for number in range(PEOPLE)]


class Sessions:
    """Sessions of clients, each of which makes a few dozen calls."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._open = [self._new() for _ in range(300)]

    def _new(self) -> bytes:
        digits = self._random.randbytes(16).hex()
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}".encode()

    def one(self, number: int) -> bytes:
        """The session of a call; number: any, from one call to the next."""
        place = number % len(self._open)
        if number % 31 == 0:
            self._open[place] = self._new()
        return self._open[place]
