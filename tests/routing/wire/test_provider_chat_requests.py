"""What OpenAI and its imitators are sent."""

import json

import pytest

from routing.calls import InvalidRequest, decode_chat
from routing.providers import PROVIDERS
from tests.routing.providers.parties import ASKED, CALL, TOLD, TOOL, USER, request, said, target, unsupported, written

MISTRAL = "https://api.mistral.ai/v1"
DEEPSEEK = "https://api.deepseek.com"


def test_the_received_bytes_are_forwarded_where_nothing_changes():
    raw = b'{"model":"upstream","messages":[{"role":"user","content":"Hello"}],"unknown":{"a":1}}'
    body = PROVIDERS["openai_compatible"].encode(decode_chat(raw), target("openai_compatible"), stream=False)
    assert body is raw


def test_only_the_model_changes():
    assert written("openai", request(temperature=0.5, unknown=1)) == {
        "model": "upstream",
        "messages": [USER],
        "temperature": 0.5,
        "unknown": 1,
    }


def test_usage_is_always_asked_for_on_streams():
    asked = written("openai", request(stream=True, stream_options={"include_obfuscation": False}), stream=True)
    assert asked["stream"] is True
    assert asked["stream_options"] == {"include_obfuscation": False, "include_usage": True}


def test_a_call_that_is_not_streamed_says_nothing_of_streams():
    body = written("openai", request(stream=True, stream_options={"include_usage": True}))
    assert body["stream"] is False
    assert "stream_options" not in body


def test_reasoning_models_of_openai():
    call = request(max_tokens=9)
    body = written("openai", call, upstream_model="gpt-5.4")
    assert body["max_completion_tokens"] == 9
    assert "max_tokens" not in body
    assert "max_tokens" in written("openai", call, upstream_model="gpt-4.1")
    assert "max_tokens" in written("openai", call, upstream_model="gpt-5-chat-latest")


def test_the_developer_role():
    call = request({"role": "developer", "content": "Be brief"}, USER)
    assert written("openai", call)["messages"][0]["role"] == "developer"
    assert written("openai_compatible", call)["messages"][0]["role"] == "system"


def test_what_other_providers_added_stays_here():
    assistant = {
        **ASKED,
        "content": "Hm",
        "thinking_blocks": [{"type": "thinking", "thinking": "Hm", "signature": "s"}],
        "reasoning_content": "Hm",
        "native_blocks": [{"type": "native", "kind": "anthropic", "block": {}}],
        "tool_calls": [{**CALL, "extra_content": {"google": {"thought_signature": "s"}}}],
    }
    user = {"role": "user", "content": [{**said("Hello"), "cache_control": {"type": "ephemeral"}}]}
    body = written("openai", request(user, assistant, TOLD, tools=[{**TOOL, "cache_control": {"type": "ephemeral"}}]))
    assert body["messages"] == [
        {"role": "user", "content": [said("Hello")]},
        {"role": "assistant", "content": "Hm", "tool_calls": [CALL]},
        TOLD,
    ]
    assert body["tools"] == [TOOL]


def test_a_block_of_another_provider_is_refused():
    block = {"type": "native", "kind": "anthropic", "block": {"type": "search_result"}}
    with pytest.raises(InvalidRequest, match="anthropic"):
        written("openai", request({"role": "user", "content": [block]}))


def test_reasoning_goes_back_to_those_who_want_it():
    call = request(USER, {"role": "assistant", "content": "Hi", "reasoning_content": "Hm"}, USER)
    assert written("openai_compatible", call, url=DEEPSEEK)["messages"][1]["reasoning_content"] == "Hm"
    assert "reasoning_content" not in written("openai", call)["messages"][1]


def test_mistral():
    call = request(max_completion_tokens=5, seed=1, user="amy", logprobs=True, stream=True)
    assert unsupported("openai_compatible", call, url=MISTRAL) == ["logprobs", "user"]
    body = written("openai_compatible", call, stream=True, url=MISTRAL)
    assert body == {"model": "upstream", "messages": [USER], "max_tokens": 5, "random_seed": 1, "stream": True}


def test_options_of_the_provider_set_the_dialect():
    options = {"dialect": "api.mistral.ai", "drop": "top_p, n", "max_tokens_field": "max_completion_tokens"}
    body = written("openai_compatible", request(user="amy", top_p=0.5, n=1, max_tokens=3), options=options)
    assert body == {"model": "upstream", "messages": [USER], "max_completion_tokens": 3}


def test_azure():
    provider = PROVIDERS["openai"]
    azure = target(
        "openai", "https://house.openai.azure.com", options={"api_version": "2025-01-01"}, upstream_model="my model"
    )
    path = "/openai/deployments/my%20model/chat/completions?api-version=2025-01-01"
    assert provider.path(azure, stream=False) == path
    assert provider.headers(azure) == [("api-key", "sk-secret")]
    newer = target("openai_compatible", "https://house.openai.azure.com/openai/v1", options={"auth_header": "api-key"})
    assert provider.path(newer, stream=False) == "/chat/completions"
    assert provider.headers(newer) == [("api-key", "sk-secret")]


def test_the_credential_is_a_bearer_token():
    provider = PROVIDERS["openai"]
    assert provider.headers(target("openai")) == [("authorization", "Bearer sk-secret")]
    assert provider.headers(target("openai")._replace(secret=None)) == []


def test_a_target_does_not_show_its_secret():
    assert "sk-secret" not in repr(target("openai"))


def test_structured_output_and_tools_pass_through():
    form = {"type": "json_schema", "json_schema": {"name": "a", "strict": True, "schema": {"type": "object"}}}
    fields = {"response_format": form, "tools": [TOOL], "parallel_tool_calls": False, "tool_choice": "required"}
    body = written("openai", request(**fields))
    assert json.loads(json.dumps({name: body[name] for name in fields})) == fields
