"""The older `functions` of chat completions reach every provider: as they are, or as tools with names and ids that it takes."""

import json
from typing import Any

import pytest

from routing.calls import Chunk, Delta, ToolCallDelta
from routing.providers import PROVIDERS
from routing.providers.fitted_tools import fitted
from routing.providers.named_back import NamingBack, named_back
from routing.wire.chat.read_answers import read_completion
from routing.wire.functions import chunk_with_function_call, with_function_call
from tests.routing.providers.parties import USER, request, target, written

LOOK = {"name": "look", "parameters": {"type": "object", "properties": {}}}
ODD = {**LOOK, "name": "look.at the sky"}


def asked(function: dict[str, Any], *more: dict[str, Any], **fields: Any) -> Any:
    name = function["name"]
    turns = [
        {"role": "assistant", "content": None, "function_call": {"name": name, "arguments": '{"at":"sea"}'}},
        {"role": "function", "name": name, "content": "blue"},
    ]
    return request(USER, *turns, *turns, *more, functions=[function], **fields)


@pytest.mark.parametrize("kind", ["openai", "openai_compatible"])
def test_whoever_knows_them_gets_them_as_they_are(kind: str) -> None:
    call = asked(LOOK, function_call={"name": "look"})
    found = written(kind, call, upstream_model="gpt-4o")
    assert (found["functions"], found["function_call"]) == ([LOOK], {"name": "look"})
    assert found["messages"] == call.tree["messages"]


@pytest.mark.parametrize("kind", ["openai", "openai_compatible"])
def test_names_that_openai_refuses_are_sent_as_tools_of_other_names(kind: str) -> None:
    found = written(kind, asked(ODD, function_call={"name": ODD["name"]}), upstream_model="gpt-4o")
    name = found["tools"][0]["function"]["name"]
    assert name != ODD["name"]
    assert "functions" not in found
    assert "function_call" not in found
    assert found["tool_choice"] == {"type": "function", "function": {"name": name}}
    calls = [message["tool_calls"][0] for message in found["messages"] if message["role"] == "assistant"]
    assert [call["function"]["name"] for call in calls] == [name, name]
    results = [message["tool_call_id"] for message in found["messages"] if message["role"] == "tool"]
    assert results == [call["id"] for call in calls]
    assert len(set(results)) == 2


@pytest.mark.parametrize("function", [LOOK, ODD], ids=["plain", "odd"])
def test_anthropic_gets_each_call_under_an_id_of_its_own(function: dict[str, Any]) -> None:
    found = written("anthropic", asked(function))
    blocks = [block for turn in found["messages"] for block in turn["content"] if isinstance(block, dict)]
    calls = [block for block in blocks if block["type"] == "tool_use"]
    results = [block["tool_use_id"] for block in blocks if block["type"] == "tool_result"]
    assert [call["id"] for call in calls] == results
    assert len(set(results)) == 2
    assert {call["name"] for call in calls} == {found["tools"][0]["name"]}


@pytest.mark.parametrize("function", [LOOK, ODD], ids=["plain", "odd"])
def test_google_and_responses_get_them_too(function: dict[str, Any]) -> None:
    contents = written("google", asked(function))["contents"]
    parts = [part for content in contents for part in content["parts"]]
    called = [part["functionCall"]["name"] for part in parts if "functionCall" in part]
    assert called == [part["functionResponse"]["name"] for part in parts if "functionResponse" in part]
    items = written("openai_responses", asked(function))["input"]
    ids = [item["call_id"] for item in items if item.get("type") == "function_call"]
    assert ids == [item["call_id"] for item in items if item.get("type") == "function_call_output"]
    assert len(ids) == 2


@pytest.mark.parametrize("kind", sorted(PROVIDERS))
def test_the_answer_comes_back_under_the_callers_name(kind: str) -> None:
    fit = fitted(asked(ODD), kind, held=False)
    assert fit.older
    sent = fit.request.tools[0].function.name
    message = {"tool_calls": [{"id": "c", "type": "function", "function": {"name": sent, "arguments": "{}"}}]}
    whole = read_completion(json.dumps({"choices": [{"message": message, "finish_reason": "tool_calls"}]}).encode())
    (choice,) = with_function_call(named_back(whole, fit.names)).choices
    assert choice.message.extra["function_call"] == {"name": ODD["name"], "arguments": "{}"}
    piece = ToolCallDelta(index=0, id="c", name=sent)
    chunk = chunk_with_function_call(NamingBack(fit.names).chunk(Chunk(deltas=[Delta(tool_calls=[piece])])))
    assert chunk.deltas[0].extra["function_call"]["name"] == ODD["name"]


def test_what_was_called_before_needs_no_functions_now() -> None:
    call = request(
        USER,
        {"role": "assistant", "content": None, "function_call": {"name": "look", "arguments": "{}"}},
        {"role": "function", "name": "look", "content": "blue"},
    )
    assert "functionResponse" in json.dumps(written("google", call))
    assert not fitted(call, "google", held=False).older
    assert PROVIDERS["anthropic"].unsupported(call, target("anthropic")) == []
