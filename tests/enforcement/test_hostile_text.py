"""Text made to break an inspector: it answers in time, without an exception, and finds what is there."""

from __future__ import annotations

import random

import pytest

from govern.enforcement import Enforcement, Surface
from govern.enforcement.baseline import BASELINE
from govern.enforcement.folding import Folded
from govern.enforcement.guards.values import value_detector
from govern.enforcement.values import detector as detection
from govern.enforcement.values.judging import Hit

from .conftest import Build

KB = 1000


@pytest.fixture(scope="module")
def inspecting(enforcement: Build) -> Enforcement:
    guards = [{"guard": "pii", "action": "redact"}, {"guard": "secrets", "action": "redact"}]
    return enforcement(*guards, time_limit_ms=60_000)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 300 * KB,
        "1" * 300 * KB,
        "1 " * 50 * KB,
        "1-" * 50 * KB,
        "a@" * 50 * KB,
        "a@" + "b." * 50 * KB,
        "a." * 50 * KB,
        ":" * 100 * KB,
        "(" * 100 * KB,
        "eyJ" + "a" * 200 * KB,
        "sk-" * 50 * KB,
        "-----BEGIN " * 10 * KB,
        "password: " * 10 * KB,
        "\u200b" * 100 * KB,
        "1\u200b" * 50 * KB,
        "\ud800" * 100 * KB,
        "\udfff\ud800" * 50 * KB,
        "身分證" * 50 * KB,
        "\u202e" + "مرحبا 123 " * 10 * KB,
        "\x00\x7f\x1b" * 50 * KB,
        "🙂👩‍👩‍👧" * 20 * KB,
        "\U000e0041\U000e007f" * 50 * KB,
        "\U0010ffff" * 50 * KB,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_bounded_and_without_exception(inspecting: Enforcement, text: str) -> None:
    verdict = inspecting.inspect_input([Surface("user", "m", text)], {})
    assert [run.unscanned_reason for run in verdict.runs] == ["", ""]


def test_a_needle_at_the_end_of_a_long_text(inspecting: Enforcement) -> None:
    text = "lorem ipsum dolor " * 60 * KB + "amy@example.com"
    verdict = inspecting.inspect_input([Surface("user", "m", text)], {})
    assert [(finding.type, text[finding.start : finding.end]) for finding in verdict.findings] == [
        ("EMAIL", "amy@example.com")
    ]


def test_long_texts_are_cut_where_nothing_is_cut_in_two(monkeypatch: pytest.MonkeyPatch) -> None:
    detector = value_detector(None)
    pieces = [
        "amy@example.com",
        "4111 1111 1111 1111",
        "my ssn is 536221234",
        "lorem ipsum ",
        "sk-proj-Q7h2kLm9Zx4Vb8Nc3Rt6Yw1P" * 9,
        "12 34 ",
        "\u200b",
    ]
    draw = random.Random(7)
    for _ in range(40):
        text = " ".join(draw.choice(pieces) for _ in range(60))
        whole = detector.find(Folded(text))
        with monkeypatch.context() as patched:
            patched.setattr(detection, "_BLOCK", draw.randint(40, 400))
            assert sorted(detector.find(Folded(text)), key=_place) == sorted(whole, key=_place)


def test_weak_values_are_the_same_where_only_the_neighbourhood_of_cues_is_searched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    detector = value_detector(None)
    pieces = [
        *("4111 ", "1234567890 ", "12-34-56 ", "078-05-1120 ", "AB123456C ", "7 ", "2001.10.12 ", "９８７６５４３２１ ", "   ", "word "),
        *("passport ", "social security ", "phone: ", "身分證 ", "card ", "order ", "amy@example.com "),
    ]  # fmt: skip
    draw = random.Random(17)
    found = 0
    for _ in range(40):
        some = draw.sample(pieces, 6)
        text = "".join(draw.choice(some) for _ in range(200))
        since = draw.choice((0, 100))
        sweeps = []
        for worth in (1, 1 << 30):
            with monkeypatch.context() as patched:
                patched.setattr(detection, "_WORTH_LOCATING", worth)
                hits, open_from = detector.sweep(Folded(text), begins=True, since=since)
                sweeps.append((sorted(detector.find(Folded(text)), key=_place), sorted(hits, key=_place), open_from))
        found += len(sweeps[0][0])
        assert sweeps[0] == sweeps[1]
    assert found > 100


def _place(hit: Hit) -> tuple[int, int, str]:
    return (hit.start, hit.end, hit.kind.id)


def test_the_time_limit_stops_a_scan(enforcement: Build) -> None:
    built = enforcement({"guard": "pii"}, time_limit_ms=1)
    verdict = built.inspect_input([Surface("user", "m", "AB12 " * 10 * KB)], {})
    assert (verdict.action, verdict.runs[0].result) == ("block", "timeout")


def test_the_baseline_bears_random_text(enforcement: Build) -> None:
    built = enforcement(
        policies=[
            {"name": BASELINE.name, "guards": [{"guard": "prompt_injection"}, {"guard": "pii"}, {"guard": "secrets"}]}
        ]
    )
    draw = random.Random(11)
    for _ in range(300):
        text = "".join(
            chr(draw.choice((draw.randrange(0x80), draw.randrange(0x3000), draw.randrange(0x110000))))
            for _ in range(draw.randrange(80))
        )
        verdict = built.inspect_input([Surface("user", "m", text)], {})
        assert not any(run.result in ("error", "timeout") for run in verdict.runs)
