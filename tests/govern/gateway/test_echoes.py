"""A response says again what was asked of it, as OpenAI's do."""

import json

import httpx
import pytest

from tests.govern.gateway.installation import HELPDESK

AUTH = {"authorization": f"Bearer {HELPDESK}"}
ASKED = {
    "instructions": "Be kind.",
    "max_output_tokens": 50,
    "metadata": {"case": "7"},
    "parallel_tool_calls": False,
    "temperature": 0.5,
    "tool_choice": "none",
    "tools": [{"type": "function", "name": "weather", "parameters": {"type": "object", "properties": {}}}],
    "top_p": 0.9,
    "truncation": "auto",
    "store": False,
}


async def answered(client: httpx.AsyncClient, stream: bool, **asked: object) -> dict[str, object]:
    body = {"model": "echo", "input": "Hello", "stream": stream, **asked}
    response = await client.post("/v1/responses", json=body, headers=AUTH)
    assert response.status_code == 200, response.text
    if not stream:
        return dict(response.json())
    told = [json.loads(line[6:]) for line in response.text.split("\n") if line.startswith("data: ")]
    first, last = told[0]["response"], told[-1]["response"]
    same = first.keys() - {"status", "output", "usage"}
    assert {name: first[name] for name in same} == {name: last[name] for name in same}
    return dict(last)


@pytest.mark.parametrize("stream", [False, True])
async def test_what_was_asked(client: httpx.AsyncClient, stream: bool) -> None:
    found = await answered(client, stream, text={"verbosity": "low"}, reasoning={"effort": "low"}, **ASKED)
    assert {name: found[name] for name in ASKED} == ASKED
    assert found["text"] == {"format": {"type": "text"}, "verbosity": "low"}
    assert found["reasoning"] == {"effort": "low", "summary": None}
    assert found["model"] == "echo"


@pytest.mark.parametrize("stream", [False, True])
async def test_what_was_not_asked(client: httpx.AsyncClient, stream: bool) -> None:
    first = await answered(client, stream)
    assert (first["temperature"], first["tools"], first["instructions"], first["previous_response_id"]) == (
        1.0,
        [],
        None,
        None,
    )
    second = await answered(client, stream, previous_response_id=first["id"])
    assert second["previous_response_id"] == first["id"]
