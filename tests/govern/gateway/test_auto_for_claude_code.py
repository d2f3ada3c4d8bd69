"""Claude Code offers models whose ids begin with `claude`: for it, `auto` has such a name, too."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.govern.gateway.any_provider import AnyProvider
from tests.govern.gateway.installation import HELPDESK, document, install, trail
from tests.sdk.scripted_answers import ANSWERS, Said

pytestmark = pytest.mark.parametrize("client", ["router"], indirect=True)
ANTHROPIC = {"x-api-key": HELPDESK, "anthropic-version": "2023-06-01"}


@pytest.fixture
def provider() -> Iterator[AnyProvider]:
    with AnyProvider() as running:
        running.says(json.dumps(ANSWERS["anthropic"][0](Said("Hello."))).encode())
        yield running


@pytest.fixture
def installed(transactional_db: None, provider: AnyProvider, tmp_path: Path) -> None:
    routing = [{"name": "default", "rules": [{"name": "all", "candidates": ["anthropic"]}]}]
    install(tmp_path, document("http://unused", **{**provider.sections(), "routing_policies": routing}))


async def test_it_is_listed_first_and_can_be_looked_up(client: httpx.AsyncClient) -> None:
    listed = (await client.get("/v1/models", headers=ANTHROPIC)).json()["data"]
    assert [(model["id"], model["display_name"]) for model in listed[:2]] == [
        ("claude-auto", "Auto (policy decides)"),
        ("auto", "Auto (policy decides)"),
    ]
    one = (await client.get("/v1/models/claude-auto", headers=ANTHROPIC)).json()
    assert one == listed[0]


async def test_other_clients_are_not_told_of_it(client: httpx.AsyncClient) -> None:
    listed = (await client.get("/v1/models", headers={"authorization": f"Bearer {HELPDESK}"})).json()["data"]
    assert "claude-auto" not in [model["id"] for model in listed]
    response = await client.get("/v1/models/claude-auto", headers={"authorization": f"Bearer {HELPDESK}"})
    assert response.status_code == 404


async def test_a_call_that_names_it_goes_where_policy_says(client: httpx.AsyncClient, provider: AnyProvider) -> None:
    body = {"model": "claude-auto", "max_tokens": 9, "messages": [{"role": "user", "content": "Hi"}]}
    response = await client.post("/v1/messages?beta=true", json=body, headers=ANTHROPIC)
    assert response.status_code == 200, response.text
    assert json.loads(provider.bodies[-1]) == {**body, "model": "upstream"}
    assert (await trail())[-1]["body"]["requested_model"] == "auto"
