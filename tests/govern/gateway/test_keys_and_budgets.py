"""Keys stop working the moment they are revoked, and budgets are never overspent."""

import asyncio
import time
from datetime import timedelta

import httpx
import pytest
from django.utils import timezone

from govern.gateway.process.runtime import Gateway
from govern.identity.api_keys import issue_key, key_digest, revoke_key, rotate_key
from govern.models import ApiKey, Application
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


async def test_both_secrets_of_a_rotated_key_work_until_the_old_one_ends(client: httpx.AsyncClient) -> None:
    def issue() -> tuple[ApiKey, str]:
        return issue_key(application=Application.objects.get(name="helpdesk"), name="rotated", by=None)

    old, old_secret = await with_orm(issue)
    old_headers = {"authorization": f"Bearer {old_secret}"}
    await eventually(client, 200, old_headers)
    _, secret = await with_orm(lambda: rotate_key(key=old, by=None, grace=timedelta(milliseconds=1_500)))
    await eventually(client, 200, {"authorization": f"Bearer {secret}"})
    assert (await client.post("/v1/chat/completions", json=BODY, headers=old_headers)).status_code == 200
    assert [event["key"] for event in await trail()][-1] == "rotated"
    await asyncio.sleep(1.5)  # nothing is written then: the gateway knows the time
    refused = await client.post("/v1/chat/completions", json=BODY, headers=old_headers)
    assert refused.status_code == 401
    assert "was replaced by a newer secret and has ended" in refused.json()["error"]["message"]
    await eventually(client, 200, {"authorization": f"Bearer {secret}"})


async def test_an_old_secret_that_is_revoked_during_its_grace_is_refused_within_a_second(
    client: httpx.AsyncClient,
) -> None:
    old, old_secret = await with_orm(
        lambda: issue_key(application=Application.objects.get(name="helpdesk"), name="rotated", by=None)
    )
    _, secret = await with_orm(lambda: rotate_key(key=old, by=None, grace=timedelta(days=1)))
    await eventually(client, 200, {"authorization": f"Bearer {old_secret}"})
    await with_orm(lambda: revoke_key(key=old, by=None, reason="a test"))
    await eventually(client, 401, {"authorization": f"Bearer {old_secret}"})
    await eventually(client, 200, {"authorization": f"Bearer {secret}"})


async def test_the_use_of_each_secret_is_counted_and_written_now_and_then(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    for _ in range(3):
        await client.post("/v1/chat/completions", json=BODY, headers=AUTH)
    assert await rows("SELECT * FROM govern_apikeyuse") == []
    await gateway.key_use.write()
    await client.post("/v1/chat/completions", json=BODY, headers=AUTH)
    await asyncio.gather(gateway.key_use.write(), gateway.key_use.write())
    (use,) = await rows("SELECT u.calls, now() - u.last_used_at < '1 minute' AS lately FROM govern_apikeyuse u")
    assert (use["calls"], use["lately"]) == (4, True)


async def test_two_gateways_see_a_rotated_key_within_a_second(gateway: Gateway) -> None:
    other = Gateway()
    await other.start()
    try:
        old, _ = await with_orm(
            lambda: issue_key(application=Application.objects.get(name="helpdesk"), name="rotated", by=None)
        )
        _, secret = await with_orm(lambda: rotate_key(key=old, by=None, grace=timedelta()))
        digest = bytes.fromhex(key_digest(secret))
        for _ in range(20):
            snapshots = [found for found in (gateway.snapshot, other.snapshot) if found is not None]
            if len(snapshots) == 2 and all(digest in found.keys for found in snapshots):
                break
            await asyncio.sleep(0.05)
        for found in snapshots:
            by_id = {known.id: known for known in found.keys.values()}
            assert "newer secret" in (by_id[str(old.pk)].unusable(time.time()) or "")
            assert found.keys[digest].unusable(time.time()) is None
    finally:
        await other.stop()


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
