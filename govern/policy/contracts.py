"""When something of a contract with a provider must be renewed."""

from datetime import date, timedelta
from typing import Literal, NamedTuple

from routing.provider_contract import Contract

AHEAD = timedelta(days=60)
"""How long before its day something stands on the desk."""
_SOC2_GOOD_FOR = timedelta(days=365)
"""A SOC 2 report covers the year before it, so after another year nothing of today is covered."""


class Expiry(NamedTuple):
    """What has to be renewed by a day."""

    what: Literal["contract", "soc2"]
    day: date


def expiries(contract: Contract | None, today: date) -> list[Expiry]:
    """What of a contract has ended or ends within `AHEAD`, the nearest first."""
    if contract is None:
        return []
    found = []
    if contract.ends_on:
        found.append(Expiry("contract", date.fromisoformat(contract.ends_on)))
    if contract.soc2_report_on:
        reported = date.fromisoformat(contract.soc2_report_on)
        found.append(Expiry("soc2", min(reported, date.max - _SOC2_GOOD_FOR) + _SOC2_GOOD_FOR))
    return sorted((each for each in found if (each.day - today) <= AHEAD), key=lambda each: each.day)
