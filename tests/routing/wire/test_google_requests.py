"""Requests in Google's format, line by line of what has to be exactly right."""

import json

import pytest

from routing.wire.google import google_format
from tests.routing.wire.doors import (
    GENERATE,
    GOOGLE,
    STREAM_GENERATE,
    decode,
)


def body(*contents, **fields):
    return {"contents": list(contents), **fields}


def user(*parts):
    return {"role": "user", "parts": list(parts)}


def model(*parts):
    return {"role": "model", "parts": list(parts)}


HI = user({"text": "Hello"})


def test_a_plain_request():
    assert decode(GOOGLE, body(HI)).tree == {"model": "gpt-5.4", "messages": [{"role": "user", "content": "Hello"}]}


@pytest.mark.parametrize(
    ("path", "query", "model_name", "streamed", "media_type"),
    [
        (GENERATE, "", "gpt-5.4", None, None),
        (STREAM_GENERATE, "alt=sse", "gpt-5.4", True, "text/event-stream"),
        (STREAM_GENERATE, "key=none&alt=sse", "gpt-5.4", True, "text/event-stream"),
        (STREAM_GENERATE, "", "gpt-5.4", True, "application/json"),
        (STREAM_GENERATE, "alt=json", "gpt-5.4", True, "application/json"),
        ("/v1/models/auto:generateContent", "", "auto", None, None),
        ("/v1beta/models/workflow/risk:generateContent", "", "workflow/risk", None, None),
    ],
)
def test_path_and_query_say_model_and_streaming(path, query, model_name, streamed, media_type):
    form = google_format(path, query)
    assert form is not None
    request = form.decode(json.dumps(body(HI)).encode(), path)
    assert (request.model, request.stream) == (model_name, streamed)
    if streamed:
        assert form.stream_media_type == media_type


@pytest.mark.parametrize("path", ["/v1beta/models", "/v1beta/models/m:countTokens", "/v1beta/models/:generateContent"])
def test_other_paths_are_none_of_ours(path):
    assert google_format(path, "") is None


def test_the_system_prompt_comes_first_however_it_is_written():
    expected = {"role": "system", "content": "Be kind."}
    parts = {"parts": [{"text": "Be kind."}]}
    assert decode(GOOGLE, body(HI, systemInstruction=parts)).tree["messages"][0] == expected
    assert decode(GOOGLE, body(HI, system_instruction=parts)).tree["messages"][0] == expected


def test_media():
    parts = [
        {"text": "Look:"},
        {"inlineData": {"mimeType": "image/png", "data": "iVBORw0KGgo="}},
        {"inline_data": {"mime_type": "audio/mpeg", "data": "AAAA"}},
        {"inlineData": {"mimeType": "application/pdf", "data": "JVBERi0xLjQ=", "displayName": "a.pdf"}},
        {"fileData": {"mimeType": "image/png", "fileUri": "https://example.org/a.png"}},
        {"fileData": {"mimeType": "video/mp4", "fileUri": "gs://bucket/a.mp4"}},
        {"executableCode": {"language": "PYTHON", "code": "1+1"}},
    ]
    assert decode(GOOGLE, body(user(*parts))).tree["messages"][0]["content"] == [
        {"type": "text", "text": "Look:"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}},
        {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "mp3"}},
        {"type": "file", "file": {"file_data": "data:application/pdf;base64,JVBERi0xLjQ=", "filename": "a.pdf"}},
        {
            "type": "image_url",
            "image_url": {"url": "https://example.org/a.png"},
            "extra_content": {"google": {"mime_type": "image/png"}},
        },
        {
            "type": "file",
            "file": {"file_url": "gs://bucket/a.mp4"},
            "extra_content": {"google": {"mime_type": "video/mp4"}},
        },
        {"type": "native", "kind": "google", "block": parts[6]},
    ]


def test_calls_get_ids_and_answers_find_them_by_name():
    contents = [
        HI,
        model(
            {"functionCall": {"name": "weather", "args": {"city": "Taipei"}}, "thoughtSignature": "c2ln"},
            {"functionCall": {"name": "weather", "args": {"city": "Paris"}}},
            {"functionCall": {"id": "given", "name": "clock"}},
        ),
        user(
            {"text": "And?"},
            {"functionResponse": {"name": "weather", "response": {"result": "28 °C"}}},
            {"functionResponse": {"name": "weather", "response": {"error": "unknown city"}}},
            {"functionResponse": {"id": "given", "name": "clock", "response": {"time": "12:00"}}},
        ),
    ]
    messages = decode(GOOGLE, body(*contents)).tree["messages"]
    first, second, third = messages[1]["tool_calls"]
    assert first == {
        "id": "call_weather_1",
        "type": "function",
        "function": {"name": "weather", "arguments": '{"city":"Taipei"}'},
        "extra_content": {"google": {"thought_signature": "c2ln"}},
    }
    assert (second["id"], third["id"], third["function"]["arguments"]) == ("call_weather_2", "given", "{}")
    assert messages[2:] == [
        {"role": "tool", "tool_call_id": "call_weather_1", "content": '{"result":"28 °C"}'},
        {"role": "tool", "tool_call_id": "call_weather_2", "content": '{"error":"unknown city"}', "is_error": True},
        {"role": "tool", "tool_call_id": "given", "content": '{"time":"12:00"}'},
        {"role": "user", "content": "And?"},
    ]


def test_thoughts_and_signatures_of_text():
    parts = [{"text": "Hm.", "thought": True}, {"text": "Yes.", "thoughtSignature": "c2ln"}]
    message = decode(GOOGLE, body(HI, model(*parts), HI)).tree["messages"][1]
    assert message["reasoning_content"] == "Hm."
    assert message["content"] == [
        {"type": "text", "text": "Yes.", "extra_content": {"google": {"thought_signature": "c2ln"}}}
    ]


def test_parameters():
    request = decode(
        GOOGLE,
        body(
            HI,
            generationConfig={
                "maxOutputTokens": 50,
                "temperature": 0.5,
                "topP": 0.9,
                "topK": 40.0,
                "candidateCount": 2,
                "stopSequences": ["END"],
                "seed": 7,
                "presencePenalty": 0.1,
                "frequencyPenalty": 0.2,
                "responseLogprobs": True,
                "logprobs": 3,
                "thinkingConfig": {"thinkingLevel": "low"},
                "responseModalities": ["TEXT", "IMAGE"],
                "mediaResolution": "MEDIA_RESOLUTION_LOW",
            },
            safetySettings=[{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"}],
            labels={"task": "coding"},
        ),
    )
    assert (request.max_output_tokens, request.temperature, request.top_p, request.top_k) == (50, 0.5, 0.9, 40)
    assert (request.n, request.stop, request.seed) == (2, ["END"], 7)
    assert (request.presence_penalty, request.frequency_penalty) == (0.1, 0.2)
    assert (request.logprobs, request.top_logprobs) == (True, 3)
    assert request.thinking == {"thinkingLevel": "low"}
    assert request.modalities == ["text", "image"]
    assert request.metadata == {"task": "coding"}
    assert request.native_fields == {
        "google": {
            "generationConfig": {"mediaResolution": "MEDIA_RESOLUTION_LOW"},
            "safetySettings": [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"}],
        }
    }


def test_schemas_become_json_schema():
    own = {
        "type": "OBJECT",
        "properties": {
            "type": {"type": "STRING", "nullable": True, "enum": ["a"]},
            "tags": {"type": "ARRAY", "items": {"type": "INTEGER"}, "minItems": "1"},
        },
    }
    request = decode(
        GOOGLE,
        body(
            HI,
            generationConfig={"responseMimeType": "application/json", "responseSchema": own},
            tools=[{"functionDeclarations": [{"name": "f", "parameters": own}]}],
        ),
    )
    expected = {
        "type": "object",
        "properties": {
            "type": {"type": ["string", "null"], "enum": ["a", None]},
            "tags": {"type": "array", "items": {"type": "integer"}, "minItems": 1},
        },
    }
    assert request.response_format.json_schema.schema == expected
    assert request.tools[0].function.parameters == expected


def test_schemas_that_are_json_schema_stay():
    schema = {"type": "object", "properties": {"a": {"$ref": "#/$defs/b"}}, "$defs": {"b": {"type": "string"}}}
    config = {"responseMimeType": "application/json", "responseJsonSchema": schema}
    assert decode(GOOGLE, body(HI, generationConfig=config)).response_format.json_schema.schema == schema
    plain = decode(GOOGLE, body(HI, generationConfig={"responseMimeType": "application/json"}))
    assert plain.response_format.type == "json_object"


@pytest.mark.parametrize(
    ("config", "choice"),
    [
        ({"mode": "AUTO"}, "auto"),
        ({"mode": "ANY"}, "required"),
        ({"mode": "NONE"}, "none"),
        ({"mode": "ANY", "allowedFunctionNames": ["f"]}, {"type": "function", "function": {"name": "f"}}),
        (
            {"mode": "ANY", "allowedFunctionNames": ["f", "g"]},
            {
                "type": "allowed_tools",
                "allowed_tools": {
                    "mode": "required",
                    "tools": [
                        {"type": "function", "function": {"name": "f"}},
                        {"type": "function", "function": {"name": "g"}},
                    ],
                },
            },
        ),
    ],
)
def test_the_choice_among_tools(config, choice):
    tools = [{"functionDeclarations": [{"name": "f"}, {"name": "g"}]}, {"googleSearch": {}}]
    request = decode(GOOGLE, body(HI, tools=tools, toolConfig={"functionCallingConfig": config}))
    assert request.tool_choice == choice
    assert request.tree["tools"][2] == {"type": "native", "kind": "google", "tool": {"googleSearch": {}}}
