"""Models that come to their end: when, what then, and how long before that somebody is told."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from govern.policy.contracts import AHEAD
from routing.bodies import CatalogModelBody

Models = Mapping[str, CatalogModelBody]


def is_a_day(text: str) -> bool:
    """Whether a text is a day of the calendar."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_retired(body: CatalogModelBody, today: date) -> bool:
    """Whether nothing is sent to a model any more."""
    return bool(body.retired_on) and date.fromisoformat(body.retired_on) <= today


def ends_soon(body: CatalogModelBody, today: date) -> bool:
    """Whether a model is retired, or will be within `AHEAD`."""
    return bool(body.retired_on) and date.fromisoformat(body.retired_on) - today <= AHEAD


def why_retired(body: CatalogModelBody, heir: str | None) -> str:
    """The reason for which a retired model is passed over."""
    if heir is not None:
        return f"was retired on {body.retired_on}; {heir} answers in its place"
    hint = f"; its successor is {body.successor}" if body.successor else ""
    return f"was retired on {body.retired_on}{hint}"


def heir_of(name: str, models: Models, today: date) -> str | None:
    """Who answers in place of a retired model: the first of its successors that is not retired itself, while each takes over."""
    seen = {name}
    while True:
        body = models[name]
        if not body.successor_takes_over or body.successor is None or body.successor in seen:
            return None
        if body.successor not in models:
            return None
        name = body.successor
        if not is_retired(models[name], today):
            return name
        seen.add(name)


def next_end_s(models: Models, today: date) -> float:
    """Unix time at which the next model is retired; infinite where none will be."""
    days = [date.fromisoformat(body.retired_on) for body in models.values() if body.retired_on]
    coming = [datetime.combine(day, time(), tzinfo=UTC).timestamp() for day in days if day > today]
    return min(coming, default=float("inf"))
