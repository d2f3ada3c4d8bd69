"""Spellings, containers and places in which a lenient server would find a dearer call than the one that was held for."""

import json
from typing import Any

import pytest

from routing.calls import InvalidRequest
from routing.terms import without_multipliers
from tests.routing.wire.doors import CHAT, GOOGLE, MESSAGES, RESPONSES, Door
from tests.routing.wire.greedy_provider import WINDOW
from tests.routing.wire.test_nothing_costs_more_than_was_held import PAIRS, leaving, written

URL = "https://example.org/x"
BIG = 100_000
SCHEMA = {"type": "object", "properties": {"a": {"type": "string", "maxLength": 20}, "max_tokens": {"type": "integer"}}}


def sent(door: Door, kind: str, fields: dict[str, Any], config: dict[str, Any] | None = None) -> str:
    found = leaving(door, kind, written(door, fields, config))
    return "" if found is None else found[1].decode()


@pytest.mark.parametrize(("door", "kind"), PAIRS, ids=lambda value: getattr(value, "name", value))
@pytest.mark.parametrize(
    "name",
    [
        *(
            "max_token\u017f",
            "max_to\u212aens",
            "\uff4dax_tokens",
            "max.tokens",
            "max tokens",
            "max_token",
            "maxTokenCount",
        ),
        *("max_output_token_count", "max_total_tokens", "num_tokens", "max_seq_len"),
    ],
)
def test_a_limit_under_any_name_leaves_as_the_one_limit(door, kind, name):
    assert name not in json.loads(sent(door, kind, {name: BIG, "max_tokens": 10}) or "{}")
    assert str(BIG) not in sent(door, kind, {name: BIG, "max_tokens": 10})


@pytest.mark.parametrize(("door", "kind"), PAIRS, ids=lambda value: getattr(value, "name", value))
@pytest.mark.parametrize("name", ["Model", "MODEL", "mo\uff44el", "Stream", "Messages", "m_odel"])
def test_what_decides_the_call_has_one_spelling(door, kind, name):
    assert f'"{name}"' not in json.dumps(json.loads(sent(door, kind, {name: "other"}) or "{}"), ensure_ascii=False)


@pytest.mark.parametrize(("door", "kind"), PAIRS, ids=lambda value: getattr(value, "name", value))
@pytest.mark.parametrize(
    "inside",
    [
        *({"max_tokens": None}, {"max_tokens": -1}, {"num_predict": -1}, {"n": -4}, {"service_tier": "priority"}),
        *(
            {"model": "other"},
            {"web_search_options": {}},
            {"thinking_budget": BIG},
            {"google": {"cached_content": "x"}},
        ),
        *({"cachedContent": "x"}, {"a": [{"max_tokens": -1}]}, {"modalities": ["audio"]}),
    ],
    ids=str,
)
def test_nothing_hides_in_an_object_whose_fields_a_server_may_take(door, kind, inside):
    for name in ("extra_body", "options", "Extra-Body"):
        assert f'"{name}"' not in sent(door, kind, {name: inside})


def test_other_objects_and_schemas_are_let_alone():
    assert "maxLength" in sent(CHAT, "openai_compatible", {"guided_json": SCHEMA})
    assert "fast" in sent(CHAT, "openai_compatible", {"weather": {"speed": "fast", "model": "x"}})
    for name in ("responseSchema", "responseJsonSchema"):
        assert "maxLength" in sent(GOOGLE, "google", {}, {"responseMimeType": "application/json", name: SCHEMA})


@pytest.mark.parametrize("field", ["conversation", "previous_response_id"])
def test_what_only_the_provider_has_read_has_no_bound(field):
    found = leaving(CHAT, "openai_compatible", written(CHAT, {field: "x"}))
    assert found is not None
    assert found[2].unbounded == field


@pytest.mark.parametrize(("door", "kind"), PAIRS, ids=lambda value: getattr(value, "name", value))
@pytest.mark.parametrize(
    "name", ["models", "fallbacks", "preset", "routingConfig", "routing_config", "modelName", "engine"]
)
def test_no_provider_chooses_another_model(door, kind, name):
    for held in (True, False):
        for body in (
            written(door, {name: ["other"]}),
            written(door, {}, {name: {"manualMode": {"modelName": "other"}}}),
        ):
            found = leaving(door, kind, body, held=held)
            assert found is None or "other" not in found[1].decode()


def test_tools_have_one_spelling():
    search = {"type": "web_search_20250305", "name": "web_search", "max_uses": 1}
    for more in ({"Max_Uses": 90}, {"maxUses": 90}, {"Type": "code_execution_20250825"}):
        assert leaving(MESSAGES, "anthropic", written(MESSAGES, {"tools": [{**search, **more}]})) is None
    body = {"tools": [{"type": "web_search"}], "max_tool_calls": 1, "Max_Tool_Calls": 90}
    assert leaving(RESPONSES, "openai_responses", written(RESPONSES, body)) is None
    assert leaving(MESSAGES, "anthropic", written(MESSAGES, {"output_config": {"speed": "fast"}})) is None


def test_endless_thought_is_bounded():
    found = leaving(CHAT, "openai_compatible", written(CHAT, {"thinking_budget": -1, "max_tokens": 10}))
    assert found is not None
    assert json.loads(found[1])["thinking_budget"] == 10


def test_tools_within_tools_are_held_for():
    space = {"type": "namespace", "name": "x", "description": "x"}
    plain = leaving(RESPONSES, "openai_responses", written(RESPONSES, {"tools": [{**space, "tools": []}]}))
    search = leaving(
        RESPONSES, "openai_responses", written(RESPONSES, {"tools": [{**space, "tools": [{"type": "web_search"}]}]})
    )
    assert plain is not None
    assert search is not None
    assert json.loads(search[1])["max_tool_calls"] == 10
    assert search[2].nano_usd > plain[2].nano_usd + 10 * WINDOW * 1_000
    found = {"type": "tool_search_output", "call_id": "c", "tools": [{"type": "mcp", "server_url": URL}]}
    body = {"input": [{"role": "user", "content": "Hi"}, found]}
    later = leaving(RESPONSES, "openai_responses", written(RESPONSES, body))
    assert later is not None
    assert later[2].unbounded == "input[1].tools[0]"


@pytest.mark.parametrize(
    "block",
    [
        {"type": "document", "source": {"type": "content", "content": [{"type": "image", "source": {"type": "url", "url": URL}}] * 20}},
        {
            "type": "web_fetch_tool_result",
            "tool_use_id": "srvtoolu_1",
            "content": {"type": "web_fetch_result", "content": {"type": "document", "source": {"type": "url", "url": URL}}},
        },
    ],
    ids=lambda block: block["type"],
)  # fmt: skip
def test_files_by_address_within_a_block_are_held_for(block):
    role = "assistant" if "tool_use_id" in block else "user"
    turns = [{"role": "user", "content": "Hi"}, {"role": role, "content": [block]}, {"role": "user", "content": "Go"}]
    found = leaving(MESSAGES, "anthropic", written(MESSAGES, {"messages": turns}))
    assert found is not None
    assert found[2].input_tokens > WINDOW


def test_screenshots_by_address_are_held_for():
    call = {"type": "computer_call", "call_id": "c", "id": "i", "action": {"type": "screenshot"}, "status": "completed"}
    for where in ({"file_id": "file-1"}, {"image_url": URL}):
        output = {"type": "computer_call_output", "call_id": "c", "output": {"type": "computer_screenshot", **where}}
        body = {"input": [{"role": "user", "content": "Hi"}, call, output]}
        found = leaving(RESPONSES, "openai_responses", written(RESPONSES, body))
        assert found is not None
        assert found[2].input_tokens > WINDOW


def test_speech_is_held_for_through_googles_door():
    request, _, _ = leaving(GOOGLE, "google", written(GOOGLE, {})) or (None, None, None)
    spoken = leaving(GOOGLE, "google", written(GOOGLE, {}, {"responseModalities": ["AUDIO"]}))
    assert request is not None
    assert spoken is not None
    assert not request.__dict__["outgoing"][1].terms.spoken
    assert spoken[0].__dict__["outgoing"][1].terms.spoken


def test_a_picture_among_instructions_is_refused_where_only_text_is_taken():
    picture = {"parts": [{"fileData": {"fileUri": URL, "mimeType": "image/png"}}]}
    assert leaving(GOOGLE, "anthropic", written(GOOGLE, {"systemInstruction": picture})) is None


@pytest.mark.parametrize(
    "fields", [{"Model": "x"}, {"Input": "x"}, {"extra_body": {"model": "x"}}, {"images": ["https://example.org"]}]
)
def test_embeddings_have_one_spelling_too(fields):
    with pytest.raises(InvalidRequest):
        without_multipliers({"model": "m", "input": "Hi", **fields})
