"""Half a character in a request, as programs write it that cut texts by UTF-16 units, does not end the conversation."""

import httpx
import pytest

from tests.govern.gateway.installation import HELPDESK
from tests.provider_simulator import ProviderSimulator

AUTH = {"authorization": f"Bearer {HELPDESK}"}


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/messages"])
async def test_half_a_character_is_answered(client: httpx.AsyncClient, simulator: ProviderSimulator, path: str) -> None:
    body = rb'{"model": "echo", "max_tokens": 9, "messages": [{"role": "user", "content": "cut \ud83d"}]}'
    response = await client.post(path, content=body, headers=AUTH)
    assert response.status_code == 200
    assert "cut \ufffd" in str(simulator.requests)
