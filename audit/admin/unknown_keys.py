"""What the page of requests that were turned away says of keys that were never issued."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.utils import timezone

from audit.selectors.calls import day_bounds
from audit.selectors.unknown_keys import guessers

LATELY = timedelta(days=7)
MOST_ROWS = 10
_MAKERS = {"openai": "OpenAI", "openai_responses": "OpenAI Responses", "anthropic": "Anthropic", "google": "Google"}
"""Whose format a door takes."""


class Row(NamedTuple):
    """One address."""

    address: str
    requests: int
    first_at: datetime
    last_at: datetime
    spoke: str


class UnknownKeys(NamedTuple):
    """Who presented unknown keys in a time."""

    rows: list[Row]
    requests: int
    """Of all of them, also those that are not among the rows."""
    day: date | None


def unknown_keys_shown(day: date | None) -> UnknownKeys:
    """Of a day, or of the last week."""
    now = timezone.now()
    since, until = day_bounds(day) if day is not None else (now - LATELY, now)
    found, requests = guessers(since=since, until=until, limit=MOST_ROWS)
    rows = [Row(*guesser[:4], ", ".join(_MAKERS.get(door, door) for door in guesser.doors)) for guesser in found]
    return UnknownKeys(rows, requests, day)
