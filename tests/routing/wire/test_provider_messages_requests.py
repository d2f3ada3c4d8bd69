"""What Anthropic is sent."""

import base64
import json

import pytest

from routing.calls import InvalidRequest
from routing.calls.written import Written
from routing.providers import PROVIDERS
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

KIND = "anthropic"


def body(*messages, **fields):
    return written(KIND, request(*messages, **fields), max_output_tokens=8_000)


def turns(*messages):
    return body(*messages)["messages"]


def test_a_plain_request():
    assert body() == {
        "model": "upstream",
        "max_tokens": 8_000,
        "messages": [{"role": "user", "content": [said("Hello")]}],
    }


def test_the_callers_limit_counts_up_to_the_models():
    assert body(max_tokens=5)["max_tokens"] == 5
    assert body(max_completion_tokens=9_000)["max_tokens"] == 8_000


def test_system_and_developer_messages_go_to_the_top():
    found = body({"role": "system", "content": "A"}, USER, {"role": "developer", "content": "B"})
    assert found["system"] == [said("A"), said("B")]
    assert [turn["role"] for turn in found["messages"]] == ["user"]
    assert body({"role": "system", "content": "A"}, USER)["system"] == "A"


def test_consecutive_messages_of_one_role_merge():
    found = turns(USER, {"role": "user", "content": "Again"}, {"role": "assistant", "content": "Hi"}, USER)
    assert [turn["role"] for turn in found] == ["user", "assistant", "user"]
    assert found[0]["content"] == [said("Hello"), said("Again")]


def test_empty_texts_are_left_out():
    found = turns({"role": "user", "content": ""}, USER, {"role": "assistant", "content": "  "}, USER)
    assert found == [{"role": "user", "content": [said("Hello"), said("Hello")]}]
    with pytest.raises(InvalidRequest):
        turns({"role": "user", "content": ""})


def test_tool_results_of_a_turn_go_in_one_message_and_come_first():
    calls = {**ASKED, "tool_calls": [CALL, {**CALL, "id": "call_2"}]}
    found = turns(USER, calls, TOLD, USER, {**TOLD, "tool_call_id": "call_2", "is_error": True})
    assert [block["id"] for block in found[1]["content"]] == ["call_1", "call_2"]
    assert found[1]["content"][0]["input"] == {"at": "sky"}
    assert found[2]["content"] == [
        {"type": "tool_result", "tool_use_id": "call_1", "content": "blue"},
        {"type": "tool_result", "tool_use_id": "call_2", "content": "blue", "is_error": True},
        said("Hello"),
    ]


def test_ids_of_calls_are_written_in_letters_that_are_allowed_here():
    call = {**CALL, "id": "call:1.x"}
    found = turns(USER, {**ASKED, "tool_calls": [call]}, {**TOLD, "tool_call_id": "call:1.x"})
    assert found[1]["content"][0]["id"] == found[2]["content"][0]["tool_use_id"] == "call_1_x"


@pytest.mark.parametrize(
    ("arguments", "input_"),
    [('{"a":1}', {"a": 1}), ("", {}), ("not json", {"arguments": "not json"}), ("[1]", {"arguments": [1]})],
)
def test_arguments_become_an_object(arguments, input_):
    call = {**CALL, "function": {"name": "look", "arguments": arguments}}
    assert turns(USER, {**ASKED, "tool_calls": [call]}, TOLD)[1]["content"][0]["input"] == input_


def test_tools():
    bare = {"type": "function", "function": {"name": "now", "parameters": {"properties": {}}}}
    found = body(tools=[{**TOOL, "cache_control": {"type": "ephemeral"}}, bare])["tools"]
    assert found[0] == {
        "name": "look",
        "description": "Looks somewhere",
        "input_schema": TOOL["function"]["parameters"],
        "cache_control": {"type": "ephemeral"},
    }
    assert found[1]["input_schema"]["type"] == "object"


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("auto", {"type": "auto"}),
        ("none", {"type": "none"}),
        ("required", {"type": "any"}),
        ({"type": "function", "function": {"name": "look"}}, {"type": "tool", "name": "look"}),
    ],
)
def test_tool_choice(choice, expected):
    assert body(tools=[TOOL], tool_choice=choice)["tool_choice"] == expected


def test_no_parallel_calls():
    assert body(tools=[TOOL], parallel_tool_calls=False)["tool_choice"] == {
        "type": "auto",
        "disable_parallel_tool_use": True,
    }
    found = body(tools=[TOOL], tool_choice="required", parallel_tool_calls=False)["tool_choice"]
    assert found == {"type": "any", "disable_parallel_tool_use": True}


def test_allowed_tools():
    other = {"type": "function", "function": {"name": "other"}}
    allowed = {"mode": "required", "tools": [{"type": "function", "function": {"name": "look"}}]}
    found = body(tools=[TOOL, other], tool_choice={"type": "allowed_tools", "allowed_tools": allowed})
    assert [tool["name"] for tool in found["tools"]] == ["look"]
    assert found["tool_choice"] == {"type": "any"}


def test_the_older_functions():
    function = TOOL["function"]
    call = {"role": "assistant", "content": None, "function_call": CALL["function"]}
    result = {"role": "function", "name": "look", "content": "blue"}
    found = body(USER, call, result, functions=[function], function_call={"name": "look"})
    assert found["tools"][0]["name"] == "look"
    assert found["tool_choice"] == {"type": "tool", "name": "look"}
    assert found["messages"][1]["content"][0]["type"] == "tool_use"
    assert found["messages"][2]["content"][0]["tool_use_id"] == found["messages"][1]["content"][0]["id"]


def test_tools_of_anthropics_own():
    search = {"type": "web_search_20250305", "name": "web_search"}
    native = {"type": "native", "kind": "anthropic", "tool": {"type": "bash_20250124", "name": "bash"}}
    assert body(tools=[search, native])["tools"] == [search, native["tool"]]
    [sql] = body(tools=[{"type": "custom", "custom": {"name": "sql"}}])["tools"]
    assert (sql["name"], sql["input_schema"]["required"]) == ("sql", ["input"])


def test_images():
    remote = image("https://example.org/a.png")
    found = turns({"role": "user", "content": [image(), remote]})[0]["content"]
    source = {"type": "base64", "media_type": "image/png", "data": PNG.partition(",")[2]}
    assert found == [
        {"type": "image", "source": source},
        {"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}},
    ]


@pytest.mark.parametrize("url", ["data:image/tiff;base64,AAAA", "http://example.org/a.png", "ftp://x", "data:nothing"])
def test_images_that_are_not_taken(url):
    with pytest.raises(InvalidRequest):
        turns({"role": "user", "content": [image(url)]})


def test_documents():
    text = "data:text/plain;base64," + base64.b64encode("grüß".encode()).decode()
    parts = [
        {"type": "file", "file": {"filename": "a.pdf", "file_data": PDF}, "citations": {"enabled": True}},
        {"type": "file", "file": {"file_data": text}},
        {"type": "file", "file": {"file_id": "file_1"}},
        {"type": "file", "file": {"file_url": "https://example.org/a.pdf"}},
    ]
    found = turns({"role": "user", "content": parts})[0]["content"]
    assert [block["source"] for block in found] == [
        {"type": "base64", "media_type": "application/pdf", "data": PDF.partition(",")[2]},
        {"type": "text", "media_type": "text/plain", "data": "grüß"},
        {"type": "file", "file_id": "file_1"},
        {"type": "url", "url": "https://example.org/a.pdf"},
    ]
    assert (found[0]["title"], found[0]["citations"]) == ("a.pdf", {"enabled": True})


def test_audio_is_refused():
    part = {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}
    with pytest.raises(InvalidRequest, match="audio"):
        turns({"role": "user", "content": [part]})


def test_reasoning_returns_unchanged_and_first():
    blocks = [
        {"type": "thinking", "thinking": "Hm", "signature": "s"},
        {"type": "redacted_thinking", "data": "opaque"},
        {"type": "thinking", "thinking": "unsigned"},
    ]
    found = turns(USER, {**ASKED, "content": "Let me look", "thinking_blocks": blocks}, TOLD)[1]["content"]
    assert found[:2] == blocks[:2]
    assert [block["type"] for block in found[2:]] == ["text", "tool_use"]


def test_blocks_of_its_own_return():
    block = {"type": "server_tool_use", "id": "s1", "name": "web_search", "input": {}}
    native = {"type": "native", "kind": "anthropic", "block": block}
    assert (
        turns(USER, {"role": "assistant", "content": "Hi", "native_blocks": [native]}, USER)[1]["content"][0] == block
    )
    other = {"type": "native", "kind": "google", "block": {}}
    with pytest.raises(InvalidRequest):
        turns({"role": "user", "content": [other]})


def test_cache_marks():
    mark = {"type": "ephemeral"}
    system = {"role": "system", "content": [{**said("A"), "cache_control": mark}]}
    found = body(system, {"role": "user", "content": "Hello", "cache_control": mark})
    assert found["system"] == [{**said("A"), "cache_control": mark}]
    assert found["messages"][0]["content"] == [{**said("Hello"), "cache_control": mark}]


def test_a_prefill_ends_without_white_space():
    assert turns(USER, {"role": "assistant", "content": "Paris is \n"})[-1]["content"] == [said("Paris is")]


def test_parameters():
    found = body(temperature=1.6, stop=["END", " "], top_k=3, user="amy", service_tier="default")
    assert found["temperature"] == 1.0
    assert found["stop_sequences"] == ["END"]
    assert found["top_k"] == 3
    assert found["metadata"] == {"user_id": "amy"}
    assert found["service_tier"] == "standard_only"
    both = request(temperature=0.5, top_p=0.5)
    assert unsupported(KIND, both) == ["top_p"]
    assert "top_p" not in written(KIND, both)


def test_what_has_no_counterpart_is_named_and_left_out():
    call = request(seed=1, logit_bias={"5": 1}, frequency_penalty=1, metadata={"a": "b"}, store=True, mirostat=2)
    assert unsupported(KIND, call) == ["frequency_penalty", "logit_bias", "metadata", "mirostat", "seed", "store"]
    assert written(KIND, call).keys() == {"model", "max_tokens", "messages"}


@pytest.mark.parametrize("fields", [{"n": 2}, {"logprobs": True}, {"modalities": ["text", "audio"]}])
def test_what_changes_the_shape_of_the_answer_is_refused(fields):
    with pytest.raises(InvalidRequest) as caught:
        body(**fields)
    assert caught.value.param in fields


def test_structured_output():
    schema = {"type": "object", "properties": {"a": {"type": "object", "properties": {}}}}
    form = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
    found = body(response_format=form)["output_config"]["format"]
    assert found["type"] == "json_schema"
    assert found["schema"]["additionalProperties"] is False
    assert found["schema"]["properties"]["a"]["additionalProperties"] is False
    assert unsupported(KIND, request(response_format={"type": "json_object"})) == ["response_format"]


def test_reasoning_by_budget_and_by_effort():
    call = request(reasoning_effort="medium", temperature=0.5)
    older = written(KIND, call, upstream_model="claude-sonnet-4-5", max_output_tokens=16_000)
    assert older["thinking"] == {"type": "enabled", "budget_tokens": 8_192}
    assert "temperature" not in older
    assert unsupported(KIND, call) == ["temperature"]
    newer = written(KIND, call, upstream_model="claude-opus-4-6")
    assert newer["thinking"] == {"type": "adaptive"}
    assert newer["output_config"] == {"effort": "medium"}
    assert "thinking" not in written(KIND, call, max_output_tokens=1_000)
    said_so = {"type": "enabled", "budget_tokens": 2_000}
    assert body(thinking=said_so)["thinking"] == said_so


BUDGET = {"type": "enabled", "budget_tokens": 8_000}
ADAPTIVE = {"type": "adaptive", "display": "summarized"}
OFF = {"type": "disabled"}


@pytest.mark.parametrize(
    ("model", "asked", "sent", "effort", "unsaid"),
    [
        ("claude-opus-4-7", BUDGET, ADAPTIVE, "medium", ["thinking.budget_tokens"]),
        ("anthropic.claude-sonnet-5-v1:0", {**BUDGET, "budget_tokens": 60_000}, ADAPTIVE, "xhigh", None),
        (
            "claude-fable-5",
            {**BUDGET, "display": "omitted"},
            {"type": "adaptive", "display": "omitted"},
            "medium",
            None,
        ),
        ("claude-opus-4-6", BUDGET, BUDGET, None, []),
        ("claude-mythos-preview", BUDGET, BUDGET, None, []),
        ("claude-opus-4-6", ADAPTIVE, ADAPTIVE, None, []),
        (
            "claude-haiku-4-5-20251001",
            ADAPTIVE,
            {**ADAPTIVE, **BUDGET, "budget_tokens": 15_999},
            None,
            ["thinking.type"],
        ),
        ("claude-sonnet-4-20250514", ADAPTIVE, {**ADAPTIVE, **BUDGET, "budget_tokens": 15_999}, None, None),
        ("claude-3-7-sonnet-latest", ADAPTIVE, {**ADAPTIVE, **BUDGET, "budget_tokens": 15_999}, None, None),
        ("claude-sonnet-4-5", {**BUDGET, "budget_tokens": 16_000}, {**BUDGET, "budget_tokens": 15_999}, None, None),
        ("claude-fable-5", OFF, None, None, ["thinking"]),
        ("claude-opus-5", OFF, OFF, None, []),
        ("our-own-name", ADAPTIVE, ADAPTIVE, None, []),
        ("our-own-name", BUDGET, BUDGET, None, []),
    ],
)
def test_thinking_is_asked_for_in_the_words_that_the_model_takes(model, asked, sent, effort, unsaid):
    call = request(thinking=asked)
    found = written(KIND, call, upstream_model=model, max_output_tokens=16_000)
    assert found.get("thinking") == sent
    assert found.get("output_config", {}).get("effort") == effort
    named = unsupported(KIND, call, upstream_model=model, max_output_tokens=16_000)
    assert named == unsaid if unsaid is not None else len(named) == 1


@pytest.mark.parametrize(
    ("model", "effort"), [("claude-opus-4-6", "max"), ("claude-opus-4-8", "xhigh"), ("claude-sonnet-5", "xhigh")]
)
def test_an_effort_that_a_model_does_not_know_is_the_next_higher_one(model, effort):
    found = written(KIND, request(reasoning_effort="xhigh"), upstream_model=model)
    assert found["output_config"] == {"effort": effort}


def test_no_reasoning_where_anthropic_would_refuse_it():
    effort = {"reasoning_effort": "high", "tools": [TOOL]}
    assert "thinking" not in body(USER, ASKED, TOLD, **effort)
    assert "thinking" not in body(tool_choice="required", **effort)
    signed = {**ASKED, "thinking_blocks": [{"type": "thinking", "thinking": "Hm", "signature": "s"}]}
    assert "thinking" in body(USER, signed, TOLD, **effort)


def test_the_bytes_of_its_own_door_are_forwarded():
    native = {"model": "x", "max_tokens": 1, "messages": [], "anything": {"new": True}}
    call = request().with_native(KIND, Written(json.dumps(native).encode(), native))
    assert written(KIND, call, stream=True) == {**native, "model": "upstream", "stream": True}
    assert unsupported(KIND, call) == []


def test_path_and_headers():
    provider = PROVIDERS[KIND]
    assert provider.path(target(KIND, "https://api.anthropic.com"), stream=True) == "/v1/messages"
    assert provider.path(target(KIND, "https://api.anthropic.com/v1"), stream=True) == "/messages"
    headers = dict(provider.headers(target(KIND, options={"beta": "files-api-2025-04-14"})))
    assert headers == {
        "anthropic-version": "2023-06-01",
        "x-api-key": "sk-secret",
        "anthropic-beta": "files-api-2025-04-14",
    }
