"""What a conversation holds reaches every kind of provider from every door, whole and streamed, with a budget and without; or is refused in
words. Each case says what must be found in the body that leaves.
"""

import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest

from routing.calls import ChatRequest, InvalidRequest
from routing.calls.answers import Completion
from routing.providers import PROVIDERS, Target
from routing.wire.events import Event
from tests.conformance.conversations import CASES, LONG, ODD, SIGNED, chat, google, messages, responses
from tests.routing.wire.doors import CHAT, GOOGLE, MESSAGES, RESPONSES, Door

KINDS = ("openai", "openai_responses", "anthropic", "google", "openai_compatible")
SIGNS = {"chat": "anthropic", "messages": "anthropic", "responses": "openai_responses", "google": "google"}
"""Door → whose signature its client sends back."""
DOORS = ((CHAT, chat), (MESSAGES, messages), (RESPONSES, responses), (GOOGLE, google))


def read(door: Door, body: dict[str, Any], *, stream: bool) -> ChatRequest:
    path = door.stream_path if stream else door.path
    asked = body if door is GOOGLE else {**body, "stream": stream}
    return (door.streamed if stream else door.whole).decode(json.dumps(asked).encode(), path)


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)
    elif isinstance(value, str):
        yield value


MATRIX = list(itertools.product(DOORS, KINDS, CASES, ("plain", "clamped", "streamed")))


@pytest.mark.parametrize(
    ("door", "kind", "name", "how"),
    MATRIX,
    ids=lambda value: getattr(value[0], "name", None) if isinstance(value, tuple) else value,
)
def test_what_is_said_arrives_or_is_refused(door: tuple[Door, Any], kind: str, name: str, how: str) -> None:
    case, stream = CASES[name], how == "streamed"
    format_, write = door
    request = read(format_, write(case), stream=stream)
    target = Target("p", kind, "https://provider.example/v1", "upstream", max_output_tokens=32, held=how == "clamped")
    try:
        body = json.loads(PROVIDERS[kind].encode(request, target, stream=stream))  # type: ignore[attr-defined]
    except InvalidRequest as refused:
        body = refused.message
    if isinstance(body, str):
        assert len(body) > 20
        return
    sent = "\n".join(texts(body))
    assert [text for text in case.kept if text not in sent] == []
    if case.thought and kind == SIGNS.get(format_.name):
        assert SIGNED in sent  # reasoning is signed for its own provider, which wants it back
    if kind == "google":
        responses_ = [
            part["functionResponse"]
            for turn in body["contents"]
            for part in turn["parts"]
            if "functionResponse" in part
        ]
        assert [each["name"] for each in responses_] == [
            part["functionCall"]["name"]
            for turn in body["contents"]
            for part in turn["parts"]
            if "functionCall" in part
        ]
        assert not any("$ref" in each["response"] for each in responses_)
        if name == "parallel":
            assert [each["response"] for each in responses_] == [{"result": "first"}, {"result": "second"}]
    if kind in ("openai", "openai_compatible"):
        for message in body["messages"]:
            if message["role"] == "tool" and isinstance(message["content"], list):
                assert {part["type"] for part in message["content"]} <= {"text"}


TAKEN = {"openai": 64, "openai_responses": 64, "openai_compatible": 64, "anthropic": 128, "google": 128}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", [LONG, ODD, "look"])
def test_a_function_is_named_as_its_provider_takes_it_and_named_back(kind: str, name: str) -> None:
    body = {**chat(CASES["text"]), "tools": [{"type": "function", "function": {"name": name}}]}
    body["tool_choice"] = {"type": "function", "function": {"name": name}}
    request = read(CHAT, body, stream=False)
    target = Target("p", kind, "https://provider.example/v1", "upstream")
    sent = json.loads(PROVIDERS[kind].encode(request, target, stream=False))  # type: ignore[attr-defined]
    tool = sent["tools"][0]
    named = (tool.get("functionDeclarations") or [tool.get("function") or tool])[0]["name"]
    assert len(named) <= TAKEN[kind]
    assert kind != "google" or not named[0].isdigit()
    assert json.dumps(sent).count(named) >= 2  # the choice means the same function
    assert (named == name) == (name == "look" or (name == ODD and kind != "google"))


def test_an_id_used_again_means_the_latest_call() -> None:
    def turn(name: str) -> list[dict[str, Any]]:
        call = {"id": "call_0", "type": "function", "function": {"name": name, "arguments": "{}"}}
        return [
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "call_0", "content": name},
        ]

    body = {"model": "m", "messages": [{"role": "user", "content": "Hello"}, *turn("alpha"), *turn("beta")]}
    request = read(CHAT, body, stream=False)
    target = Target("p", "google", "https://provider.example/v1", "upstream")
    sent = json.loads(PROVIDERS["google"].encode(request, target, stream=False))  # type: ignore[attr-defined]
    parts = [
        part["functionResponse"] for turn in sent["contents"] for part in turn["parts"] if "functionResponse" in part
    ]
    assert [part["name"] for part in parts] == ["alpha", "beta"]


def test_googles_own_ids_are_short_enough_for_openai() -> None:
    name = "n" * 76
    contents = [
        {"role": "user", "parts": [{"text": "Hello"}]},
        {"role": "model", "parts": [{"functionCall": {"name": name, "args": {}}}]},
        {"role": "user", "parts": [{"functionResponse": {"name": name, "response": {"a": 1}}}]},
    ]
    request = GOOGLE.whole.decode(json.dumps({"contents": contents}).encode(), GOOGLE.path)
    call = (request.messages[1].tool_calls or [])[0]
    assert len(call.id) <= 40
    assert request.messages[2].tool_call_id == call.id


def answered(kind: str, body: dict[str, Any]) -> Completion:
    completion: Completion = PROVIDERS[kind].read_completion(json.dumps(body).encode())  # type: ignore[attr-defined]
    return completion


@pytest.mark.parametrize("reason", ["OTHER", "NO_IMAGE", "IMAGE_OTHER"])
def test_what_gemini_broke_off_is_no_natural_end(reason: str) -> None:
    body = {"candidates": [{"content": {"parts": [{"text": "x"}]}, "finishReason": reason}]}
    assert answered("google", body).choices[0].finish_reason == "content_filter"


@pytest.mark.parametrize(("reason", "ours"), [("recitation", "content_filter"), ("max_output_tokens", "length")])
def test_reasons_of_those_who_imitate(reason: str, ours: str) -> None:
    choice = {"index": 0, "message": {"role": "assistant", "content": "x"}, "finish_reason": reason}
    assert answered("openai_compatible", {"choices": [choice]}).choices[0].finish_reason == ours


def test_a_call_is_a_call_whatever_the_server_says_of_the_end() -> None:
    call = {"id": "c", "type": "function", "function": {"name": "look", "arguments": "{}"}}
    choice = {"index": 0, "message": {"role": "assistant", "tool_calls": [call]}, "finish_reason": "stop"}
    assert answered("openai_compatible", {"choices": [choice]}).choices[0].finish_reason == "tool_calls"


def test_usage_of_zeros_is_silence() -> None:
    choice = {"index": 0, "message": {"role": "assistant", "content": "x"}, "finish_reason": "stop"}
    zeros = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
    assert answered("openai", {"choices": [choice], "usage": zeros}).usage.estimated


def test_zeros_at_the_end_of_a_stream_take_nothing_back() -> None:
    reader = PROVIDERS["anthropic"].reader()  # type: ignore[attr-defined]
    start = {"type": "message_start", "message": {"id": "m", "usage": {"input_tokens": 1500, "output_tokens": 1}}}
    end = {
        "type": "message_delta",
        "delta": {"stop_reason": "end_turn"},
        "usage": {"input_tokens": 0, "output_tokens": 9},
    }
    chunks = [reader.read(Event("", json.dumps(event).encode())) for event in (start, end)]
    assert (chunks[1].usage.input_tokens, chunks[1].usage.output_tokens) == (1500, 9)
