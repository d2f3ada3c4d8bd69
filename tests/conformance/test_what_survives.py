"""What a conversation holds reaches every kind of provider from every door, whole and streamed, with a budget and without; or is refused in
words. Each case says what must be found in the body that leaves.
"""

import itertools
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from routing.calls import ChatRequest, InvalidRequest
from routing.calls.answers import Completion
from routing.providers import PROVIDERS, Target
from routing.wire.events import Event
from tests.routing.wire.doors import CHAT, GOOGLE, MESSAGES, RESPONSES, Door

KINDS = ("openai", "openai_responses", "anthropic", "google", "openai_compatible")
PIXEL, PAPER = "iVBORw0KGgo=", "JVBERi0="
LONG, ODD = "n" * 130, "1c_reload"


class Case(NamedTuple):
    """The tools, the calls with their results in the order in which these are sent, and the texts that must arrive."""

    calls: tuple[tuple[str, str, dict[str, Any]], ...] = ()
    results: tuple[tuple[int, str | list[tuple[str, str]]], ...] = ()
    kept: tuple[str, ...] = ()


CASES = {
    "text": Case(kept=("Hello",)),
    "call": Case((("call_1", "look", {"at": "sky"}),), ((0, "blue"),), ("blue", "sky", "look")),
    "parallel": Case((("a1", "look", {}), ("b2", "look", {})), ((1, "second"), (0, "first")), ("first", "second")),
    "json": Case((("call_1", "look", {}),), ((0, '{"$ref": "#/$defs/Pet", "kind": "cat"}'),), ("#/$defs/Pet", "cat")),
    "image": Case((("call_1", "look", {}),), ((0, [("text", "seen"), ("image", PIXEL)]),), ("seen", PIXEL)),
    "paper": Case((("call_1", "look", {}),), ((0, [("text", "read"), ("pdf", PAPER)]),), ("read", PAPER)),
    "long name": Case((("call_1", LONG, {}),), ((0, "blue"),), ("blue",)),
    "odd name": Case((("call_1", ODD, {}),), ((0, "blue"),), ("blue",)),
}


def chat(case: Case) -> dict[str, Any]:
    def part(kind: str, value: str) -> dict[str, Any]:
        if kind == "text":
            return {"type": "text", "text": value}
        if kind == "image":
            return {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{value}"}}
        return {"type": "file", "file": {"file_data": f"data:application/pdf;base64,{value}", "filename": "a.pdf"}}

    messages: list[dict[str, Any]] = [{"role": "user", "content": "Hello"}]
    if case.calls:
        calls = [
            {"id": i, "type": "function", "function": {"name": name, "arguments": json.dumps(args)}}
            for i, name, args in case.calls
        ]
        messages.append({"role": "assistant", "content": None, "tool_calls": calls})
        for place, said in case.results:
            content = said if isinstance(said, str) else [part(*each) for each in said]
            messages.append({"role": "tool", "tool_call_id": case.calls[place][0], "content": content})
    tools = [{"type": "function", "function": {"name": name}} for name in dict.fromkeys(call[1] for call in case.calls)]
    return {"model": "m", "messages": messages, **({"tools": tools} if tools else {})}


def messages(case: Case) -> dict[str, Any]:
    def part(kind: str, value: str) -> dict[str, Any]:
        if kind == "text":
            return {"type": "text", "text": value}
        block, media = ("image", "image/png") if kind == "image" else ("document", "application/pdf")
        return {"type": block, "source": {"type": "base64", "media_type": media, "data": value}}

    turns: list[dict[str, Any]] = [{"role": "user", "content": "Hello"}]
    if case.calls:
        uses = [{"type": "tool_use", "id": i, "name": name, "input": args} for i, name, args in case.calls]
        results = [
            {
                "type": "tool_result",
                "tool_use_id": case.calls[place][0],
                "content": said if isinstance(said, str) else [part(*each) for each in said],
            }
            for place, said in case.results
        ]
        turns += [{"role": "assistant", "content": uses}, {"role": "user", "content": results}]
    tools = [{"name": name, "input_schema": {"type": "object"}} for name in dict.fromkeys(c[1] for c in case.calls)]
    return {"model": "m", "max_tokens": 64, "messages": turns, **({"tools": tools} if tools else {})}


def responses(case: Case) -> dict[str, Any]:
    def part(kind: str, value: str) -> dict[str, Any]:
        if kind == "text":
            return {"type": "input_text", "text": value}
        if kind == "image":
            return {"type": "input_image", "image_url": f"data:image/png;base64,{value}"}
        return {"type": "input_file", "filename": "a.pdf", "file_data": f"data:application/pdf;base64,{value}"}

    items: list[dict[str, Any]] = [{"role": "user", "content": "Hello"}]
    items += [
        {"type": "function_call", "call_id": i, "name": name, "arguments": json.dumps(args)}
        for i, name, args in case.calls
    ]
    for place, said in case.results:
        output = said if isinstance(said, str) else [part(*each) for each in said]
        items.append({"type": "function_call_output", "call_id": case.calls[place][0], "output": output})
    tools = [{"type": "function", "name": name} for name in dict.fromkeys(call[1] for call in case.calls)]
    return {"model": "m", "input": items, **({"tools": tools} if tools else {})}


DOORS = ((CHAT, chat), (MESSAGES, messages), (RESPONSES, responses))


def read(door: Door, body: dict[str, Any], *, stream: bool) -> ChatRequest:
    path = door.stream_path if stream else door.path
    return (door.streamed if stream else door.whole).decode(json.dumps({**body, "stream": stream}).encode(), path)


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
