"""Conditions while they are typed: said to be right in words, or wrong with the place, the reason and what may have been meant."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from govern.admin.proposals.conditions import judge, known_conditions
from govern.policy.conditions import NAMES, compile_condition

ADDRESS = "admin:govern_changerequest_condition"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """The language of what is told, whatever a page was read in before."""
    with translation.override("en"):
        yield


def test_a_condition_that_compiles_is_said_in_words() -> None:
    assert judge('task == "coding"') == {"valid": True, "words": "When the task is coding."}
    assert judge("true") == {"valid": True, "words": "Every call."}


def test_an_unknown_name_has_its_place_and_suggestions() -> None:
    said = judge('stream && taks == "coding"')
    assert said["valid"] is False
    assert said["column"] == 11
    assert said["suggestions"][0] == "task"
    assert said["message"] == "Column 11: there is no name `taks`. Did you mean `task`?"


@pytest.mark.parametrize("text", ["task ==", "task == 3", "hour", "", " ", "x" * 3000])
def test_what_is_no_condition_is_refused_with_a_reason(text: str) -> None:
    said = judge(text)
    assert said["valid"] is False
    assert said["message"]


def test_what_can_never_match_is_warned_of() -> None:
    assert "never match" in str(judge('task == "coding" && task == "simple"')["warning"])


def test_every_name_is_told_with_an_example_that_compiles() -> None:
    told = known_conditions()
    assert [name.name for name in told] == list(NAMES)
    for name in told:
        compile_condition(name.example)
        assert str(name.about)


def test_only_who_may_propose_asks_and_only_by_a_small_post_with_a_token(
    installed: None, signed_in: Callable[[str], Client]
) -> None:
    amy, address = signed_in("amy"), reverse(ADDRESS)
    assert amy.post(address, {"text": "stream"}).json()["valid"] is True
    assert amy.get(address).status_code == 405
    assert amy.post(address, {"text": "x" * 20_000}).status_code == 413
    assert signed_in("dan").post(address, {"text": "stream"}).status_code == 403
    guarded = Client(enforce_csrf_checks=True)
    guarded.cookies = amy.cookies
    assert guarded.post(address, {"text": "stream"}).status_code == 403
