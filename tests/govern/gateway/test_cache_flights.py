"""Identical calls in flight: one asks for all, and nobody depends on how it ends."""

import asyncio

import httpx
import pytest

from govern.gateway.cache import flights
from govern.gateway.cache.flights import Flights
from govern.gateway.process.runtime import Gateway
from tests.govern.gateway.caching import AUTH, cached
from tests.govern.gateway.installation import trail
from tests.govern.gateway.test_chat import chat
from tests.provider_simulator import ProviderSimulator

on = pytest.mark.parametrize("installed", [cached()], indirect=True)
pytestmark = pytest.mark.parametrize("client", ["router"], indirect=True)


async def asked(simulator: ProviderSimulator, count: int) -> None:
    """Waits until the provider was asked so often."""
    for _ in range(1_000):
        if len(simulator.requests) >= count:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("the provider was not asked")


@on
async def test_the_provider_is_asked_once_for_all(
    client: httpx.AsyncClient, gateway: Gateway, simulator: ProviderSimulator
) -> None:
    first = asyncio.create_task(chat(client, "What is a bond?", model="drip", stream=True))
    await asked(simulator, 1)
    others = await asyncio.gather(*(chat(client, "What is a bond?", model="drip") for _ in range(5)))
    assert (await first).headers["x-govern-cache"] == "miss"
    assert {other.headers["x-govern-cache"] for other in others} == {"hit"}
    assert {other.json()["choices"][0]["message"]["content"] for other in others} == {"What is a bond?"}
    assert len(simulator.requests) == 1
    costs = [row["cost_nano_usd"] for row in await trail() if row["type"] == "call.outcome"]
    assert sorted(costs)[:5] == [0] * 5
    assert max(costs) > 0


@on
async def test_who_waits_goes_on_alone_when_the_first_is_left_by_its_caller(
    client: httpx.AsyncClient, gateway: Gateway, simulator: ProviderSimulator
) -> None:
    first = asyncio.create_task(chat(client, "What is a bond?", model="slow"))
    await asked(simulator, 1)
    second = asyncio.create_task(
        chat(client, "What is a bond?", model="slow", headers={**AUTH, "x-govern-timeout-ms": "8000"})
    )
    await asyncio.sleep(0.3)
    assert len(simulator.requests) == 1
    first.cancel()
    await asked(simulator, 2)
    second.cancel()
    await asyncio.gather(first, second, return_exceptions=True)
    assert not gateway.flights._landed


@on
async def test_a_first_that_is_refused_lets_the_others_go(
    client: httpx.AsyncClient, gateway: Gateway, simulator: ProviderSimulator
) -> None:
    answers = await asyncio.gather(*(chat(client, "What is a bond?", model="broken") for _ in range(3)))
    assert {answer.status_code for answer in answers} == {502}
    assert len([row for row in await trail() if row["type"] == "call.outcome"]) == 3
    assert not gateway.flights._landed


BUDGET = {"budgets": [{"name": "none", "scope": {"application": "helpdesk"}, "limit_usd": "0"}]}


@pytest.mark.parametrize("installed", [cached() | BUDGET], indirect=True)
async def test_a_budget_that_refuses_the_first_refuses_each_for_itself(
    client: httpx.AsyncClient, gateway: Gateway, simulator: ProviderSimulator
) -> None:
    answers = await asyncio.gather(*(chat(client, "What is a bond?") for _ in range(3)))
    assert {answer.json()["error"]["code"] for answer in answers} == {"insufficient_quota"}
    assert simulator.requests == []
    assert not gateway.flights._landed


@on
async def test_nobody_waits_longer_than_a_bound(
    client: httpx.AsyncClient, gateway: Gateway, simulator: ProviderSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flights, "WAITS_S", 0.1)
    first = asyncio.create_task(chat(client, "What is a bond?", model="slow"))
    await asked(simulator, 1)
    second = asyncio.create_task(chat(client, "What is a bond?", model="slow"))
    await asked(simulator, 2)
    for task in (first, second):
        task.cancel()
    await asyncio.gather(first, second, return_exceptions=True)


async def test_a_flight_lands_once_and_begins_anew(client: httpx.AsyncClient) -> None:
    several = Flights()
    assert several.lead(b"a")
    assert not several.lead(b"a")
    waiting = asyncio.create_task(several.wait(b"a", longest_s=5))
    await asyncio.sleep(0)
    several.land(b"a")
    await waiting
    several.land(b"a")
    assert several.lead(b"a")
