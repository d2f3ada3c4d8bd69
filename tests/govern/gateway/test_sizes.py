"""What a call's size decides: who may be asked, and how a call that fits nobody is refused in every door's words."""

from typing import Any

import httpx
import pytest

from tests.govern.gateway.installation import HELPDESK, MODELS, PRICES, trail
from tests.provider_simulator import ProviderSimulator
from tests.routing.test_sizes import PROSE, in_base64, pdf, png

KEYS = {"authorization": f"Bearer {HELPDESK}", "x-api-key": HELPDESK, "x-goog-api-key": HELPDESK}
LONG = PROSE * 8_000
"""About 200,000 tokens."""
WINDOWS = {"echo": 8_191, "long": 400_000}
INSTALLED = [
    {
        "models": [
            {
                "name": name,
                "max_output_tokens": 100,
                "usd_per_1k": PRICES,
                "modalities": ["text", "image", "document"],
                "context_window": WINDOWS.get(name, 128_000),
            }
            for name in (*MODELS, "unreachable")
        ],
        "routing_policies": [
            {"name": "default", "rules": [{"name": "rest", "candidates": ["echo", "leaky"], "fallbacks": []}]}
        ],
    }
]
pytestmark = pytest.mark.parametrize("installed", INSTALLED, indirect=True)


async def post(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> httpx.Response:
    return await client.post(path, json=body, headers=KEYS)


def turn(content: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": content}], "max_tokens": 20}


async def test_a_picture_is_no_ten_thousand_tokens(client: httpx.AsyncClient) -> None:
    shot = {
        "type": "image",
        "source": {"type": "base64", "media_type": "image/png", "data": in_base64(png(1_200, 800, 600_000))},
    }
    told = {"type": "tool_result", "tool_use_id": "toolu_1", "content": [shot]}
    asked = {"role": "assistant", "content": [{"type": "tool_use", "id": "toolu_1", "name": "look", "input": {}}]}
    for body in (
        turn([shot]),
        {
            "messages": [{"role": "user", "content": "Look."}, asked, {"role": "user", "content": [told]}],
            "max_tokens": 20,
        },
    ):
        response = await post(client, "/v1/messages", {"model": "echo", **body})
        assert "context" not in response.text
    outcome = (await trail())[-1]
    assert outcome["body"]["input_tokens_estimated"] < 2_000
    assert outcome["body"]["complexity"] < 0.4


async def test_a_document_counts_by_its_pages(client: httpx.AsyncClient) -> None:
    file = {"filename": "a.pdf", "file_data": "data:application/pdf;base64," + in_base64(pdf(3, padding=900_000))}
    response = await post(client, "/v1/chat/completions", {"model": "echo", **turn([{"type": "file", "file": file}])})
    assert response.status_code == 200
    assert 5_000 < (await trail())[-1]["body"]["input_tokens_estimated"] < 8_000


async def test_each_text_of_a_batch_has_the_window(client: httpx.AsyncClient) -> None:
    response = await post(client, "/v1/embeddings", {"model": "echo", "input": [PROSE * 20] * 100})
    assert response.status_code == 200, response.text
    assert (await trail())[-1]["body"]["input_tokens_estimated"] > 40_000
    refused = await post(client, "/v1/embeddings", {"model": "echo", "input": ["short"] * 17 + [LONG]})
    error = refused.json()["error"]
    assert (refused.status_code, error["code"], error["param"]) == (400, "invalid_request", "input[17]")


async def test_the_provider_decides_what_may_fit(client: httpx.AsyncClient, simulator: ProviderSimulator) -> None:
    near = PROSE * 400  # about 10,000 tokens for a window of 8,191
    assert (await post(client, "/v1/chat/completions", {"model": "echo", **turn(near)})).status_code == 200
    assert len(simulator.requests) == 1
    assert (await post(client, "/v1/chat/completions", {"model": "auto", **turn(near)})).headers[
        "x-govern-model"
    ] == "leaky"


@pytest.mark.parametrize(
    ("path", "body", "kind", "param"),
    [
        ("/v1/chat/completions", turn(LONG), "invalid_request_error", "messages[0].content"),
        ("/v1/responses", {"input": [{"role": "user", "content": LONG}]}, "invalid_request_error", "input[0].content"),
        ("/v1/messages", turn([{"type": "text", "text": LONG}]), "invalid_request_error", "messages[0].content[0]"),
        (
            "/v1beta/models/echo:generateContent",
            {"contents": [{"parts": [{"text": LONG}]}]},
            None,
            "contents[0].parts[0]",
        ),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
async def test_what_fits_nobody_is_the_callers_mistake(
    client: httpx.AsyncClient,
    simulator: ProviderSimulator,
    path: str,
    body: dict[str, Any],
    kind: str | None,
    param: str,
    stream: bool,
) -> None:
    if kind is None:
        response = await post(client, path.replace(":generate", ":streamGenerate") if stream else path, body)
    else:
        response = await post(client, path, {"model": "echo", "stream": stream, **body})
    error = response.json()["error"]
    assert response.status_code == 400
    assert response.headers["x-should-retry"] == "false"
    assert "its context of 8191" in error["message"]
    assert param in error["message"]
    if kind is None:
        assert error["status"] == "INVALID_ARGUMENT"
    else:
        assert (error["type"], error["param"]) == (kind, param)
    assert simulator.requests == []
    outcome = (await trail())[-1]
    assert (outcome["type"], outcome["status"]) == ("call.outcome", 400)


async def test_a_model_that_is_away_and_would_do_is_no_mistake_of_the_caller(client: httpx.AsyncClient) -> None:
    response = await post(client, "/v1/chat/completions", {"model": "unreachable", **turn(PROSE)})
    assert response.status_code in (502, 503)


async def test_a_batch_is_counted_as_the_door_counts(client: httpx.AsyncClient) -> None:
    counted = await post(client, "/v1/messages/count_tokens", {"model": "echo", **turn(PROSE * 100)})
    await post(client, "/v1/messages", {"model": "echo", **turn(PROSE * 100)})
    assert counted.json()["input_tokens"] == (await trail())[-1]["body"]["input_tokens_estimated"]
