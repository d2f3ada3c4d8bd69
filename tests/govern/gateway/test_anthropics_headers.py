"""Headers that begin with `anthropic-` go from the Messages door to a provider of that kind as they came, and past the guards."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.govern.gateway.any_provider import AnyProvider
from tests.govern.gateway.installation import HELPDESK, document, install, trail
from tests.sdk.scripted_answers import ANSWERS, Said

pytestmark = pytest.mark.parametrize("client", ["router", "django"], indirect=True)
AUTH = {"x-api-key": HELPDESK, "anthropic-version": "2023-06-01"}
SECRET = "AKIA" + "Q7WZ4NTR2LKD8MXB"
BETAS = "claude-code-20250219,context-management-2025-06-27,thinking-token-count-2026-05-13"
SESSION = "0b54f3c1-7a52-4c1f-9a53-2f41b6a1c0de"
CONTEXT = {"edits": [{"type": "clear_tool_uses_20250919"}]}


@pytest.fixture
def provider() -> Iterator[AnyProvider]:
    with AnyProvider() as running:
        running.says(json.dumps(ANSWERS["anthropic"][0](Said("Hello."))).encode())
        yield running


@pytest.fixture
def installed(transactional_db: None, provider: AnyProvider, tmp_path: Path) -> None:
    sections = provider.sections()
    for body in sections["providers"]:
        if body["name"] == "anthropic":
            body["options"] = {"beta": "files-api-2025-04-14", "forbidden_beta": "fast-mode-*, context-1m-2025-08-07"}
    install(tmp_path, document("http://unused", **sections))


async def ask(client: httpx.AsyncClient, headers: dict[str, str], **fields: Any) -> httpx.Response:
    body = {"model": "anthropic", "max_tokens": 50, "messages": [{"role": "user", "content": "Hi"}], **fields}
    return await client.post("/v1/messages?beta=true", json=body, headers=AUTH | headers)


async def test_betas_arrive_as_they_were_sent_beside_the_providers_own(
    client: httpx.AsyncClient, provider: AnyProvider
) -> None:
    response = await ask(client, {"anthropic-beta": BETAS, "anthropic-extra": "a=1"}, context_management=CONTEXT)
    assert response.status_code == 200, response.text
    sent = provider.headers[-1]
    assert sent["anthropic-beta"] == f"{BETAS},files-api-2025-04-14"
    assert sent["anthropic-version"] == "2023-06-01"
    assert sent["anthropic-extra"] == "a=1"
    assert json.loads(provider.bodies[-1])["context_management"] == CONTEXT


async def test_a_repeated_header_is_one_list(client: httpx.AsyncClient, provider: AnyProvider) -> None:
    body = {"model": "anthropic", "max_tokens": 50, "messages": [{"role": "user", "content": "Hi"}]}
    headers = [*AUTH.items(), ("anthropic-beta", "one-2026-01-01"), ("anthropic-beta", "two-2026-01-01")]
    assert (await client.post("/v1/messages", json=body, headers=headers)).status_code == 200
    assert provider.headers[-1]["anthropic-beta"] == "one-2026-01-01,two-2026-01-01,files-api-2025-04-14"


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("beta", ["fast-mode-2026-02-01", "Context-1M-2025-08-07", "x-2026-01-01 , fast-mode-2027"])
async def test_a_forbidden_beta_refuses_the_call_by_name(
    client: httpx.AsyncClient, provider: AnyProvider, beta: str, stream: bool
) -> None:
    response = await ask(client, {"anthropic-beta": beta}, stream=stream)
    assert response.status_code == 400, response.text
    assert response.json()["error"]["type"] == "invalid_request_error"
    assert beta.rsplit(",", maxsplit=1)[-1].strip() in response.json()["error"]["message"]
    assert provider.bodies == []
    outcome = (await trail())[-1]
    assert (outcome["status"], outcome["cost_nano_usd"]) == (400, 0)


@pytest.mark.parametrize("name", ["anthropic_beta", "betas", "anthropicBeta"])
@pytest.mark.parametrize("said", ["fast-mode-2026-02-01", ["one-2026-01-01", "FAST-MODE-1"], ["a,fast-mode-2"]])
async def test_a_forbidden_beta_in_the_body_is_refused_too(
    client: httpx.AsyncClient, provider: AnyProvider, name: str, said: Any
) -> None:
    response = await ask(client, {}, **{name: said})
    assert response.status_code == 400, response.text
    assert "fast-mode" in response.json()["error"]["message"].lower()
    assert provider.bodies == []


@pytest.mark.parametrize("name", ["anthropic-beta", "anthropic-version", "anthropic-anything"])
async def test_a_secret_in_a_header_goes_nowhere(client: httpx.AsyncClient, provider: AnyProvider, name: str) -> None:
    response = await ask(client, {name: f"one,{SECRET}"})
    assert response.status_code == 403, response.text
    assert response.json()["error"]["type"] == "permission_error"
    assert provider.bodies == []
    assert SECRET not in response.text + json.dumps(await trail(), default=str)


@pytest.mark.parametrize("value", ["a\x00b", "ü".encode(), "x" * 4_001, "<b>", '"quoted"', "a\tb"])
async def test_a_value_of_another_alphabet_is_refused(
    client: httpx.AsyncClient, provider: AnyProvider, value: str | bytes
) -> None:
    headers = [*AUTH.items(), ("anthropic-beta", value)]
    body = {"model": "anthropic", "max_tokens": 50, "messages": [{"role": "user", "content": "Hi"}]}
    response = await client.post("/v1/messages", json=body, headers=headers)  # type: ignore[arg-type]
    assert response.status_code == 400, response.text
    assert "anthropic-beta" in response.json()["error"]["message"]
    assert provider.bodies == []


async def test_other_kinds_and_other_doors_get_none(client: httpx.AsyncClient, provider: AnyProvider) -> None:
    provider.says(json.dumps(ANSWERS["openai"][0](Said("Hello."))).encode())
    await ask(client, {"anthropic-beta": BETAS}, model="openai")
    provider.says(json.dumps(ANSWERS["anthropic"][0](Said("Hello."))).encode())
    chat = {"model": "anthropic", "messages": [{"role": "user", "content": "Hi"}]}
    await client.post("/v1/chat/completions", json=chat, headers=AUTH | {"anthropic-beta": BETAS})
    assert "anthropic-beta" not in provider.headers[0]
    assert provider.headers[1]["anthropic-beta"] == "files-api-2025-04-14"


async def test_the_record_says_which_session_and_agent_called(client: httpx.AsyncClient, provider: AnyProvider) -> None:
    agent = {"x-claude-code-agent-id": f"reviewer {SECRET}", "x-claude-code-parent-agent-id": "m" * 500}
    response = await ask(client, {"x-claude-code-session-id": SESSION} | agent)
    assert response.status_code == 200, response.text
    said = (await trail())[-1]["body"]["client"]
    assert said["session"] == SESSION
    assert SECRET not in said["agent"]
    assert len(said["parent_agent"]) <= 200
    assert not any(name.startswith("x-claude") for name in provider.headers[-1])
