"""Where something differs or is wrong is said in the words of the form, and names what the change names."""

import pytest

from govern.admin.proposals.places import check_place, spoken_place


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("rules[coding].when", "Rules › coding › Condition"),
        ("rules[2].when", "Rules › 2 › Condition"),  # a rule may be named so
        ("rules[coding].weights.gpt-5.4", "Rules › coding › Weights › gpt-5.4"),
        ("rules[coding].weights.a/b[c].7", "Rules › coding › Weights › a/b[c].7"),
        ("rules.order", "Rules › Order"),
    ],
)
def test_a_difference_names_rows_and_models_as_they_are_named(place: str, said: str) -> None:
    assert spoken_place("routing_policy", place) == said


def test_a_check_counts_rows_from_one() -> None:
    assert (
        check_place("routing_policy/a.b.rules[0].weights.gpt-5.4")
        == "Routing policy a.b › Rules › 1 › Weights › gpt-5.4"
    )
    assert check_place("guard_policy/base.guards[1].block_at") == "Guard policy base › Guards › 2 › Blocks from"
