"""Requests with keys that nobody issued are counted by where they came from, within bounds, and nothing of a key is kept."""

import asyncio
import hashlib
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.utils import timezone

from audit.models import UnknownKeyUse
from audit.services.unknown_keys import forget_unknown_keys
from govern.gateway.callers.caller_address import caller_address
from govern.gateway.callers.unknown_keys import MOST_OF_AN_HOUR, MOST_PLACES, UnknownKeyCounts
from govern.gateway.process.runtime import Gateway
from govern.identity.api_keys import issue_key, revoke_key
from govern.models import Application
from tests.govern.gateway.installation import conninfo, rows, trail, with_orm

BODY = {"model": "echo", "messages": [{"role": "user", "content": "Hello there"}], "max_tokens": 20}
GUESS = "gk-guess-5f3c9aa17be24d08"


async def counted() -> list[dict[str, Any]]:
    return await rows("SELECT * FROM audit_unknown_key ORDER BY requests DESC, address, door")


async def test_a_guess_is_counted_by_address_hour_and_door(client: httpx.AsyncClient, gateway: Gateway) -> None:
    for _ in range(2):
        answer = await client.post("/v1/chat/completions", json=BODY, headers={"authorization": f"Bearer {GUESS}"})
        assert answer.status_code == 401
    await client.post("/v1/messages", json=BODY, headers={"x-api-key": GUESS})
    await client.get("/v1/models", headers={"authorization": f"Bearer {GUESS}"})
    assert await counted() == [], "not on the call's way"
    await gateway.unknown_keys.write()
    found = await counted()
    assert [(row["address"], row["door"], row["requests"]) for row in found] == [
        ("127.0.0.1", "openai", 3),
        ("127.0.0.1", "anthropic", 1),
    ]
    assert found[0]["hour"] == found[0]["hour"].replace(minute=0, second=0, microsecond=0)
    assert found[0]["first_at"] < found[0]["last_at"]
    metrics = gateway.metrics.expose().decode()
    assert re.search(r'govern_unknown_keys_total\{door="openai"\} 3', metrics), metrics
    assert await trail() == []


async def test_nothing_of_a_guessed_key_is_kept(client: httpx.AsyncClient, gateway: Gateway, caplog: Any) -> None:
    await client.post("/v1/chat/completions", json=BODY, headers={"authorization": f"Bearer {GUESS}"})
    kept = repr(gateway.unknown_keys._counts) + repr(list(gateway.unknown_keys._counts))
    await gateway.unknown_keys.write()
    kept += repr(await counted()) + caplog.text
    assert GUESS[3:10] not in kept
    assert hashlib.sha256(GUESS.encode()).hexdigest()[:8] not in kept


async def test_a_missing_or_a_revoked_key_is_no_guess(client: httpx.AsyncClient, gateway: Gateway) -> None:
    def revoked() -> str:
        key, secret = issue_key(application=Application.objects.get(name="helpdesk"), name="gone", by=None)
        revoke_key(key=key, by=None, reason="a test")
        return secret

    secret = await with_orm(revoked)
    for _ in range(20):
        answer = await client.post("/v1/chat/completions", json=BODY, headers={"x-api-key": secret})
        if "revoked" in answer.text:
            break
        await asyncio.sleep(0.05)
    gateway.unknown_keys._counts.clear()  # until the gateway knew the key, it was unknown
    await client.post("/v1/chat/completions", json=BODY, headers={"x-api-key": secret})
    await client.post("/v1/chat/completions", json=BODY)
    await gateway.unknown_keys.write()
    assert await counted() == []
    assert (await trail())[-1]["code"] == "invalid_api_key"


@pytest.fixture
def keys(transactional_db: None) -> UnknownKeyCounts:
    return UnknownKeyCounts(conninfo())


async def test_a_flood_of_addresses_stays_within_bounds_and_hides_nobody(keys: UnknownKeyCounts) -> None:
    total = 0
    for minute in range(3):
        for number in range(10_000):
            keys.note(f"10.{minute}.{number // 250}.{number % 250}", "openai")
        for _ in range(500):
            keys.note("192.0.2.7", "openai")
        total += 10_500
        assert len(keys._counts) <= MOST_PLACES + 2
        await keys.write()
    for _ in range(700):
        keys.note("192.0.2.7", "openai")
    await keys.write()
    found = await counted()
    assert len(found) <= 2 * (MOST_OF_AN_HOUR + 1), "the test may pass from one hour to the next"
    assert sum(row["requests"] for row in found) == total + 700
    seen = {row["address"]: row["requests"] for row in found}
    assert "192.0.2.7" in seen
    assert "" in seen


async def test_two_gateways_that_write_at_once_lose_nothing(keys: UnknownKeyCounts) -> None:
    other = UnknownKeyCounts(conninfo())
    for number in range(900):
        keys.note(f"10.0.{number // 250}.{number % 250}", "openai")
        other.note(f"10.0.{number // 250}.{number % 250}", "openai")
    await asyncio.gather(keys.write(), other.write())
    assert sum(row["requests"] for row in await counted()) == 1_800


async def test_what_could_not_be_written_is_written_later(keys: UnknownKeyCounts) -> None:
    keys.note("192.0.2.7", "openai")
    keys._conninfo, there = "host=127.0.0.1 port=9 dbname=none", keys._conninfo
    await keys.write()
    keys.note("192.0.2.7", "openai")
    keys._conninfo = there
    await keys.write()
    assert [row["requests"] for row in await counted()] == [2]


async def test_addresses_are_forgotten_after_a_month(keys: UnknownKeyCounts) -> None:
    keys.note("192.0.2.7", "openai")
    await keys.write()
    assert await with_orm(forget_unknown_keys) == 0
    old = timezone.now() - timedelta(days=31)
    await with_orm(lambda: UnknownKeyUse.objects.update(hour=old))
    assert await with_orm(forget_unknown_keys) == 1


@pytest.mark.parametrize(
    ("proxies", "forwarded", "peer", "found"),
    [
        (0, None, "192.0.2.7", "192.0.2.7"),
        (0, "203.0.113.5", "192.0.2.7", "192.0.2.7"),
        (1, "203.0.113.5", "192.0.2.7", "203.0.113.5"),
        (1, "198.51.100.1, 203.0.113.5", "192.0.2.7", "203.0.113.5"),
        (2, "198.51.100.1, 203.0.113.5", "192.0.2.7", "198.51.100.1"),
        (2, "203.0.113.5", "192.0.2.7", "192.0.2.7"),
        (1, "203.0.113.5:4711", "192.0.2.7", "203.0.113.5"),
        (1, "[2001:db8::5]:4711", "192.0.2.7", "2001:db8::/64"),
        (1, "<script>", "192.0.2.7", "192.0.2.7"),
        (1, "x" * 100_000, "192.0.2.7", "192.0.2.7"),
        (0, None, "::ffff:192.0.2.7", "192.0.2.7"),
        (0, None, "2001:db8:0:1:aaaa::1", "2001:db8:0:1::/64"),
        (0, None, "fe80::1%eth0", "fe80::/64"),
        (0, None, "", "?"),
        (0, None, "unix:", "?"),
    ],
)
def test_an_address_is_believed_as_far_as_proxies_are(
    proxies: int, forwarded: str | None, peer: str, found: str, settings: Any
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    headers = {} if forwarded is None else {b"x-forwarded-for": forwarded.encode()}
    assert caller_address(headers, peer) == found


async def test_what_two_proxies_add_in_two_lines_is_one_list(
    client: httpx.AsyncClient, gateway: Gateway, settings: Any
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    sent = [("x-api-key", GUESS), ("x-forwarded-for", "203.0.113.5"), ("x-forwarded-for", "198.51.100.1")]
    await client.post("/v1/messages", json=BODY, headers=sent)
    await gateway.unknown_keys.write()
    assert [row["address"] for row in await counted()] == ["203.0.113.5"]
