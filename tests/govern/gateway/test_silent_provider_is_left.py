"""A provider that accepts a call and says nothing is left for a fallback where an operator limits its silence."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.govern.gateway.installation import HELPDESK, PRICES, document, install
from tests.provider_simulator import ProviderSimulator

AUTH = {"authorization": f"Bearer {HELPDESK}"}


@pytest.fixture
def installed(transactional_db: None, simulator: ProviderSimulator, tmp_path: Path) -> None:
    def deployment(model: str, provider: str) -> dict[str, Any]:
        return {"model": model, "provider": provider, "upstream_model": model, "allow_private_address": True}

    provider = {"kind": "openai_compatible", "base_url": simulator.url}
    rule = {"name": "rest", "candidates": ["hang"], "fallbacks": ["echo"]}
    sections = {
        "providers": [
            {"name": "silent", **provider, "limits": {"first_byte_ms": 300}},
            {"name": "simulated", **provider},
        ],
        "models": [{"name": name, "max_output_tokens": 100, "usd_per_1k": PRICES} for name in ("hang", "echo")],
        "deployments": [deployment("hang", "silent"), deployment("echo", "simulated")],
        "routing_policies": [{"name": "default", "rules": [rule]}],
    }
    install(tmp_path, document(simulator.url, **sections))


@pytest.mark.parametrize("stream", [False, True])
async def test_the_fallback_answers(client: httpx.AsyncClient, stream: bool) -> None:
    body = {"model": "auto", "messages": [{"role": "user", "content": "Hello there"}], "stream": stream}
    response = await client.post("/v1/chat/completions", json=body, headers=AUTH)
    assert response.status_code == 200, response.text
    assert response.headers["x-govern-model"] == "echo"
    assert ("[DONE]" in response.text) is stream
