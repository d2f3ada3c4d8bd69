"""A second tier whose encoder says what a test wants: the first number of a window's vector is the second tier's logit."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import SimpleNamespace

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from govern.enforcement.guards import prompt_injection
from govern.enforcement.injection.detector import InjectionResult
from govern.enforcement.second_tier.head import Combination, Head, Manifest
from govern.enforcement.second_tier.opinion import SecondTier

FIRST_TIER = "injection-of-the-tests"
MANIFEST = Manifest(
    version="second-of-the-tests",
    digest="",
    encoder="known",
    encoder_version="encoder 1",
    first_tier=FIRST_TIER,
    grey_from=0.2,
    bias=0.0,
    combination=Combination(first=0.0, second=1.0, bias=0.0, slope=1.0, shift=0.0),
    seed=0,
    packages={},
    sources=[],
)


class Said:
    """An encoder that says one number of every text, after ``delay_s``, or raises. It counts what it is asked."""

    digest = "known"
    version = "encoder 1"

    def __init__(self, logit: float = 0.0, *, delay_s: float = 0.0, fault: Exception | None = None) -> None:
        self.logit, self.delay_s, self.fault = logit, delay_s, fault
        self.asked: list[str] = []

    def encode(self, text: str, evidence: tuple[int, int] | None, *, deadline_s: float | None) -> NDArray[np.float32]:
        self.asked.append(text)
        time.sleep(self.delay_s)
        if self.fault is not None:
            raise self.fault
        return np.array([[self.logit, 0.0]], np.float32)


def head(**changes: object) -> Head:
    return Head(np.array([1.0, 0.0], np.float32), msgspec.structs.replace(MANIFEST, **changes))


def tier(encoder: Said, **changes: object) -> SecondTier:
    return SecondTier(encoder, head(**changes))


@pytest.fixture
def two_tiers(monkeypatch: pytest.MonkeyPatch) -> Callable[[float, SecondTier], None]:
    """Sets what the first tier says of every text, and the second tier."""

    def set_up(first: float, second: SecondTier) -> None:
        result = InjectionResult(first, ("override.of_the_tests",), (0, 4), FIRST_TIER, first)
        detector = SimpleNamespace(inspect=lambda text, **_: result)
        monkeypatch.setattr(prompt_injection, "injection_detector", lambda: detector)
        monkeypatch.setattr(prompt_injection, "second_tier", lambda: second)

    return set_up
