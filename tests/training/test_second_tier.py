"""The head of the second tier: fitted the same every time, never trusting a tier the wrong way round, and told where it stands."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from govern.enforcement.second_tier.head import logit
from tests.training.test_training import small_corpus
from training import evaluate, folds, linear, second_tier
from training.examples import Example
from training.second_tier import Encoded, chosen, first_tier_of
from training.second_tier_fit import MOST_OF_A_GRAMMAR, MOST_OF_A_SOURCE, fit_combination, fit_direction
from training.second_tier_report import HEADING, Judged, section_of

NUMBERS = np.random.default_rng(1)
ATTACK = np.arange(200) % 2 == 0
EVEN = np.ones(200)


def windows(number: int) -> NDArray[np.float32]:
    """Three windows of an attack's text, one of which shows it in the third number; the first is the encoder's own guess."""
    rows = NUMBERS.normal(size=(3, 5)).astype(np.float32)
    if ATTACK[number]:
        rows[number % 3, 2] += 6
    return rows


def test_a_text_counts_by_its_highest_window() -> None:
    vectors = [windows(number) for number in range(200)]
    fitted = fit_direction(vectors, ATTACK, EVEN)
    highest = fitted.highest(vectors)
    assert np.median(highest[ATTACK]) > np.quantile(highest[~ATTACK], 0.95)
    again = fit_direction(vectors, ATTACK, EVEN)
    assert again.weights.tobytes() == fitted.weights.tobytes()


def test_more_of_either_tier_never_lowers_the_score() -> None:
    first, second = NUMBERS.normal(size=200), NUMBERS.normal(size=200) - 2 * ATTACK
    fitted = fit_combination(first, second, ATTACK, EVEN, honest=~ATTACK)
    assert min(fitted.first, fitted.second, fitted.slope) >= 0
    assert fitted.score(1.0, 2.0) >= fitted.score(1.0, 1.0)


def test_thresholds_mean_what_they_mean_in_the_first_tier() -> None:
    honest = np.ones(4_000, np.bool_)
    first = NUMBERS.normal(size=4_000)
    attack = np.zeros(4_000, np.bool_)
    attack[:100] = True
    fitted = fit_combination(first, first + 3 * attack, attack, np.ones(4_000), honest=honest)
    scores = np.array([fitted.score(*pair) for pair in zip(first, first + 3 * attack, strict=True)])
    assert 0.004 <= (scores >= 0.5).mean() <= 0.008
    assert (scores >= 0.9).mean() <= 0.002


def test_of_each_source_a_bounded_number_is_encoded_and_always_the_same() -> None:
    examples = [Example(f"text {number}", False, source) for source in ("t0_p3", "own:forged") for number in range(900)]
    places = chosen(examples)
    assert places == chosen(examples)
    sources = [examples[place].source for place in places]
    assert (sources.count("t0_p3"), sources.count("own:forged")) == (MOST_OF_A_SOURCE, MOST_OF_A_GRAMMAR)


def test_the_first_tier_that_judges_a_text_left_its_fold_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linear, "ITERATIONS", 3)
    everything = sorted(frozenset().union(*folds.FOLDS.values()))
    halves = {"one": frozenset(everything[::2]), "other": frozenset(everything[1::2])}
    monkeypatch.setattr(folds, "FOLDS", halves)
    monkeypatch.setattr(evaluate, "FOLDS", halves)
    monkeypatch.setattr(second_tier, "training_set", list)
    held = first_tier_of(small_corpus(), tmp_path)
    assert len(held.examples) == len(held.fold) == len(held.first) == len(small_corpus())
    assert all(example.source in list(halves.values())[fold] for example, fold in zip(held.examples, held.fold, strict=True))  # fmt: skip
    assert ((held.first >= 0) & (held.first <= 1)).all()


class Counting:
    digest = "0" * 64

    def __init__(self) -> None:
        self.asked = 0

    def encode(self, text: str, evidence: object) -> NDArray[np.float32]:
        self.asked += 1
        return np.full((len(text) % 3 + 1, 2), len(text), np.float32)


def test_what_was_encoded_is_kept(tmp_path: Path) -> None:
    examples = [Example("a" * number, False, "t0_p3") for number in range(5)]
    encoder = Counting()
    first = Encoded(encoder, tmp_path).of(examples)
    again = Encoded(encoder, tmp_path).of(examples)
    assert encoder.asked == len(examples)
    assert [rows.tolist() for rows in again] == [rows.tolist() for rows in first]


def test_the_second_tier_is_asked_between_the_zone_and_a_block() -> None:
    combination = fit_combination(np.zeros(200), 2.0 * ATTACK, ATTACK, EVEN, honest=~ATTACK)
    examples = [Example("", bool(attack), "t0_p3") for attack in ATTACK[:4]]
    first = np.array([0.1, 0.3, 0.6, 0.95])
    judged = Judged(examples, first, np.full(4, 9.0), np.ones(4, np.bool_), combination, 0.2)
    both = [combination.score(logit(float(score)), 9.0) for score in first]
    assert judged.together(0.2).tolist() == [0.1, both[1], both[2], 0.95]
    assert judged.together(0.0).tolist() == [*both[:3], 0.95]


def test_the_section_stands_in_the_document_of_detection() -> None:
    assert section_of().startswith(HEADING)
