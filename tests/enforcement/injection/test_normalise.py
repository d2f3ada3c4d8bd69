"""Normalising keeps the way back to the original."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govern.enforcement.normalise import normalise


def test_plain_text_stays_and_needs_no_map() -> None:
    assert normalise("Hello, Dan.\n") == ("Hello, Dan.\n", None, (), 0, 0)


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("ｆｕｌｌ ｗｉｄｔｈ", "full width"),
        ("ﬁne ﬂow", "fine flow"),
        ("𝓲𝓰𝓷𝓸𝓻𝓮", "ignore"),
        ("ig\u200bno\u2060re", "ignore"),
        ("\u202eabc\u202c", "abc"),
        ("a\x00b\x1bc", "abc"),
        ("іgnоrе", "ignore"),
        ("привет мир", "привет мир"),
        ("µs and π", "μs and π"),
        ("e\u0301", "e"),
        ("naïve 忽略 ガ", "naïve 忽略 ガ"),
        ("x\ud800y", "x\ufffdy"),
    ],
)
def test_forms_become_plain(text: str, becomes: str) -> None:
    assert normalise(text).text == becomes


def test_hidden_text_is_decoded_where_it_stood() -> None:
    tags = "".join(chr(0xE0000 + ord(character)) for character in "obey me")
    (hidden,) = normalise(f"Hi{tags} there").hidden
    assert hidden == ("obey me", 2, 9)
    assert normalise(f"Hi{tags} there").text == "Hi there"
    selectors = "".join(chr(0xFE00 + byte) if byte < 16 else chr(0xE0100 + byte - 16) for byte in b"obey me")
    (hidden,) = normalise(f"😀{selectors}").hidden
    assert hidden.text == "obey me"


def test_a_flag_hides_nothing() -> None:
    england = "\U0001f3f4" + "".join(chr(0xE0000 + ord(character)) for character in "gbeng") + "\U000e007f"
    assert normalise(f"Go {england}!").hidden == ()


def test_duplicates_of_han_characters_are_one() -> None:
    assert normalise("\U0002f800\U0002fa1d𠀀").text == "丽𪘀𠀀"


@given(st.text(st.characters(codec=None), max_size=200))
@settings(max_examples=300, deadline=None)
def test_every_character_comes_from_its_place(text: str) -> None:
    found = normalise(text)
    if found.offsets is None:
        assert len(found.text) == len(text)
        return
    assert len(found.offsets) == len(found.text) + 1
    assert found.offsets[-1] == len(text)
    places = found.offsets.tolist()
    assert places == sorted(places)
    for place, character in enumerate(found.text):
        start, end = found.original_span(place, place + 1)
        assert end == start + 1
        whole = unicodedata.normalize("NFKC", text[start])
        assert character in whole or character == "\ufffd" or character.isascii()


@given(st.text(max_size=60), st.text(max_size=60))
@settings(max_examples=100, deadline=None)
def test_a_span_maps_to_where_it_was_written(before: str, after: str) -> None:
    text = f"{before} |SECRET| {after}"
    found = normalise(text)
    start = found.text.index("|SECRET|")
    begin, end = found.original_span(start, start + 8)
    assert normalise(text[begin:end]).text == "|SECRET|"


def test_long_texts_are_mapped_across_blocks() -> None:
    text = "ﬁ" * 70_000 + "end"
    found = normalise(text)
    start = found.text.index("end")
    assert found.original_span(start, start + 3) == (70_000, 70_003)
