from bench.load import Load
from bench.measuring import Measurement
from bench.report import DIRECT, table


def measurement(subject: str, p50_ms: float, cpu_ms: float | None = None) -> Measurement:
    load = Load(
        connections=16, seconds=1, sent=10, answered=10, errors={}, rps=10, p50_ms=p50_ms, p90_ms=p50_ms,
        p99_ms=p50_ms, max_ms=p50_ms, first_byte_p50_ms=None, first_byte_p99_ms=None,
    )  # fmt: skip
    return Measurement(
        subject=subject,
        scenario="60 ms",
        load=load,
        cpu_ms=cpu_ms,
        database_cpu_ms=None,
        resident_bytes=None,
        pace_ms=2.0,
    )


def test_added_time_is_against_the_provider_in_the_same_round() -> None:
    rounds = [(60, 63), (70, 72), (60, 65)]
    measurements = [measurement(DIRECT, direct) for direct, _ in rounds]
    measurements += [measurement("write_ahead", governed, 0.5) for _, governed in rounds]
    gateway = next(line for line in table(measurements).splitlines() if "write_ahead" in line)
    assert "3.0 (2.0–5.0)" in gateway
    assert "65.0 (63.0–72.0)" in gateway


def test_a_single_round_has_no_range() -> None:
    shown = table([measurement(DIRECT, 60), measurement("write_ahead", 62, 0.5)])
    assert "0.50" in shown
    assert "(" not in shown


def test_every_figure_stands_in_paces_too() -> None:
    shown = table([measurement(DIRECT, 60), measurement("write_ahead", 63, 0.5)]).splitlines()
    row = next(number for number, line in enumerate(shown) if "write_ahead" in line)
    assert shown[row].split() == ["write_ahead", "10", "0.50", "63.0", "63.0", "3.0", "3.0"]
    assert shown[row + 1].split() == ["×", "pace", "0.02", "0.2500", "31.500", "31.500", "1.500", "1.500"]
