"""What no model of a route can ever do is the caller's mistake, in every door's words."""

from typing import Any

import httpx
import pytest

from tests.govern.gateway.installation import HELPDESK, MODELS, PRICES

KEYS = {"authorization": f"Bearer {HELPDESK}", "x-api-key": HELPDESK, "x-goog-api-key": HELPDESK}
PICTURE = "data:image/png;base64,iVBORw0KGgo="
MODELS_INSTALLED = [
    {"name": name, "max_output_tokens": 100, "usd_per_1k": PRICES, "tools": name != "echo"}
    for name in (*MODELS, "unreachable")
]


def pictured(model: str) -> dict[str, tuple[str, dict[str, Any]]]:
    parts = [{"type": "image_url", "image_url": {"url": PICTURE}}]
    source = {"type": "base64", "media_type": "image/png", "data": PICTURE.partition(",")[2]}
    inline = {"inlineData": {"mimeType": "image/png", "data": source["data"]}}
    return {
        "chat": ("/v1/chat/completions", {"model": model, "messages": [{"role": "user", "content": parts}]}),
        "messages": (
            "/v1/messages",
            {
                "model": model,
                "max_tokens": 5,
                "messages": [{"role": "user", "content": [{"type": "image", "source": source}]}],
            },
        ),
        "responses": (
            "/v1/responses",
            {
                "model": model,
                "input": [{"role": "user", "content": [{"type": "input_image", "image_url": PICTURE}]}],
            },
        ),
        "google": (
            f"/v1beta/models/{model}:generateContent",
            {"contents": [{"role": "user", "parts": [inline]}]},
        ),
    }


@pytest.mark.parametrize("installed", [{"models": MODELS_INSTALLED}], indirect=True)
@pytest.mark.parametrize("door", ["chat", "messages", "responses", "google"])
@pytest.mark.parametrize("model", ["echo", "auto"])
async def test_a_picture_for_models_that_read_none(client: httpx.AsyncClient, model: str, door: str) -> None:
    path, body = pictured(model)[door]
    response = await client.post(path, json=body, headers=KEYS)
    assert response.status_code == 400, response.text
    assert "echo does not take image" in response.json()["error"]["message"]


@pytest.mark.parametrize("installed", [{"models": MODELS_INSTALLED}], indirect=True)
async def test_tools_for_a_model_that_calls_none(client: httpx.AsyncClient) -> None:
    tool = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}
    body = {"model": "echo", "messages": [{"role": "user", "content": "Hi"}], "tools": [tool]}
    response = await client.post("/v1/chat/completions", json=body, headers=KEYS)
    assert response.status_code == 400, response.text
    assert "echo does not call tools" in response.json()["error"]["message"]
