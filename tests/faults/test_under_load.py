"""The promises of the trail and of budgets, kept by the whole platform under load and under faults."""

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.platform import Platform, Seen, results

pytestmark = pytest.mark.long
BUDGET = [{"name": "all", "period": "total", "limit_usd": "50"}]


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with Platform(tmp_path_factory.mktemp("platform"), workers=2, budgets=BUDGET) as running:
        yield running


def accounts_agree(platform: Platform) -> None:
    """Nothing is held, and what was spent is what the outcomes cost."""
    ((settled, reserved),) = platform.psql("SELECT settled_nano_usd, reserved_nano_usd FROM govern_budgetaccount")
    ((cost,),) = platform.psql("SELECT sum(cost_nano_usd)::bigint FROM audit_event WHERE type = 'call.outcome'")
    assert (settled, reserved) == (cost, 0)


async def test_every_call_leaves_exactly_one_intent_and_one_outcome(platform: Platform) -> None:
    seen = await platform.load(2_000, 48)
    assert set(results(seen)) == {200, 403}
    report = platform.verified()
    assert (report["ok"], report["intents"], report["outcomes"], report["orphans"]) == (True, 2_000, 2_000, 0)
    accounts_agree(platform)


async def test_a_stopped_database_means_503_and_nothing_is_sent(platform: Platform) -> None:
    processes = platform.database_processes()
    sent = len(platform.simulator.requests)
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        seen = await platform.load(30, 10)
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)
    assert set(results(seen)) == {503}
    assert len(platform.simulator.requests) == sent
    assert await _answers_again(platform)


async def test_a_killed_database_comes_back_and_nothing_is_lost(platform: Platform) -> None:
    load = asyncio.create_task(platform.load(600, 16))
    await asyncio.sleep(1)
    os.kill(platform.database_processes()[0], signal.SIGKILL)
    seen = await load
    assert await _answers_again(platform)
    _all_recorded(platform, seen)


async def test_a_trail_that_cannot_be_written_means_503_and_nothing_is_sent(platform: Platform) -> None:
    platform.psql("REVOKE INSERT ON audit_event FROM govern_app")
    sent = len(platform.simulator.requests)
    try:
        seen = await platform.load(20, 10)
        assert set(results(seen)) == {503}
        assert len(platform.simulator.requests) == sent
    finally:
        platform.psql("GRANT INSERT ON audit_event TO govern_app")
    assert await _answers_again(platform)


async def test_a_key_revoked_by_hand_is_refused_by_every_worker_within_a_second(platform: Platform) -> None:
    platform.psql("UPDATE govern_apikey SET revoked_at = now() WHERE name = 'main' AND last_four = '9abc'")
    await asyncio.sleep(1)
    assert set(results(await platform.load(20, 10))) == {401}
    platform.psql("UPDATE govern_apikey SET revoked_at = NULL WHERE last_four = '9abc'")
    assert await _answers_again(platform)


async def test_a_gateway_killed_under_load_loses_no_delivered_outcome(platform: Platform) -> None:
    load = asyncio.create_task(platform.load(600, 16))
    await asyncio.sleep(1)
    os.kill(platform.worker(), signal.SIGKILL)
    seen = await load
    assert await _answers_again(platform)
    _all_recorded(platform, seen)


async def test_sigterm_under_load_finishes_what_was_begun_and_leaves_nothing(platform: Platform) -> None:
    load = asyncio.create_task(platform.load(1_500, 16))
    await asyncio.sleep(1)
    platform.process.send_signal(signal.SIGTERM)
    seen = await load
    assert await asyncio.to_thread(platform.process.wait, 60) == 0
    assert "cut" not in results(seen)
    assert platform.processes_left() == []
    assert platform.verified()["ok"]
    platform.start()
    _all_recorded(platform, seen)


async def test_after_all_of_this_every_call_is_closed_and_every_reservation_settled(platform: Platform) -> None:
    # The gateways of the tests before are gone; this one has closed what they left open.
    for _ in range(60):
        ((reserved,),) = platform.psql("SELECT reserved_nano_usd FROM govern_budgetaccount")
        if reserved == 0:
            break
        await asyncio.sleep(1)
    report = platform.verified()
    assert (report["ok"], report["orphans"], report["intents"]) == (True, 0, report["outcomes"])
    accounts_agree(platform)


async def test_a_budget_for_fifty_calls_admits_exactly_fifty_of_three_hundred(tmp_path: Path) -> None:
    # What the ledger holds for one such call: it fits fifty times and not once more.
    with Platform(tmp_path, workers=2, budgets=[{"name": "b", "period": "total", "limit_usd": "50"}]) as platform:
        await platform.load(1, 1, model="silent", stream=False)
        ((held,),) = platform.psql("SELECT settled_nano_usd FROM govern_budgetaccount")
        platform.psql(f"UPDATE govern_budgetaccount SET settled_nano_usd = {50_000_000_000 - 50 * held}")
        seen = await platform.load(
            300, 300, model="silent", stream=False, messages=[{"role": "user", "content": "Hello there"}]
        )
        assert results(seen) == {200: 50, 429: 250}


async def _answers_again(platform: Platform) -> bool:
    for _ in range(150):
        seen = await platform.load(4, 4)
        if set(results(seen)) <= {200, 403}:
            return True
        await asyncio.sleep(0.2)
    return False


def _all_recorded(platform: Platform, seen: list[Seen]) -> None:
    """Every answer that a client has seen whole has its outcome in the trail."""
    answered = {one.call_id for one in seen if one.result in (200, 403)}
    found = {row[0] for row in platform.psql("SELECT call_id::text FROM audit_event WHERE type = 'call.outcome'")}
    assert answered
    assert answered <= found
