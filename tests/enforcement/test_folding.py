"""The view in which one byte is one character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govern.enforcement.folding import Folded


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("plain", b"plain"),
        ("４１１１ ＡＢ", b"4111 AB"),
        ("٤١١١", b"4111"),
        ("naïve Łódź", b"naive Lodz"),
        ("1\u20112", b"1-2"),
        ("a\u00a0b\u3000c", b"a b c"),
        ("a\u200bb\u00adc\U000e0041d", b"abcd"),
        ("身分證A1", b"\x7f\x7f\x7fA1"),
        ("🙂?", b"\x7f?"),
        ("\ud800x", b"\x7fx"),
        ("", b""),
    ],
)
def test_view(text: str, data: bytes) -> None:
    assert Folded(text).data == data


@given(st.text(st.sampled_from("aé１證🙂\u200b\u200d\U000e0041 -\ud800")))
def test_positions_lead_back(text: str) -> None:
    folded = Folded(text)
    assert len(folded.data) == len(folded.characters)
    for position in range(len(folded.data)):
        offset = folded.text_offset(position)
        assert Folded(text[offset]).data == folded.data[position : position + 1]
        assert folded.view_offset(offset) == position
    assert folded.text_offset(len(folded.data)) == len(text)


@given(st.text(), st.integers(0, 20))
def test_the_fold_of_a_text_is_that_of_its_pieces(text: str, cut: int) -> None:
    assert Folded(text).data == Folded(text[:cut]).data + Folded(text[cut:]).data


def test_a_span_takes_the_invisible_with_it() -> None:
    folded = Folded("x\u200ba\u200bb\u200by")
    assert folded.text_span(1, 3) == (2, 5)
