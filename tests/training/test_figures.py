"""The figures are computed as their names say."""

from __future__ import annotations

import numpy as np

from training.charts import bars, lines
from training.examples import Example
from training.figures import Sight, auroc, of_source
from training.strangers import strangers


def test_auroc_counts_pairs_in_order_and_ties_half() -> None:
    assert auroc(np.array([3.0, 2.0]), np.array([1.0, 0.0])) == 1.0
    assert auroc(np.array([1.0]), np.array([1.0])) == 0.5
    assert auroc(np.array([0.5, 2.0]), np.array([1.0])) == 0.5


def test_recall_stands_above_the_share_of_honest_texts() -> None:
    honest = np.linspace(0, 1, 1001)
    attacks = np.array([0.5, 0.995, 1.5, 2.0])
    figures = of_source("a", Sight(attacks, attacks / 2), Sight(honest, honest), 0.4, 0.9, rivals=np.array([0.0, 1.0]))
    assert (figures.recall_1, figures.recall_01) == (0.75, 0.5)
    assert (figures.flagged, figures.blocked) == (0.75, 0.25)
    assert figures.auroc == 0.75


def test_near_copies_in_other_folds_are_no_strangers() -> None:
    words = "one two three four five six seven eight nine ten eleven twelve"
    examples = [
        Example(words, True, "a"),
        Example(words + " thirteen", True, "b"),
        Example("something else entirely here", True, "b"),
    ]
    assert strangers(examples, np.array([0, 1, 1])).tolist() == [False, False, True]


def test_charts_are_whole_and_escape_their_words() -> None:
    picture = bars("A & B", [("x<y", 0.5, 0.25)], ("one", "two"))
    assert picture.startswith("<svg")
    assert picture.rstrip().endswith("</svg>")
    assert "A &amp; B" in picture
    assert "x&lt;y" in picture
    assert lines("t", ["1", "2"], [("s", [1.0, 2.0])], "ms").count("<polyline") == 1
