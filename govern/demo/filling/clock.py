"""When calls come: more by day than by night, fewer on weekends; and identifiers of a time."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

_HOUR = timedelta(hours=1)


def _weight(hour: datetime) -> int:
    busy = 10 if 8 <= hour.hour < 18 else 3
    return busy if hour.weekday() < 5 else busy // 3


def hours(*, calls: int, until: datetime, days: int, random: Random) -> Iterator[list[int]]:
    """The times of the calls in microseconds since 1970, in order, an hour at a time; as many as are asked for in all."""
    begins = [until - _HOUR * number for number in range(days * 24, 0, -1)]
    weights = [_weight(begin) for begin in begins]
    left, weight_left = calls, sum(weights)
    for begin, weight in zip(begins, weights, strict=True):
        number = round(left * weight / weight_left)
        left, weight_left = left - number, weight_left - weight
        first = int(begin.timestamp() * 1e6)
        yield sorted(first + random.randrange(3_540_000_000) for _ in range(number))


def identifier(at_us: int, random: Random) -> bytes:
    """A UUID of version 7 of that time."""
    bits = random.getrandbits(74)
    return ((at_us // 1_000) << 80 | 7 << 76 | (bits >> 62) << 64 | 2 << 62 | bits & (1 << 62) - 1).to_bytes(16, "big")
