"""How background responses end that are not answered: stopped, refused before or while they run, or waiting for their share."""

import asyncio
from collections.abc import Sequence
from typing import Any

import httpx
import pytest
from psycopg import AsyncConnection

from govern.gateway.background import states
from govern.gateway.background.run import run
from govern.gateway.background.running import BackgroundRuns
from govern.gateway.background.seats import Seats
from govern.gateway.process.runtime import Gateway
from govern.identity.api_keys import issue_key, revoke_key
from govern.models import ApiKey, Application
from tests.govern.gateway.installation import HELPDESK, PRICES, rows, trail, with_orm
from tests.govern.gateway.test_kept_responses import AUTH
from tests.govern.gateway.test_stops_and_exemptions import stop
from tests.provider_simulator import ProviderSimulator

pytestmark = pytest.mark.parametrize("client", ["router"], indirect=True)

SLOW = {"echo": "echo", "slow": "slow:30", "late": "slow:30", "drip": "drip"}
DEPLOYED = {
    "models": [{"name": name, "max_output_tokens": 100, "usd_per_1k": PRICES} for name in SLOW],
    "deployments": [
        {"model": name, "provider": "simulated", "upstream_model": upstream, "allow_private_address": True}
        for name, upstream in SLOW.items()
    ],
    "routing_policies": [],
}


async def queued(
    client: httpx.AsyncClient, model: str = "echo", text: str = "Hello there", key: str = HELPDESK, **fields: object
) -> str:
    body = {"model": model, "input": text, "background": True, **fields}
    response = await client.post("/v1/responses", json=body, headers={"authorization": f"Bearer {key}"})
    assert response.status_code == 200, response.text
    return str(response.json()["id"])


async def now(client: httpx.AsyncClient, identity: str) -> dict:
    return (await client.get(f"/v1/responses/{identity}", headers=AUTH)).json()


async def ran(gateway: Gateway, identity: str) -> list[tuple[str, str | None]]:
    """Runs a response; what its call left in the trail."""
    await run(gateway, identity.removeprefix("resp_"))
    return await left(identity)


async def left(identity: str) -> list[tuple[str, str | None]]:
    return [
        (event["type"], event["code"])
        for event in await trail()
        if event["call_id"].hex == identity.removeprefix("resp_")
    ]


async def in_force(gateway: Gateway, number: int) -> None:
    for _ in range(200):
        if gateway.snapshot is not None and gateway.snapshot.revision.number >= number:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"revision {number} is not in force")


async def under_way(gateway: Gateway, simulator: ProviderSimulator, identity: str) -> "asyncio.Task[None]":
    """The run of a response whose provider has been asked."""
    asked = len(simulator.requests)
    running = asyncio.create_task(run(gateway, identity.removeprefix("resp_")))
    for _ in range(500):
        if len(simulator.requests) > asked:
            break
        await asyncio.sleep(0.01)
    return running


@pytest.mark.parametrize("installed", [DEPLOYED], indirect=True)
async def test_a_stop_ends_what_runs_and_what_waits(
    client: httpx.AsyncClient, gateway: Gateway, simulator: ProviderSimulator
) -> None:
    answered = await queued(client)
    await ran(gateway, answered)
    before = await now(client, answered)
    slow = await queued(client, "slow")
    running = await under_way(gateway, simulator, slow)
    await stop("model", "slow")
    await running
    assert await left(slow) == [("call.intent", None), ("call.outcome", "no_route")]
    found = await now(client, slow)
    assert (found["status"], found["error"]["code"]) == ("failed", "no_route")

    drip, waiting, late = await queued(client, "drip"), await queued(client), await queued(client, "late")
    running = await under_way(gateway, simulator, late)
    await stop("everything")
    await running
    await in_force(gateway, 3)
    asked = len(simulator.requests)
    assert await left(late) == [("call.intent", None), ("call.outcome", "application_suspended")]
    for identity in (drip, waiting):
        assert await ran(gateway, identity) == [("call.intent", None), ("call.outcome", "application_suspended")]
        found = await now(client, identity)
        assert (found["status"], found["error"]["code"]) == ("failed", "application_suspended")
        assert found["error"]["message"].startswith("Blocked by policy: ")
    assert len(simulator.requests) == asked

    # What was answered is read, listed, cancelled and deleted; nothing is asked.
    assert await now(client, answered) == before
    assert (await client.get(f"/v1/responses/{answered}/input_items", headers=AUTH)).json()["data"]
    for body in ({"model": "echo", "input": "Hi"}, {"model": "echo", "input": "Hi", "background": True}):
        assert (await client.post("/v1/responses", json=body, headers=AUTH)).status_code == 403
    assert (await client.delete(f"/v1/responses/{answered}", headers=AUTH)).status_code == 200


@pytest.mark.parametrize(
    "installed", [{"budgets": [{"name": "all", "period": "month", "limit_usd": "0.0001"}]}], indirect=True
)
async def test_what_is_refused_before_it_runs_is_on_record_and_told(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    """Policy, budget, key and earlier answers are as they are when it runs, and not as they were when it was asked for."""

    async def issued(name: str) -> tuple[ApiKey, str]:
        return await with_orm(
            lambda: issue_key(application=Application.objects.get(name="helpdesk"), name=name, by=None)
        )

    (revoked, revoked_secret), (_, gone_secret) = await issued("revoked"), await issued("gone")
    assert gateway.snapshot is not None
    for _ in range(200):
        if len(gateway.snapshot.keys) == 4:
            break
        await asyncio.sleep(0.01)
    begun = (await client.post("/v1/conversations", json={}, headers=AUTH)).json()["id"]
    identities = {
        "insufficient_quota": await queued(client),
        "invalid_request": await queued(client, conversation=begun),
        "invalid_api_key": await queued(client, key=revoked_secret),
    }
    unknown, forgotten = await queued(client, key=gone_secret), await queued(client)
    await client.delete(f"/v1/conversations/{begun}", headers=AUTH)
    await with_orm(lambda: revoke_key(key=revoked, by=None, reason="a test"))
    await rows("UPDATE govern_backgroundresponse SET key_id = 'x' WHERE call_id = %s RETURNING 1", unknown[5:])
    await rows("UPDATE audit_payload SET expires_at = now() WHERE call_id = %s RETURNING 1", forgotten[5:])
    for _ in range(200):
        if any(key.revoked for key in gateway.snapshot.keys.values()):
            break
        await asyncio.sleep(0.01)
    for code, identity in identities.items():
        assert await ran(gateway, identity) == [("call.intent", None), ("call.outcome", code)], code
        found = await now(client, identity)
        assert (found["status"], found["error"]["code"], found["output"]) == ("failed", code, [])
    for identity, code in ((unknown, "invalid_api_key"), (forgotten, "invalid_request")):
        assert await ran(gateway, identity) == [("call.rejected", code)]
        assert (await now(client, identity))["error"]["code"] == code
    assert [row["state"] for row in await rows("SELECT DISTINCT state FROM govern_backgroundresponse")] == ["failed"]
    assert (
        await rows(
            "SELECT 1 FROM audit_payload WHERE purpose = 'background' AND wrapped_key IS NOT NULL AND expires_at > now()"
        )
        == []
    )
    assert {row["reserved_nano_usd"] for row in await rows("SELECT reserved_nano_usd FROM govern_budgetaccount")} <= {0}


async def test_a_stopped_worker_tells_why(
    client: httpx.AsyncClient, gateway: Gateway, simulator: ProviderSimulator
) -> None:
    runs = BackgroundRuns(gateway, Seats(1, 1))
    slow, waiting = await queued(client, "slow"), await queued(client)
    for identity in (slow, waiting, slow, waiting):
        await runs.begin(identity.removeprefix("resp_"))
    for _ in range(500):
        if simulator.requests:
            break
        await asyncio.sleep(0.01)
    await runs.stop()
    assert await left(slow) == [("call.intent", None), ("call.outcome", "internal_error")]
    assert (await now(client, slow))["error"]["code"] == "internal_error"
    assert (await now(client, waiting))["status"] == "queued"
    assert await left(waiting) == []


async def test_no_application_takes_every_seat(client: httpx.AsyncClient) -> None:
    seats, sitting, go = Seats(4, 2), list[str](), asyncio.Event()

    async def sit(application: str) -> None:
        async with seats.taken(application):
            sitting.append(application)
            await go.wait()

    tasks = [asyncio.create_task(sit(name)) for name in ("greedy",) * 9 + ("modest", "modest", "late")]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert sorted(sitting) == ["greedy", "greedy", "modest", "modest"]
    go.set()
    await asyncio.gather(*tasks)
    assert sorted(sitting) == ["greedy"] * 9 + ["late", "modest", "modest"]


async def test_one_look_tells_all_who_wait(
    client: httpx.AsyncClient, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many follow few responses; one of them loses what was asked, as if its time were over, and another is deleted."""
    looks: list[list[str]] = []
    find_all = states.find_all

    async def counted(connection: AsyncConnection[Any], call_ids: Sequence[str]) -> dict[str, states.Progress]:
        looks.append(list(call_ids))
        return await find_all(connection, call_ids)

    monkeypatch.setattr(states, "find_all", counted)
    kept, faded, deleted = [await queued(client) for _ in range(3)]
    follow = [
        asyncio.create_task(client.get(f"/v1/responses/{identity}?stream=true", headers=AUTH))
        for identity in (kept, faded, deleted) * 20
    ]
    while len(looks) < 2:
        await gateway.looks.next(kept[5:])
    await rows("UPDATE audit_payload SET expires_at = now() WHERE call_id = %s RETURNING 1", faded[5:])
    assert (await now(client, faded))["status"] == "queued"
    await client.delete(f"/v1/responses/{deleted}", headers=AUTH)
    await ran(gateway, kept)
    await ran(gateway, faded)
    told = [(await each).text for each in follow]
    assert [text.count("event: response.completed") for text in told[:3]] == [1, 0, 0]
    assert [text.count("event: response.failed") for text in told[:3]] == [0, 1, 0]
    assert all(len(look) <= 3 for look in looks)
