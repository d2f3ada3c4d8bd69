"""Budget periods: when the one that a moment falls into began. All in UTC."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

_EPOCH = date(1970, 1, 1)


@lru_cache(maxsize=256)
def _start(period: str, day: date) -> date:
    match period:
        case "day":
            return day
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
        case "quarter":
            return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
        case "year":
            return date(day.year, 1, 1)
        case "total":
            return _EPOCH
    raise ValueError(f"unknown period {period}")


def period_start(period: str, at_s: float) -> date:
    """First day of the period that contains a Unix time."""
    return _start(period, datetime.fromtimestamp(at_s, UTC).date())
