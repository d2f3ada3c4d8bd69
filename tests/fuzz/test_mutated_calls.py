"""Calls of every door, each with one or two places spoilt: clear refusals of the contract, nothing that hangs, no page down."""

import copy
import json
import random
from typing import Any

import httpx
import pytest

from tests.faults.platform import Platform
from tests.fuzz.conftest import nothing_is_down
from tests.govern.gateway.installation import HELPDESK

pytestmark = pytest.mark.long
SEED, CALLS = 20261126, 1_500
TOOL = {"type": "object", "properties": {"city": {"type": "string", "enum": ["Oslo"]}}, "required": ["city"]}
BODIES: dict[str, dict[str, Any]] = {
    "/v1/chat/completions": {
        "model": "echo", "max_tokens": 20, "temperature": 0.5, "stop": ["x"], "user": "u", "metadata": {"case": "a"},
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": "Hello"}, {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGVsbG8="}}]},
            {"role": "assistant", "content": None, "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "weather", "arguments": "{\"city\": \"Oslo\"}"}}]},
            {"role": "tool", "tool_call_id": "c1", "content": "7 degrees"},
        ],
        "tools": [{"type": "function", "function": {"name": "weather", "description": "Tells it.", "parameters": TOOL}}],
        "response_format": {"type": "json_schema", "json_schema": {"name": "s", "schema": TOOL}},
    },
    "/v1/responses": {
        "model": "echo", "instructions": "Be brief.", "max_output_tokens": 20, "store": False, "reasoning": {"effort": "low"},
        "input": [
            {"role": "user", "content": [{"type": "input_text", "text": "Hello"}]},
            {"type": "function_call", "call_id": "c1", "name": "weather", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "c1", "output": "7 degrees"},
        ],
        "tools": [{"type": "function", "name": "weather", "parameters": TOOL, "strict": False}],
    },
    "/v1/messages": {
        "model": "echo", "max_tokens": 20, "system": [{"type": "text", "text": "Be brief."}], "metadata": {"user_id": "u"},
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": "Hello"}]},
            {"role": "assistant", "content": [{"type": "tool_use", "id": "t1", "name": "weather", "input": {"city": "Oslo"}}]},
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": [{"type": "text", "text": "7"}]}]},
        ],
        "tools": [{"name": "weather", "description": "Tells it.", "input_schema": TOOL}],
    },
    "/v1beta/models/echo:generateContent": {
        "systemInstruction": {"parts": [{"text": "Be brief."}]}, "generationConfig": {"maxOutputTokens": 20, "temperature": 0.5},
        "contents": [
            {"role": "user", "parts": [{"text": "Hello"}, {"inlineData": {"mimeType": "image/png", "data": "aGVsbG8="}}]},
            {"role": "model", "parts": [{"functionCall": {"name": "weather", "args": {"city": "Oslo"}}}]},
            {"role": "user", "parts": [{"functionResponse": {"name": "weather", "response": {"degrees": 7}}}]},
        ],
        "tools": [{"functionDeclarations": [{"name": "weather", "parameters": TOOL}]}],
    },
    "/v1/embeddings": {"model": "echo", "input": ["Hello", "Bye"], "dimensions": 8, "encoding_format": "float", "user": "u"},
}  # fmt: skip
ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 1e308, 2**63, 10**30, "", "\x00", "\x1b[31m", "a\r\nb", "x" * 5_000, "\u202e", "🙂", [], [[]], {}, {"": ""},
    {"\x00": 1}, {"type": "text"}, [None], "data:", "data:;base64,", "auto", "null", {"$ref": "#"}, [0] * 300, {"a": {"b": {"c": [{}]}}},
)  # fmt: skip
SERVER_ERRORS = {502: "provider_error", 503: "no_route", 504: "provider_timeout"}
"""What a call of the simulated provider may come to: never an error of Govern's own."""


def places(value: Any, before: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path for key, child in children for path in ((*before, key), *places(child, (*before, key)))]


def spoilt(body: dict[str, Any], chance: random.Random) -> bytes:
    """The body with one or two values replaced, names added, or entries repeated or left out."""
    tree = copy.deepcopy(body)
    for _ in range(chance.choice((1, 1, 2))):
        path = chance.choice(places(tree))
        place = tree
        for step in path[:-1]:
            place = place[step]
        match chance.randrange(5):
            case 0:
                del place[path[-1]]
            case 1 if isinstance(place, dict):
                place[
                    chance.choice(("\x00", "x" * 300, "a\r\nb", "參數", "n", "stream", "extra_body", "documents"))
                ] = copy.deepcopy(chance.choice(ODD))
            case 2 if isinstance(place, list):
                place.insert(path[-1], copy.deepcopy(place[path[-1]]))
            case _:
                place[path[-1]] = copy.deepcopy(chance.choice(ODD))
        if not places(tree):
            break
    text = json.dumps(tree)
    if chance.random() < 0.05:  # cut, or not UTF-8
        return text.encode()[: chance.randrange(len(text))] + chance.choice((b"", b"\xff"))
    return text.encode()


def test_every_door_answers_whatever_is_sent(platform: Platform, browser: httpx.Client) -> None:
    chance = random.Random(SEED)
    headers = {"authorization": f"Bearer {HELPDESK}", "content-type": "application/json"}
    with httpx.Client(base_url=platform.url, headers=headers, timeout=20) as client:
        for number in range(CALLS):
            door = chance.choice(list(BODIES))
            body = spoilt(BODIES[door], chance)
            answer = client.post(door, content=body)
            where = (number, door, body[:2_000])
            assert answer.status_code < 500 or answer.status_code in SERVER_ERRORS, (
                answer.status_code,
                answer.text,
                where,
            )
            if answer.status_code != 200:
                error = answer.json()["error"]
                assert error["message"], where
                assert "Traceback" not in answer.text
            assert answer.headers["x-request-id"], where
    nothing_is_down(platform, browser)
