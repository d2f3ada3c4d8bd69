"""A second tier that hangs, says nothing, is missing or belongs to another version: told on the record, `on_error`, never a crash."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest

from govern.enforcement import Surface, Verdict
from govern.enforcement.second_tier import encoder as encoders
from govern.enforcement.second_tier import opinion, worker
from govern.enforcement.second_tier.encoder import EncoderMissing, load_encoder
from govern.enforcement.second_tier.head import FOLDER, HeadDamaged, load_head
from govern.enforcement.second_tier.opinion import SecondTier
from govern.enforcement.second_tier.worker import MOST_WAITING, Busy, Worker
from tests.enforcement.conftest import Build

from .conftest import Said, head, tier

SetUp = Callable[[float, SecondTier], None]
SECRET = "a text that nobody may read in an error"
FAULTS = {
    "no number": lambda: tier(Said(math.nan)),
    "no end": lambda: tier(Said(math.inf)),
    "an error of the engine": lambda: tier(Said(fault=RuntimeError(SECRET))),
    "an error of a shape": lambda: tier(Said(fault=ValueError(SECRET))),
    "another first tier": lambda: tier(Said(), first_tier="injection-of-last-year"),
    "no package": lambda: SecondTier(None, head(), "the package stackone-defender is missing"),
    "no weights": lambda: SecondTier(None, None, "the weights of the second tier cannot be read"),
    "other weights": lambda: SecondTier(Said(), head(), head().unfit("unknown", "encoder 2")),
}


def inspected(build: Build, on_error: str = "block", limit_ms: int = 500) -> Verdict:
    guard = {"guard": "prompt_injection", "second_tier": {"ask": "grey", "time_limit_ms": limit_ms}}
    return build(guard, on_error=on_error).inspect_input([Surface("user", "m", SECRET)], {})


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("on_error", ["block", "flag", "allow"])
def test_a_fault_is_told_and_on_error_is_done(two_tiers: SetUp, enforcement: Build, fault: str, on_error: str) -> None:
    two_tiers(0.4, FAULTS[fault]())
    verdict = inspected(enforcement, on_error)
    assert (verdict.action, verdict.runs[0].result) == (on_error, "error")
    assert verdict.runs[0].unscanned_reason
    assert SECRET not in verdict.runs[0].unscanned_reason


def test_what_the_first_tier_found_stays_found(two_tiers: SetUp, enforcement: Build) -> None:
    two_tiers(0.6, tier(Said(math.nan)))
    verdict = inspected(enforcement, "allow")
    assert (verdict.action, verdict.findings[0].type, verdict.runs[0].result) == (
        "flag",
        "override.of_the_tests",
        "error",
    )


def test_what_failed_is_not_remembered(two_tiers: SetUp, enforcement: Build) -> None:
    broken = Said(math.nan)
    two_tiers(0.4, tier(broken))
    built = enforcement({"guard": "prompt_injection", "second_tier": {"ask": "grey"}})
    assert built.inspect_input([Surface("user", "m", SECRET)], {}).action == "block"
    broken.logit = -4.0
    assert built.inspect_input([Surface("user", "m", SECRET)], {}).action == "allow"


@pytest.mark.parametrize("on_error", ["block", "allow"])
def test_one_that_is_too_slow_is_a_timeout(two_tiers: SetUp, enforcement: Build, on_error: str) -> None:
    two_tiers(0.4, tier(Said(delay_s=0.5)))
    verdict = inspected(enforcement, on_error, limit_ms=20)
    assert (verdict.action, verdict.runs[0].result) == (on_error, "timeout")
    assert "20 ms" in verdict.runs[0].unscanned_reason


def test_a_call_of_many_doubtful_texts_waits_for_a_bounded_time(
    two_tiers: SetUp, enforcement: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("govern.enforcement.clock.ALL_WAITING_S", 0.1)
    encoder = Said(-4.0, delay_s=0.03)
    two_tiers(0.4, tier(encoder))
    built = enforcement({"guard": "prompt_injection", "second_tier": {"ask": "grey"}})
    verdict = built.inspect_input([Surface("user", f"m{n}", f"{SECRET} {n}") for n in range(50)], {})
    assert len(encoder.asked) < 10
    assert (verdict.action, verdict.runs[0].result) == ("block", "timeout")


def test_one_that_hangs_is_not_waited_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_HANGS_AFTER_S", 0.0)
    thread, ended = Worker(), threading.Event()
    with pytest.raises(TimeoutError, match="ms"):
        thread.ask(lambda: ended.wait(30), time_limit_s=0.05)
    with pytest.raises(Busy, match="does not answer"):
        thread.ask(lambda: 1, time_limit_s=30)
    ended.set()


def test_no_more_wait_than_can_be_answered() -> None:
    thread, begun, ended = Worker(), threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        ended.wait(30)

    waiting = [threading.Thread(target=thread.ask, args=(hold,), kwargs={"time_limit_s": 30}, daemon=True)]
    waiting[0].start()
    assert begun.wait(30)
    for _ in range(MOST_WAITING):
        with pytest.raises(TimeoutError):
            thread.ask(lambda: 1, time_limit_s=0.001)
    with pytest.raises(Busy, match="too many"):
        thread.ask(lambda: 1, time_limit_s=30)
    ended.set()
    waiting[0].join(30)
    assert thread.ask(lambda: 2, time_limit_s=30) == 2


def test_the_package_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoders, "_MODULE", "a_package_that_nobody_has")
    with pytest.raises(EncoderMissing, match=r"a-package-that-nobody-has is missing: .*requirements/second-tier\.txt"):
        load_encoder()
    opinion.unavailable.cache_clear()
    assert "missing" in opinion.unavailable()
    monkeypatch.undo()
    opinion.unavailable.cache_clear()


def test_the_package_holds_something_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoders, "PACKAGE", "msgspec")
    monkeypatch.setattr(encoders, "_MODULE", "msgspec")
    with pytest.raises(EncoderMissing, match="does not hold"):
        load_encoder()


@pytest.mark.parametrize("damage", ["no weights", "other weights", "no manifest", "no JSON", "too short"])
def test_damaged_weights_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str) -> None:
    manifest, weights = (FOLDER / "manifest.json").read_bytes(), (FOLDER / "weights.bin").read_bytes()
    if damage != "no weights":
        (tmp_path / "weights.bin").write_bytes(
            {"other weights": b"\0" * len(weights), "too short": b"abc"}.get(damage, weights)
        )
    if damage != "no manifest":
        (tmp_path / "manifest.json").write_bytes(b"{" if damage == "no JSON" else manifest)
    with pytest.raises(HeadDamaged):
        load_head(tmp_path)
    monkeypatch.setattr(opinion, "load_head", lambda: load_head(tmp_path))
    found = opinion.second_tier.__wrapped__()
    assert found.unavailable
    assert 0 < found.grey_from < 0.5


def test_numbers_that_are_none_stay_none() -> None:
    assert math.isnan(head().score(np.array([[math.nan, 0.0]], np.float32), 0.5))


def test_a_manifest_says_what_it_holds_for() -> None:
    manifest = load_head().manifest
    assert msgspec.json.decode(msgspec.json.encode(manifest), type=type(manifest)) == manifest
    assert load_head().unfit(manifest.encoder, manifest.encoder_version) == ""
    assert "requirements/second-tier.txt" in load_head().unfit("unknown", "encoder 2")
