"""Words drawn apart by gaps or over lines are read as the sentence that they are, and the evidence points to where they stood."""

from __future__ import annotations

import pytest

from govern.enforcement.injection.gathered import gathered
from tests.enforcement.conftest import Build
from tests.enforcement.injection.test_harness_frames import ORDERS, seen

GAPS = (" " * 4, " " * 60, "\t\t\t", "\n", "\n\n\n", "\n        ", " \n  \n  \n", "\u3000" * 4)
CODE = "def total(prices):\n    kept = [price for price in prices if price is not None]\n    if not kept:\n        raise ValueError('nothing to add up here')\n    return sum(kept)\n"


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("gap", GAPS)
def test_an_order_drawn_apart_is_found(enforcement: Build, gap: str, order: str) -> None:
    assert seen(enforcement, "tool", order.replace(" ", gap)).action == "block"
    assert seen(enforcement, "user", f"The sky is blue.\n{order.replace(' ', gap)}\nSo it is.").action == "block"


@pytest.mark.parametrize("blank", [" " * 300, "\n" * 300, " \n" * 200])
def test_an_order_beside_nothing_is_found(enforcement: Build, blank: str) -> None:
    for order in ORDERS:
        assert seen(enforcement, "tool", f"Done.{blank}{order}").action == "block"
        assert seen(enforcement, "tool", f"{order}{blank}Done.").action == "block"


def test_evidence_stands_where_the_words_stood(enforcement: Build) -> None:
    text = "The sky is blue and the grass is green. " * 40 + ORDERS[0].replace(" ", " " * 6)
    (found,) = seen(enforcement, "tool", text).findings
    assert found.start <= text.index("Ignore") < found.end <= len(text)


@pytest.mark.parametrize(
    "text", ["", "a", CODE, "One sentence.\n\nAnother one, which is longer.\n", "\n" * 20, "a\nb\nc"]
)
def test_code_and_prose_are_left_alone(text: str) -> None:
    assert gathered(text) is None


def test_places_lead_back_to_every_letter() -> None:
    text = "a    b\nc d\n\n\ne\n   f    g" + " " * 50 + "h"
    found = gathered(text)
    assert found is not None
    assert found.text.split() == text.split()
    for position, character in enumerate(found.text):
        if character.strip():
            start, end = found.original((position, position + 1)) or (0, 0)
            assert text[start:end] == character
