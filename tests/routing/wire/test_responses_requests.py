"""Requests in OpenAI's Responses format, line by line of what has to be exactly right."""

import json

from tests.routing.wire.doors import CALL_ID, RESPONSES, decode


def body(items="Hello", **fields):
    return {"model": "gpt-5.4", "input": items, **fields}


def user(content):
    return {"role": "user", "content": content}


def test_a_plain_request():
    assert decode(RESPONSES, body()).tree == {"model": "gpt-5.4", "messages": [{"role": "user", "content": "Hello"}]}


def test_instructions_come_first():
    messages = decode(RESPONSES, body(instructions="Be kind.")).tree["messages"]
    assert messages == [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hello"}]


def test_parts():
    parts = [
        {"type": "input_text", "text": "Look:"},
        {"type": "input_image", "image_url": "https://example.org/a.png", "detail": "low"},
        {"type": "input_file", "filename": "a.pdf", "file_data": "data:application/pdf;base64,JVBERi0xLjQ="},
        {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}},
        {"type": "input_image", "file_id": "file-1"},
    ]
    assert decode(RESPONSES, body([user(parts)])).tree["messages"][0]["content"] == [
        {"type": "text", "text": "Look:"},
        {"type": "image_url", "image_url": {"url": "https://example.org/a.png", "detail": "low"}},
        {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,JVBERi0xLjQ="}},
        {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}},
        {"type": "native", "kind": "openai_responses", "block": parts[4]},
    ]


def test_what_an_assistant_said_thought_and_called_in_one_go_is_one_message():
    items = [
        user("Weather?"),
        {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "Two cities."}]},
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Let me see."}]},
        {"type": "function_call", "id": "fc_1", "call_id": "a", "name": "weather", "arguments": '{"city":"Taipei"}'},
        {"type": "custom_tool_call", "call_id": "b", "name": "run", "input": "ls"},
        {"type": "function_call_output", "call_id": "a", "output": "28 °C"},
        {"type": "custom_tool_call_output", "call_id": "b", "output": [{"type": "input_text", "text": "a.txt"}]},
    ]
    said, first, second = decode(RESPONSES, body(items)).tree["messages"][1:]
    assert said == {
        "role": "assistant",
        "content": "Let me see.",
        "reasoning_content": "Two cities.",
        "tool_calls": [
            {"id": "a", "type": "function", "function": {"name": "weather", "arguments": '{"city":"Taipei"}'}},
            {"id": "b", "type": "custom", "custom": {"name": "run", "input": "ls"}},
        ],
    }
    assert first == {"role": "tool", "tool_call_id": "a", "content": "28 °C"}
    assert second == {"role": "tool", "tool_call_id": "b", "content": "a.txt"}


def test_items_of_openais_own_tools_and_encrypted_reasoning_stay_what_they_are():
    items = [
        {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "b3BhcXVl"},
        {"type": "web_search_call", "id": "ws_1", "status": "completed"},
        user("So?"),
    ]
    message = decode(RESPONSES, body(items)).tree["messages"][0]
    assert [part["block"] for part in message["native_blocks"]] == items[:2]


def test_tools_and_the_choice_among_them():
    grammar = {"type": "grammar", "syntax": "regex", "definition": "a+"}
    tools = [
        {"type": "function", "name": "weather", "parameters": {"type": "object"}, "strict": True},
        {"type": "custom", "name": "run", "format": grammar},
        {"type": "web_search", "search_context_size": "low"},
    ]
    request = decode(RESPONSES, body(tools=tools, tool_choice={"type": "function", "name": "weather"}))
    assert request.tree["tools"] == [
        {"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}, "strict": True}},
        {
            "type": "custom",
            "custom": {
                "name": "run",
                "format": {"type": "grammar", "grammar": {"syntax": "regex", "definition": "a+"}},
            },
        },
        {"type": "native", "kind": "openai_responses", "tool": tools[2]},
    ]
    assert request.tool_choice == {"type": "function", "function": {"name": "weather"}}


def test_allowed_tools():
    choice = {"type": "allowed_tools", "mode": "required", "tools": [{"type": "function", "name": "weather"}]}
    assert decode(RESPONSES, body(tool_choice=choice)).tool_choice == {
        "type": "allowed_tools",
        "allowed_tools": {"mode": "required", "tools": [{"type": "function", "function": {"name": "weather"}}]},
    }


def test_parameters():
    request = decode(
        RESPONSES,
        body(
            max_output_tokens=50,
            reasoning={"effort": "low", "summary": "auto"},
            text={
                "verbosity": "low",
                "format": {"type": "json_schema", "name": "person", "schema": {"type": "object"}, "strict": True},
            },
            include=["message.output_text.logprobs", "reasoning.encrypted_content"],
            top_logprobs=3,
            truncation="auto",
            store=False,
            metadata={"task": "coding"},
        ),
    )
    assert request.max_output_tokens == 50
    assert request.reasoning_effort == "low"
    assert request.verbosity == "low"
    assert request.response_format.json_schema.name == "person"
    assert (request.logprobs, request.top_logprobs) == (True, 3)
    assert request.metadata == {"task": "coding"}
    assert request.store is None, "storing is ours to do, and no reason to refuse a provider"
    assert request.native_fields == {
        "openai_responses": {
            "reasoning": {"summary": "auto"},
            "include": ["reasoning.encrypted_content"],
            "truncation": "auto",
        }
    }


def test_ids_of_ours_do_not_go_to_openai():
    items = [
        {"type": "message", "id": f"msg_{CALL_ID}_0", "role": "assistant", "content": "Hi"},
        {"type": "reasoning", "id": f"rs_{CALL_ID}_1", "summary": []},
        user("So?"),
    ]
    native = decode(RESPONSES, body(items)).native
    assert native is not None
    assert json.loads(native.body)["input"] == [{"type": "message", "role": "assistant", "content": "Hi"}, user("So?")]
