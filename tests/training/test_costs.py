"""Thresholds stand where mistakes cost least by the costs that are written down."""

from __future__ import annotations

import numpy as np
import pytest

from training import costs
from training.costs import thresholds


def test_what_parts_the_two_is_taken_whole() -> None:
    flag, block = thresholds(np.linspace(-3, 0, 1000), np.linspace(1, 4, 100))
    assert 0 < flag <= block < 1


def test_a_block_stands_higher_than_a_flag_where_honest_texts_lie_between() -> None:
    honest = np.append(np.linspace(-5, 0, 9900), np.linspace(0, 3, 100))
    attacks = np.linspace(-1, 5, 600)
    flag, block = thresholds(honest, attacks)
    assert flag < block
    assert (honest >= block).mean() < (honest >= flag).mean()


def test_a_dearer_block_stands_higher(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(1)
    honest, attacks = chance.normal(-3, 1, 20_000), chance.normal(2, 2, 2_000)
    _, dear = thresholds(honest, attacks)
    monkeypatch.setattr(costs, "HONEST_BLOCKED", 1.5)
    _, cheap = thresholds(honest, attacks)
    assert dear > cheap


def test_one_kind_of_text_chooses_nothing() -> None:
    with pytest.raises(ValueError, match="honest texts and attacks"):
        thresholds(np.array([]), np.array([1.0]))
