"""The measurements as a table and as a file."""

import statistics
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from bench.guards import Figure
from bench.measuring import Measurement

DIRECT = "provider alone"
RESULTS = Path(__file__).with_name("results")
_COLUMNS = (
    "",
    "calls/s",
    "CPU ms a call",
    "database",
    "p50 ms",
    "p99 ms",
    "added p50",
    "added p99",
    "first byte",
    "MB",
)


def table(measurements: Sequence[Measurement]) -> str:
    """Median and, in brackets, the range over the rounds; added times are against the provider alone in the same round.

    Under each row the same in paces of the machine (`bench.pace`): calls in one pace, and how many paces everything else took.
    """
    lines = []
    for scenario in dict.fromkeys(m.scenario for m in measurements):
        rows: list[tuple[str, ...]] = [_COLUMNS]
        of_scenario = [m for m in measurements if m.scenario == scenario]
        direct = [m for m in of_scenario if m.subject == DIRECT]
        for subject in dict.fromkeys(m.subject for m in of_scenario):
            mine = [m for m in of_scenario if m.subject == subject]
            against = direct if subject != DIRECT else []
            rows += [_row(subject, mine, against, _MEASURED), _row("  × pace", mine, against, _PACES)]
        lines += [scenario, *_aligned(rows), ""]
    return "\n".join(lines)


class _Unit(NamedTuple):
    """In what figures are told: by what calls a second and milliseconds are multiplied at a pace, and how many digits more they have."""

    calls: Callable[[float], float]
    ms: Callable[[float], float]
    digits: int


_MEASURED = _Unit(lambda pace_ms: 1, lambda pace_ms: 1, 0)
_PACES = _Unit(lambda pace_ms: pace_ms / 1_000, lambda pace_ms: 1 / pace_ms, 2)


def _row(
    title: str,
    rounds: list[Measurement],
    direct: list[Measurement],
    unit: _Unit,
) -> tuple[str, ...]:
    def ms(value: Callable[[Measurement], float | None], digits: int) -> str:
        found = [(value(m), unit.ms(m.pace_ms)) for m in rounds]
        return _spread([each * factor for each, factor in found if each is not None], digits + unit.digits)

    def added(value: Callable[[Measurement], float]) -> str:
        pairs = zip(rounds, direct, strict=False)
        return _spread(
            [(value(mine) - value(theirs)) * unit.ms(mine.pace_ms) for mine, theirs in pairs], 1 + unit.digits
        )

    return (
        title,
        _spread([m.load.rps * unit.calls(m.pace_ms) for m in rounds], unit.digits),
        ms(lambda m: m.cpu_ms, 2),
        ms(lambda m: m.database_cpu_ms, 2),
        ms(lambda m: m.load.p50_ms, 1),
        ms(lambda m: m.load.p99_ms, 1),
        added(lambda m: m.load.p50_ms),
        added(lambda m: m.load.p99_ms),
        ms(lambda m: m.load.first_byte_p50_ms, 1),
        "" if unit is _PACES else _spread([m.resident_bytes / 1e6 for m in rounds if m.resident_bytes], 0),
    )


def _spread(values: list[float], digits: int) -> str:
    if not values:
        return ""
    middle = f"{statistics.median(values):,.{digits}f}"
    return f"{middle} ({min(values):,.{digits}f}–{max(values):,.{digits}f})" if len(values) > 1 else middle


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  " + "  ".join(
            cell.ljust(width) if number == 0 else cell.rjust(width) for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]  # fmt: skip


def write_results(
    machine: dict[str, Any], guards: Sequence[Figure], measurements: Sequence[Measurement], trails: dict[str, Any]
) -> Path:
    """Keeps a run. Returns where."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{machine['at'].replace(':', '').replace('+0000', 'Z')}.json"
    whole = {"machine": machine, "guards": guards, "measurements": measurements, "trails": trails}
    path.write_bytes(msgspec.json.format(msgspec.json.encode(whole), indent=1))
    return path
