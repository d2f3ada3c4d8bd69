import pytest

from bench import guards
from bench.pace import pace_ms
from govern.enforcement import Enforcement, Verdict, compile_enforcement
from govern.enforcement.baseline import BASELINE


@pytest.fixture(scope="module")
def baseline() -> Enforcement:
    return compile_enforcement([(BASELINE.name, BASELINE)], compile_condition=guards.no_conditions)


@pytest.mark.parametrize("name", guards.CASES)
def test_what_is_measured_is_inspected_and_passes(
    baseline: Enforcement, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdicts: list[Verdict] = []
    for way in ("inspect_input", "inspect_output"):
        inspect = getattr(Enforcement, way)
        monkeypatch.setattr(
            Enforcement, way, lambda self, *a, _inspect=inspect, **k: verdicts.append(_inspect(self, *a, **k))
        )
    guards.CASES[name](baseline)()
    assert all(verdict.action == "allow" and not verdict.findings and verdict.runs for verdict in verdicts)
    assert verdicts or "stream" in name


def test_a_pace_takes_processor_time() -> None:
    assert pace_ms(1) > 0
    assert guards.table([guards.Figure("prose", 1.5, 2.25)]).splitlines()[1].split() == ["prose", "1.500", "×", "2.250"]
