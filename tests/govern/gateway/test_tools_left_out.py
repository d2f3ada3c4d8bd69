"""Tools that a model cannot have are left out and said, on the wire and on the record, or refused where the rule says so."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from govern.api.endpoints import ENDPOINTS, FAMILIES
from govern.asgi import django
from govern.gateway.doors.asgi_door import Router
from govern.gateway.process.runtime import Gateway
from tests.govern.gateway.any_provider import AnyProvider
from tests.govern.gateway.installation import HELPDESK, document, install, trail
from tests.govern.gateway.test_compaction import CHAT

AUTH = {"authorization": f"Bearer {HELPDESK}"}
LOOK = {"type": "function", "name": "look", "parameters": {"type": "object"}}
TOOLS = [{"type": "web_search"}, {"type": "mcp", "server_label": "d", "server_url": "https://example.org"}, LOOK]
REFUSING = {"name": "default", "rules": [{"name": "all", "candidates": ["openai"], "unsupported": "refuse"}]}


@pytest.fixture
def provider() -> Iterator[AnyProvider]:
    with AnyProvider() as running:
        running.says(json.dumps(CHAT).encode())
        yield running


@pytest.fixture
def installed(transactional_db: None, provider: AnyProvider, tmp_path: Any, request: pytest.FixtureRequest) -> None:
    install(tmp_path, document("http://unused", **{**provider.sections(), **(getattr(request, "param", None) or {})}))


@pytest.fixture
async def client(gateway: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=Router(ENDPOINTS, FAMILIES, django), raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost", timeout=20) as opened:
        yield opened


async def asked(client: httpx.AsyncClient, **fields: Any) -> httpx.Response:
    body = {"model": "openai", "input": "Hi", "tools": TOOLS, **fields}
    return await client.post("/v1/responses", json=body, headers=AUTH)


async def test_they_are_said_in_the_header_and_on_the_record(client: httpx.AsyncClient, provider: AnyProvider) -> None:
    answer = await asked(client)
    assert answer.status_code == 200, answer.text
    assert answer.headers["x-govern-dropped-parameters"] == "tools.mcp, tools.web_search"
    assert [tool["function"]["name"] for tool in json.loads(provider.bodies[0])["tools"]] == ["look"]
    assert (await trail())[-1]["body"]["dropped_parameters"] == ["tools.mcp", "tools.web_search"]


@pytest.mark.parametrize("installed", [{"routing_policies": [REFUSING]}], indirect=True)
async def test_they_refuse_the_call_where_the_rule_says_so(client: httpx.AsyncClient, provider: AnyProvider) -> None:
    refused = await asked(client)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "invalid_request")
    assert "tools.web_search" in refused.json()["error"]["message"]
    assert provider.bodies == []


async def test_guards_read_what_is_left_out(client: httpx.AsyncClient, provider: AnyProvider) -> None:
    key = "AKIA" + "Q7RTZ2XWLM4KPN8V"
    hidden = {"type": "mcp", "server_label": "d", "headers": {"authorization": f'aws_access_key_id = "{key}"'}}
    refused = await asked(client, tools=[hidden])
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "secret_leak"), refused.text
    assert provider.bodies == []


async def test_a_choice_that_cannot_be_is_refused(client: httpx.AsyncClient, provider: AnyProvider) -> None:
    refused = await asked(client, tool_choice={"type": "web_search"})
    assert (refused.status_code, refused.json()["error"]["param"]) == (400, "tool_choice")
    assert provider.bodies == []
