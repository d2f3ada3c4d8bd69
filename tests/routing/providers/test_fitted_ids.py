"""Ids of calls that clients chose reach every provider in a form that it takes, a call and its result alike."""

import json
import re
from typing import Any

import pytest

from routing.calls import decode_chat
from routing.providers.fitted_ids import with_fitting_ids

LONG = "call_" + "x" * 90


def asked(*ids: str, same_turn: bool = False) -> Any:
    """A conversation in which a function was called under each id, and answered by its number."""

    def call(own: str) -> dict[str, Any]:
        return {"id": own, "type": "function", "function": {"name": "look_up", "arguments": "{}"}}

    turns: list[dict[str, Any]] = [{"role": "user", "content": "Hello"}]
    results = [{"role": "tool", "tool_call_id": own, "content": str(number)} for number, own in enumerate(ids)]
    if same_turn:
        turns += [{"role": "assistant", "tool_calls": [call(own) for own in ids]}, *results]
    else:
        for own, result in zip(ids, results, strict=True):
            turns += [{"role": "assistant", "tool_calls": [call(own)]}, result]
    return decode_chat(json.dumps({"model": "m", "messages": turns}).encode())


def pairs(request: Any) -> list[tuple[str, str]]:
    """(id of a call, id of its result) in order."""
    calls = [call.id for message in request.messages for call in message.tool_calls or ()]
    return list(zip(calls, [message.tool_call_id for message in request.messages if message.tool_call_id], strict=True))


@pytest.mark.parametrize("kind", ["openai", "openai_responses", "anthropic", "google", "openai_compatible"])
def test_what_fits_is_left_alone(kind: str) -> None:
    request = asked("call_1", "call_2")
    assert with_fitting_ids(request, kind) is request


@pytest.mark.parametrize(
    ("kind", "own", "pattern"),
    [
        ("openai", LONG, r".{1,40}"),
        ("openai_responses", LONG, r".{1,64}"),
        ("anthropic", "call:1.2/3 ü", r"[A-Za-z0-9_-]+"),
        ("anthropic", "functions.look_up:0", r"[A-Za-z0-9_-]+"),
    ],
)
def test_what_does_not_is_called_otherwise_on_both_sides_and_the_same_each_time(
    kind: str, own: str, pattern: str
) -> None:
    ((call, result),) = pairs(with_fitting_ids(asked(own), kind))
    assert call == result
    assert re.fullmatch(pattern, call)
    assert pairs(with_fitting_ids(asked(own, "other"), kind))[0] == (call, call)


@pytest.mark.parametrize("same_turn", [False, True])
def test_a_repeated_id_is_one_of_its_own_each_time_for_anthropic(same_turn: bool) -> None:
    told = pairs(with_fitting_ids(asked("call_0", "call_0", "call_0", same_turn=same_turn), "anthropic"))
    assert [call for call, _ in told] == [result for _, result in told]
    assert len({call for call, _ in told}) == 3


def test_a_made_up_id_never_takes_another_ones() -> None:
    told = pairs(with_fitting_ids(asked("a", "a_2", "a"), "anthropic"))
    assert len({call for call, _ in told}) == 3
    assert all(call == result for call, result in told)


def test_two_that_are_cut_alike_stay_apart() -> None:
    first, second = pairs(with_fitting_ids(asked(LONG + "1", LONG + "2"), "openai"))
    assert first[0] == first[1] != second[0] == second[1]
