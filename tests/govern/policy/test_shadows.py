"""Rules that can never decide anything are found by reading their conditions."""

import pytest

from govern.policy.shadows import never_matches, shadowing


@pytest.mark.parametrize(
    "condition", ["false", "stream && false", 'task == "a" && task == "b"', "hour == 1 && stream && hour == 2"]
)
def test_a_condition_that_contradicts_itself_never_matches(condition: str) -> None:
    assert never_matches(condition)


@pytest.mark.parametrize(
    "condition",
    ["true", 'task == "a" || task == "b"', 'task == "a" && team == "b"', '"false" in tags', 'task == "x && false"'],
)
def test_others_may_match(condition: str) -> None:
    assert not never_matches(condition)


@pytest.mark.parametrize(
    ("conditions", "found"),
    [
        (["true", "stream"], {1: 0}),
        (["stream", "stream"], {1: 0}),
        (["stream", 'stream && task == "a"'], {1: 0}),
        (['stream && task == "a"', "stream"], {}),
        (["stream || hour > 5", "stream"], {}),
        (['task == "a"', 'task == "b"', "true"], {}),
        (["stream", "hour > 5", "hour  >  5 && stream"], {2: 0}),
        (["(stream && x.all(y, y > 1))", "x.all(y, y > 1)"], {}),
    ],
)
def test_a_rule_that_an_earlier_one_always_precedes_is_shadowed(conditions: list[str], found: dict[int, int]) -> None:
    assert shadowing(conditions) == found
