"""Keys stop working the moment they are revoked, and budgets are never overspent."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from django.utils import timezone

from govern.identity.api_keys import issue_key, revoke_key
from govern.models import Application
from tests.govern.gateway.installation import RISK_ENGINE, rows, trail, with_orm
from tests.provider_simulator import ProviderSimulator

AUTH = {"authorization": f"Bearer {RISK_ENGINE}"}
BODY = {"model": "echo", "messages": [{"role": "user", "content": "Hello there"}], "max_tokens": 20}


async def eventually(client: httpx.AsyncClient, status: int, headers: dict[str, str]) -> httpx.Response:
    """The first answer with this status; at most a second may pass."""
    for _ in range(20):
        response = await client.post("/v1/chat/completions", json=BODY, headers=headers)
        if response.status_code == status:
            return response
        await asyncio.sleep(0.05)
    raise AssertionError(f"still {response.status_code} after a second")


async def test_a_new_key_works_and_a_revoked_one_is_refused_within_a_second(client: httpx.AsyncClient) -> None:
    key, secret = await with_orm(
        lambda: issue_key(application=Application.objects.get(name="helpdesk"), name="second", by=None)
    )
    headers = {"authorization": f"Bearer {secret}"}
    await eventually(client, 200, headers)
    await with_orm(lambda: revoke_key(key=key, by=None, reason="a test"))
    refused = await eventually(client, 401, headers)
    assert refused.json()["error"]["message"].startswith("This key was revoked.")
    last = (await trail())[-1]
    assert (last["type"], last["code"], last["application"]) == ("call.rejected", "invalid_api_key", "helpdesk")


async def test_a_key_expires(client: httpx.AsyncClient) -> None:
    def issue() -> str:
        application = Application.objects.get(name="helpdesk")
        soon = timezone.now() + timedelta(milliseconds=700)
        return issue_key(application=application, name="short", by=None, expires_at=soon)[1]

    headers = {"authorization": f"Bearer {await with_orm(issue)}"}
    await asyncio.sleep(0.8)
    assert "has expired" in (await eventually(client, 401, headers)).json()["error"]["message"]


# The upper bound of BODY: its bytes and overhead in, 20 tokens out; what it costs: 10 in, 5 out.
COST_NANO_USD = 10 * 1_000 + 5 * 2_000


@pytest.mark.parametrize(
    "installed", [{"budgets": [{"name": "all", "period": "total", "limit_usd": "0.001"}]}], indirect=True
)
async def test_a_budget_is_never_exceeded_however_many_call_at_once(
    client: httpx.AsyncClient, simulator: ProviderSimulator
) -> None:
    responses = await asyncio.gather(*(client.post("/v1/chat/completions", json=BODY, headers=AUTH) for _ in range(60)))
    admitted = sum(response.status_code == 200 for response in responses)
    refused = [response.json()["error"]["code"] for response in responses if response.status_code != 200]
    assert admitted == len(simulator.requests)
    assert 1 <= admitted < 60
    assert set(refused) == {"insufficient_quota"}
    (account,) = await rows("SELECT * FROM govern_budgetaccount")
    assert account["settled_nano_usd"] == admitted * COST_NANO_USD
    assert account["reserved_nano_usd"] == 0
    kinds = [event["type"] for event in await trail()]
    assert (kinds.count("call.intent"), kinds.count("call.outcome")) == (60, 60)


@pytest.mark.parametrize(
    "installed", [{"budgets": [{"name": "all", "period": "month", "limit_usd": "10"}]}], indirect=True
)
async def test_a_failed_first_attempt_and_its_fallback_settle_once_each(client: httpx.AsyncClient) -> None:
    response = await client.post(
        "/v1/chat/completions", json=BODY | {"model": "auto", "metadata": {"case": "fallback"}}, headers=AUTH
    )
    assert response.status_code == 200
    (account,) = await rows("SELECT * FROM govern_budgetaccount")
    assert (account["settled_nano_usd"], account["reserved_nano_usd"]) == (COST_NANO_USD, 0)
    assert [event["type"] for event in await trail()] == ["call.intent", "call.fallback", "call.outcome"]


@pytest.mark.parametrize(
    "installed", [{"budgets": [{"name": "all", "period": "month", "limit_usd": "10"}]}], indirect=True
)
async def test_a_provider_that_is_silent_about_usage_settles_at_the_reservation(client: httpx.AsyncClient) -> None:
    await client.post("/v1/chat/completions", json=BODY | {"model": "silent"}, headers=AUTH)
    outcome = (await trail())[-1]
    assert outcome["body"]["usage_estimated"] is True
    assert outcome["cost_nano_usd"] == outcome["body"]["attempts"][0]["reserved_nano_usd"] > COST_NANO_USD
