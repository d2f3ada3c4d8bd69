"""Who presents keys that were never issued."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import Max, Min, Sum

from audit.models.unknown_key import UnknownKeyUse


class Guesser(NamedTuple):
    """One address in the time that is looked at."""

    address: str
    """An IPv4 address, an IPv6 network, `?` for none, or empty for all that are not counted by themselves."""
    requests: int
    first_at: datetime
    last_at: datetime
    doors: list[str]
    """The formats that it spoke."""


def guessers(*, since: datetime, until: datetime, limit: int) -> tuple[list[Guesser], int]:
    """Addresses by how often they presented an unknown key, the most first, and the requests of all in that time.

    An hour that begins before `since` is left out, and one that begins before `until` counts as a whole.
    """
    asked = UnknownKeyUse.objects.filter(hour__gte=since, hour__lt=until)
    total = asked.aggregate(number=Sum("requests"))["number"] or 0
    if not total:
        return [], 0
    by_address = asked.values("address").annotate(number=Sum("requests"), first=Min("first_at"), last=Max("last_at"))
    found = list(by_address.order_by("-number", "address")[:limit])
    doors: dict[str, set[str]] = {}
    shown = asked.filter(address__in=[row["address"] for row in found])
    for address, door in shown.values_list("address", "door").distinct():
        doors.setdefault(address, set()).add(door)
    rows = [Guesser(r["address"], r["number"], r["first"], r["last"], sorted(doors[r["address"]])) for r in found]
    return rows, total
