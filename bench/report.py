"""The measurements as a table and as a file."""

import statistics
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

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
    """Median and, in brackets, the range over the rounds; added times are against the provider alone in the same round."""
    lines = []
    for scenario in dict.fromkeys(m.scenario for m in measurements):
        rows: list[tuple[str, ...]] = [_COLUMNS]
        of_scenario = [m for m in measurements if m.scenario == scenario]
        direct = [m for m in of_scenario if m.subject == DIRECT]
        subjects = dict.fromkeys(m.subject for m in of_scenario)
        rows += [_row(subject, [m for m in of_scenario if m.subject == subject], direct) for subject in subjects]
        lines += [scenario, *_aligned(rows), ""]
    return "\n".join(lines)


def _row(subject: str, rounds: list[Measurement], direct: list[Measurement]) -> tuple[str, ...]:
    def spread(value: Callable[[Measurement], float | None], digits: int) -> str:
        return _spread([found for found in map(value, rounds) if found is not None], digits)

    def added(value: Callable[[Measurement], float]) -> str:
        if subject == DIRECT or not direct:
            return ""
        return _spread([value(mine) - value(theirs) for mine, theirs in zip(rounds, direct, strict=False)], 1)

    return (
        subject,
        spread(lambda m: m.load.rps, 0),
        spread(lambda m: m.cpu_ms, 2),
        spread(lambda m: m.database_cpu_ms, 2),
        spread(lambda m: m.load.p50_ms, 1),
        spread(lambda m: m.load.p99_ms, 1),
        added(lambda m: m.load.p50_ms),
        added(lambda m: m.load.p99_ms),
        spread(lambda m: m.load.first_byte_p50_ms, 1),
        spread(lambda m: m.resident_bytes / 1e6 if m.resident_bytes else None, 0),
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


def write_results(machine: dict[str, Any], measurements: Sequence[Measurement], trails: dict[str, Any]) -> Path:
    """Keeps a run. Returns where."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{machine['at'].replace(':', '').replace('+0000', 'Z')}.json"
    whole = {"machine": machine, "measurements": measurements, "trails": trails}
    path.write_bytes(msgspec.json.format(msgspec.json.encode(whole), indent=1))
    return path
