"""OpenAI's Responses API."""

import json

import pytest

from routing.calls import InvalidRequest, Usage
from routing.errors import ProviderError
from routing.providers import PROVIDERS
from routing.wire.events import Event
from routing.wire.responses.read_answers import read_completion
from routing.wire.responses.read_stream import ResponseStreamReader
from tests.conformance.answers import of_chunks
from tests.routing.providers.parties import (
    ASKED,
    CALL,
    PDF,
    PNG,
    TOLD,
    TOOL,
    USER,
    image,
    request,
    said,
    target,
    unsupported,
    written,
)

KIND = "openai_responses"
COUNTS = {
    "input_tokens": 100,
    "input_tokens_details": {"cached_tokens": 40},
    "output_tokens": 50,
    "output_tokens_details": {"reasoning_tokens": 30},
    "total_tokens": 150,
}


def body(*messages, **fields):
    return written(KIND, request(*messages, **fields))


def message(*parts):
    return {"type": "message", "id": "m1", "role": "assistant", "content": list(parts)}


def output(text, **fields):
    return {"type": "output_text", "text": text, "annotations": [], **fields}


def response(*items, **fields):
    return {"id": "resp_1", "model": "m", "status": "completed", "output": list(items), "usage": COUNTS, **fields}


def answer(*items, **fields):
    return read_completion(json.dumps(response(*items, **fields)).encode())


FUNCTION = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "look", "arguments": '{"at":"sky"}'}


def read(*events):
    reader = ResponseStreamReader()
    return reader, [reader.read(Event(event["type"], json.dumps(event).encode())) for event in events]


def completed(*items, kind="completed", **fields):
    return {"type": f"response.{kind}", "response": response(*items, **fields)}


CREATED = {"type": "response.created", "response": {"id": "resp_1", "model": "m"}}


def test_a_plain_request():
    assert body() == {
        "model": "upstream",
        "input": [{"role": "user", "content": [{"type": "input_text", "text": "Hello"}]}],
        "store": False,
        "include": ["reasoning.encrypted_content"],
    }


@pytest.mark.parametrize(
    ("model", "asks"), [("gpt-5.4", True), ("o3", True), ("deployment-7", True), ("gpt-4.1", False)]
)
def test_encrypted_reasoning_is_asked_for_unless_the_answer_is_stored(model, asks):
    sent = written(KIND, request(), upstream_model=model)
    assert ("reasoning.encrypted_content" in sent.get("include", [])) is asks
    assert "include" not in written(KIND, request(store=True), upstream_model=model)


def test_reasoning_returns_encrypted_or_not_at_all():
    bare = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": None}
    sealed = {"type": "reasoning", "id": "rs_2", "summary": [], "encrypted_content": "gAAAA"}
    blocks = [{"type": "native", "kind": KIND, "block": block} for block in (bare, sealed)]
    turn = {"role": "assistant", "content": "Hm", "native_blocks": blocks}
    assert [item.get("id") for item in body(USER, turn)["input"]] == [None, "rs_2", None]


def test_a_conversation_with_tools():
    custom = {"id": "call_2", "type": "custom", "custom": {"name": "sql", "input": "SELECT 1"}}
    calls = {**ASKED, "content": "Let me look", "tool_calls": [CALL, custom]}
    found = body({"role": "system", "content": "Be brief"}, USER, calls, TOLD, {**TOLD, "tool_call_id": "call_2"})[
        "input"
    ]
    assert [item.get("role") or item["type"] for item in found] == [
        "system",
        "user",
        "assistant",
        "function_call",
        "custom_tool_call",
        "function_call_output",
        "custom_tool_call_output",
    ]
    assert found[3] == {"type": "function_call", "call_id": "call_1", "name": "look", "arguments": '{"at":"sky"}'}
    assert found[5] == {"type": "function_call_output", "call_id": "call_1", "output": "blue"}


def test_media():
    parts = [image(), {"type": "file", "file": {"filename": "a.pdf", "file_data": PDF}}, said("What?")]
    assert body({"role": "user", "content": parts})["input"][0]["content"] == [
        {"type": "input_image", "image_url": PNG, "detail": "auto"},
        {"type": "input_file", "filename": "a.pdf", "file_data": PDF},
        {"type": "input_text", "text": "What?"},
    ]


def test_tools_and_choice():
    custom = {
        "type": "custom",
        "custom": {"name": "sql", "format": {"type": "grammar", "grammar": {"syntax": "lark", "definition": "x"}}},
    }
    found = body(
        tools=[TOOL, custom, {"type": "web_search"}],
        tool_choice={"type": "custom", "custom": {"name": "sql"}, "name": "sql"},
    )
    assert found["tools"][0] == {"type": "function", "strict": False, **TOOL["function"]}
    assert found["tools"][1]["format"] == {"type": "grammar", "syntax": "lark", "definition": "x"}
    assert found["tools"][2] == {"type": "web_search"}
    assert found["tool_choice"] == {"type": "custom", "name": "sql"}
    named = {"type": "function", "function": {"name": "look"}}
    assert body(tools=[TOOL], tool_choice=named)["tool_choice"] == {"type": "function", "name": "look"}
    assert body(tools=[TOOL], tool_choice="required")["tool_choice"] == "required"


@pytest.mark.parametrize("grammar", [None, [], "a+"])
def test_a_grammar_that_is_none_is_left_to_the_provider(grammar):
    asked = {"type": "grammar", "grammar": grammar}
    found = body(tools=[{"type": "custom", "custom": {"name": "sql", "format": asked}}])
    assert found["tools"] == [{"type": "custom", "name": "sql", "format": asked}]


def test_parameters():
    form = {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "object"}, "strict": True}}
    found = body(
        max_tokens=100,
        reasoning_effort="low",
        verbosity="low",
        response_format=form,
        store=True,
        logprobs=True,
        top_logprobs=2,
    )
    assert found["max_output_tokens"] == 100
    assert found["reasoning"] == {"effort": "low"}
    assert found["text"] == {
        "verbosity": "low",
        "format": {"type": "json_schema", "name": "a", "schema": {"type": "object"}, "strict": True},
    }
    assert found["store"] is True
    assert found["include"] == ["message.output_text.logprobs"]
    assert found["top_logprobs"] == 2


def test_what_has_no_counterpart():
    call = request(stop="x", seed=1, temperature=0.5)
    assert unsupported(KIND, call) == ["seed", "stop"]
    assert unsupported(KIND, call, upstream_model="gpt-5") == ["seed", "stop", "temperature"]
    with pytest.raises(InvalidRequest):
        body(n=2)


def test_path():
    assert PROVIDERS[KIND].path(target(KIND), stream=True) == "/responses"


def test_an_answer():
    found = answer(
        {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "Hm"}]},
        message(output("Hel"), output("lo")),
        FUNCTION,
    )
    choice = found.choices[0]
    assert (choice.message.content, choice.message.reasoning) == ("Hello", "Hm")
    assert choice.message.tool_calls[0].id == "call_1"
    assert choice.finish_reason == "tool_calls"
    assert found.usage == Usage(input_tokens=100, cached_input_tokens=40, output_tokens=50, reasoning_tokens=30)


def test_refusals_images_and_citations():
    cited = {"type": "url_citation", "url": "https://a", "title": "A", "start_index": 0, "end_index": 2}
    picture = {"type": "image_generation_call", "result": "AAAA", "output_format": "webp"}
    found = answer(
        message(output("One "), output("two", annotations=[cited]), {"type": "refusal", "refusal": "No"}), picture
    )
    said_ = found.choices[0].message
    assert said_.refusal == "No"
    assert said_.images[0]["image_url"]["url"] == "data:image/webp;base64,AAAA"
    assert said_.annotations[0]["url_citation"]["start_index"] == 4


@pytest.mark.parametrize(
    ("details", "finish"),
    [({"reason": "max_output_tokens"}, "length"), ({"reason": "content_filter"}, "content_filter"), (None, "length")],
)
def test_an_incomplete_answer(details, finish):
    fields = {"status": "incomplete", "incomplete_details": details}
    assert answer(message(output("Hi")), **fields).choices[0].finish_reason == finish
    _, chunks = read(CREATED, completed(kind="incomplete", **fields))
    assert of_chunks(chunks).finish_reason == finish


@pytest.mark.parametrize(
    "body_",
    [
        response(status="failed", error={"code": "server_error", "message": "no"}),
        response(status="cancelled"),
        {"id": "x"},
        {"error": {"message": "no", "type": "server_error"}},
    ],
)
def test_what_is_no_answer(body_):
    with pytest.raises(ProviderError):
        read_completion(json.dumps(body_).encode())


def test_a_stream():
    def at(index, kind, **fields):
        return {"type": f"response.{kind}", "output_index": index, **fields}

    reader, chunks = read(
        CREATED,
        {"type": "response.in_progress", "response": {}},
        at(0, "output_item.added", item={"type": "reasoning"}),
        at(0, "reasoning_summary_part.added"),
        at(0, "reasoning_summary_text.delta", delta="Hm"),
        at(0, "output_item.done", item={"type": "reasoning", "summary": [{"text": "Hm"}]}),
        at(1, "output_item.added", item=message()),
        at(1, "output_text.delta", delta="Hel"),
        at(1, "output_text.delta", delta="lo"),
        at(1, "output_item.done", item=message(output("Hello"))),
        at(2, "output_item.added", item={**FUNCTION, "arguments": ""}),
        at(2, "function_call_arguments.delta", delta='{"at":'),
        at(2, "function_call_arguments.delta", delta='"sky"}'),
        at(2, "output_item.done", item=FUNCTION),
        completed(),
    )
    assert reader.complete
    found = of_chunks(chunks)
    assert found == ("Hello", [("look", {"at": "sky"})], "tool_calls", (100, 50, 40, 30))
    reasoning = [delta.reasoning for chunk in chunks for delta in chunk.deltas if delta.reasoning]
    assert reasoning == ["Hm"]


def test_items_that_come_without_pieces():
    done = {"type": "response.output_item.done"}
    _, chunks = read(
        CREATED,
        {**done, "output_index": 0, "item": message(output("Hello"))},
        {**done, "output_index": 1, "item": FUNCTION},
        completed(),
    )
    assert of_chunks(chunks)[:3] == ("Hello", [("look", {"at": "sky"})], "tool_calls")


@pytest.mark.parametrize(
    "event",
    [
        {"type": "error", "error": {"type": "server_error", "message": "no"}},
        {"type": "error", "code": "server_error", "message": "no"},
        {"type": "response.failed", "response": response(status="failed", error={"code": "server_error"})},
    ],
)
def test_a_failure_in_mid_stream(event):
    with pytest.raises(ProviderError):
        read(CREATED, event)


def test_a_stream_without_its_end_is_not_complete():
    assert not read(CREATED)[0].complete


@pytest.mark.parametrize("place", [{}, [], None, 1.5, "0"])
def test_items_are_told_apart_whatever_stands_for_their_place(place):
    _, chunks = read({"type": "response.output_text.delta", "output_index": place, "delta": "Hello"})
    assert chunks[0].deltas[0].content == "Hello"
