"""The grammar expands every entry, and the same seed writes the same texts."""

from __future__ import annotations

import random

import pytest

from training.examples import Example
from training.generate import COUNTS, ENTRIES, HONEST_COUNTS, LANGUAGES, generate
from training.grammar.expansion import expand


def test_alternatives_entries_and_literals() -> None:
    entries = {"who": ("Amy",), "greeting": ("[Hello|Hello] {who}",)}
    assert expand("{greeting}, {ob}ok{cb}", entries, random.Random(1)) == "Hello Amy, [ok]"


def test_a_sticky_entry_keeps_its_choice() -> None:
    entries = {"alias": ("A", "B", "C", "D")}
    text = expand("{alias}{alias}{alias}{alias}", entries, random.Random(2))
    assert len(set(text)) == 1


def test_unbalanced_brackets_are_an_error() -> None:
    with pytest.raises(ValueError, match="unbalanced"):
        expand("[a|b", {}, random.Random(1))


@pytest.mark.parametrize("name", sorted(ENTRIES))
def test_every_template_expands(name: str) -> None:
    for template in ENTRIES[name]:
        for seed in range(5):
            assert (
                "{" not in expand(template, ENTRIES, random.Random(seed)).replace("{ob}", "")
                or "oc}" in template
                or "{" in template
            )


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_language_has_attacks_and_honest_texts(language: str) -> None:
    phrases = LANGUAGES[language]
    assert set(phrases) == {"drop", "goal", "leak", "persona", "honest"}
    assert all(expand(template, ENTRIES, random.Random(1)) for templates in phrases.values() for template in templates)


CARRIER = Example("The council met. It voted on the budget, and the bridge will be built in spring.", False, "fixture")


def test_the_same_seed_writes_the_same_texts() -> None:
    assert generate(3, [CARRIER], 0.01) == generate(3, [CARRIER], 0.01)
    assert generate(3, [CARRIER], 0.01) != generate(4, [CARRIER], 0.01)


def test_every_family_is_drawn_and_wrapped_attacks_know_their_span() -> None:
    examples = generate(3, [CARRIER], 0.02)
    sources = {example.source for example in examples}
    assert {f"own:{family}" for family in COUNTS} <= sources
    assert (
        len([source for source in sources if source.startswith("own:honest-") or source == "own:code"])
        > len(HONEST_COUNTS) - 1
    )
    wrapped = [example for example in examples if example.source == "own:wrapped"]
    assert wrapped
    for example in wrapped:
        assert example.span is not None
        start, end = example.span
        assert 0 <= start < end <= len(example.text)
