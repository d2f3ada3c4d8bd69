"""The same request gets the same answer again, where a rule says so: unpaid, recorded, and under the guards in force."""

import uuid
from typing import Any

import httpx
import pytest

from govern.gateway.process.runtime import Gateway
from tests.govern.gateway.caching import AUTH, ask, cached, said
from tests.govern.gateway.installation import RISK_ENGINE, rows, trail
from tests.govern.gateway.test_chat import chat, text_of
from tests.provider_simulator import ProviderSimulator

on = pytest.mark.parametrize("installed", [cached()], indirect=True)
router = pytest.mark.parametrize("client", ["router"], indirect=True)
TOOLS = [{"type": "function", "function": {"name": "look_up", "parameters": {"type": "object"}}}]


@router
async def test_nothing_is_kept_unless_a_rule_says_so(
    client: httpx.AsyncClient, gateway: Gateway, simulator: ProviderSimulator
) -> None:
    first, second = await ask(client, gateway), await ask(client, gateway)
    assert said(first) == said(second) == ("off", None)
    assert len(simulator.requests) == 2
    assert await rows("SELECT 1 FROM govern_cachedanswer") == []
    assert (await trail())[-1]["body"]["cache"] is None


@on
async def test_the_second_call_is_answered_without_a_provider(
    client: httpx.AsyncClient, gateway: Gateway, simulator: ProviderSimulator
) -> None:
    first, second = await ask(client, gateway), await ask(client, gateway)
    assert said(first) == ("miss", None)
    assert said(second) == ("hit", "0")
    assert len(simulator.requests) == 1
    assert second.json()["choices"] == first.json()["choices"]
    assert second.json()["id"] != first.json()["id"]
    assert second.headers["x-govern-cost-usd"] == "0.00"
    assert float(first.headers["x-govern-cost-usd"]) > 0


@on
@router
async def test_a_hit_has_its_intent_and_its_outcome_and_names_the_call_that_was_paid(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    first, second = await ask(client, gateway), await ask(client, gateway)
    call_id = uuid.UUID(second.headers["x-request-id"])
    intent, outcome = [row for row in await trail() if row["call_id"] == call_id]
    assert (intent["type"], outcome["type"], outcome["status"]) == ("call.intent", "call.outcome", 200)
    paid = next(row for row in await trail() if row["type"] == "call.outcome")
    assert outcome["cost_nano_usd"] == 0
    assert outcome["body"]["cache"] == {
        "result": "hit",
        "of": first.headers["x-request-id"],
        "age_s": 0,
        "saved_nano_usd": paid["cost_nano_usd"],
    }
    assert paid["body"]["cache"] == {"result": "miss"}
    assert outcome["body"]["served_model"] == "echo"
    assert outcome["body"]["output_digest"] == paid["body"]["output_digest"]


@on
@pytest.mark.parametrize("first", [False, True])
async def test_a_stream_and_a_whole_answer_are_one_entry(
    client: httpx.AsyncClient, gateway: Gateway, simulator: ProviderSimulator, first: bool
) -> None:
    second = not first
    options: dict[str, Any] = {"stream_options": {"include_usage": True}}
    await ask(client, gateway, stream=first, **(options if first else {}))
    response = await ask(client, gateway, stream=second, **(options if second else {}))
    assert said(response)[0] == "hit"
    text = text_of(response) if second else response.json()["choices"][0]["message"]["content"]
    assert text == "What is a bond?"
    if second:
        assert response.headers["content-type"].startswith("text/event-stream")
        assert '"total_tokens":15' in response.text
        assert response.text.rstrip().endswith("[DONE]")
    assert len(simulator.requests) == 1
    assert (await trail())[-1]["cost_nano_usd"] == 0


@on
@router
async def test_blanks_order_and_words_about_the_caller_do_not_matter(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    await ask(client, gateway, user="amy", metadata={"ticket": "1"})
    body = '{ "max_tokens": 20,\n "messages": [ {"content": "What is a bond?", "role": "user"} ], "user": "ben", "model": "echo" }'
    response = await client.post("/v1/chat/completions", content=body, headers=AUTH)
    assert said(response)[0] == "hit"


CHANGES: list[dict[str, Any]] = [
    {"temperature": 0.1},
    {"max_tokens": 21},
    {"seed": 7},
    {"model": "long"},
    {"model": "auto"},
    {"stop": ["x"]},
    {"messages": [{"role": "user", "content": "What is a bond? "}]},
    {"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "What is a bond?"}]},
    {"unknown_field": 1},
]


@on
@router
async def test_whatever_an_answer_depends_on_makes_another_request(client: httpx.AsyncClient, gateway: Gateway) -> None:
    await ask(client, gateway)
    for change in CHANGES:
        assert said(await ask(client, gateway, **change))[0] == "miss", change


@on
@pytest.mark.parametrize(
    ("asked", "results"), [("no-cache", ["miss", "miss", "hit"]), ("no-store", ["off", "off", "miss"])]
)
@router
async def test_a_caller_can_have_a_fresh_answer(
    client: httpx.AsyncClient, gateway: Gateway, asked: str, results: list[str]
) -> None:
    fresh = {**AUTH, "cache-control": f"max-age=0, {asked.upper()}"}
    found = [said(await ask(client, gateway, headers=headers))[0] for headers in (fresh, fresh, AUTH)]
    assert found == results


@on
@router
async def test_a_fresh_answer_takes_the_place_of_the_old_one(client: httpx.AsyncClient, gateway: Gateway) -> None:
    await ask(client, gateway)
    fresh = await ask(client, gateway, headers={**AUTH, "cache-control": "no-cache"})
    hit = await ask(client, gateway)
    assert (await trail())[-1]["body"]["cache"]["of"] == fresh.headers["x-request-id"]
    assert said(hit)[0] == "hit"
    assert len(await rows("SELECT 1 FROM audit_payload WHERE purpose = 'cache'")) == 1


NOT_KEPT: list[dict[str, Any]] = [
    {"tools": TOOLS},
    {"messages": [{"role": "user", "content": "Write to jane.doe@example.com about it."}]},
    {"model": "leaky"},
    {"model": "spilling"},
    {"model": "cut", "stream": True},
    {"model": "broken"},
    {
        "messages": [
            {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk="}}]}
        ]
    },
    {"logprobs": True},
]
"""Calls with tools, personal data or pictures, calls in which a guard found something, and calls that did not end well."""


@on
@router
async def test_what_must_not_be_kept_is_not(client: httpx.AsyncClient, gateway: Gateway) -> None:
    for body in NOT_KEPT:
        for _ in range(2):
            response = await ask(client, gateway, **body)
            assert response.headers.get("x-govern-cache") != "hit", body
        assert await rows("SELECT 1 FROM govern_cachedanswer") == [], body
        assert await rows("SELECT 1 FROM audit_payload WHERE purpose = 'cache'") == [], body


@pytest.mark.parametrize("installed", [cached(tools=True, personal_data=True, guards=[])], indirect=True)
@router
async def test_a_rule_may_include_tools_and_personal_data(client: httpx.AsyncClient, gateway: Gateway) -> None:
    for body in ({"tools": TOOLS}, {"model": "leaky"}):
        assert [said(await ask(client, gateway, **body))[0] for _ in range(2)] == ["miss", "hit"]


@on
@router
async def test_what_is_kept_is_sealed_and_the_table_names_no_prompt(
    client: httpx.AsyncClient, gateway: Gateway
) -> None:
    await ask(client, gateway)
    (kept,) = await rows("SELECT application, ciphertext FROM audit_payload WHERE purpose = 'cache'")
    (entry,) = await rows("SELECT * FROM govern_cachedanswer")
    assert kept["application"] == "helpdesk"
    assert b"bond" not in kept["ciphertext"] + repr(entry).encode()


@pytest.mark.parametrize("installed", [cached(ttl_s=60)], indirect=True)
@router
async def test_an_answer_is_given_for_its_time_alone(client: httpx.AsyncClient, gateway: Gateway) -> None:
    await ask(client, gateway)
    (kept,) = await rows("SELECT expires_at - at AS time FROM audit_payload WHERE purpose = 'cache'")
    assert round(kept["time"].total_seconds()) == 60
    await rows(
        "UPDATE govern_cachedanswer SET stored_at = stored_at - interval '50 s', expires_at = expires_at - interval '50 s' RETURNING 1"
    )
    hit = await ask(client, gateway)
    assert said(hit) == ("hit", hit.headers["age"])
    assert 50 <= int(hit.headers["age"]) < 60
    await rows("UPDATE govern_cachedanswer SET expires_at = clock_timestamp() RETURNING 1")
    assert said(await ask(client, gateway))[0] == "miss"


@pytest.mark.parametrize("installed", [cached(most_answers=2)], indirect=True)
@router
async def test_the_oldest_go_first(client: httpx.AsyncClient, gateway: Gateway) -> None:
    for text in ("One?", "Two?", "Three?"):
        await ask(client, gateway, text)
    assert len(await rows("SELECT 1 FROM audit_payload WHERE purpose = 'cache' AND wrapped_key IS NOT NULL")) == 2
    assert [said(await ask(client, gateway, text))[0] for text in ("Three?", "Two?", "One?")] == ["hit", "hit", "miss"]


@pytest.mark.parametrize("installed", [cached(most_answers=1)], indirect=True)
@router
async def test_an_application_does_not_push_out_anothers(client: httpx.AsyncClient, gateway: Gateway) -> None:
    await ask(client, gateway)
    await ask(client, gateway, headers={"authorization": f"Bearer {RISK_ENGINE}"})
    assert said(await ask(client, gateway))[0] == "hit"


@on
@router
async def test_a_database_that_is_away_is_a_miss(
    client: httpx.AsyncClient, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ask(client, gateway)
    for link in (gateway.cached_answers._finding, gateway.cached_answers._storing):
        await link.close()
        monkeypatch.setattr(link, "_conninfo", "host=127.0.0.1 port=9 dbname=nothing")
    response = await ask(client, gateway)
    assert (response.status_code, said(response)[0]) == (200, "miss")


@pytest.mark.parametrize(
    "installed",
    [cached() | {"budgets": [{"name": "tight", "scope": {"application": "helpdesk"}, "limit_usd": "0.0006"}]}],
    indirect=True,
)
@router
async def test_a_hit_needs_no_budget(client: httpx.AsyncClient, gateway: Gateway) -> None:
    assert (await ask(client, gateway)).status_code == 200
    statuses = [(await ask(client, gateway, f"Question {number}?")).status_code for number in range(40)]
    assert statuses[-1] == 429
    assert said(await ask(client, gateway))[0] == "hit"


@on
@router
async def test_other_doors_give_it_in_their_own_words(client: httpx.AsyncClient, gateway: Gateway) -> None:
    body = {"model": "echo", "max_tokens": 20, "messages": [{"role": "user", "content": "What is a bond?"}]}
    await ask(client, gateway)
    results = []
    for _ in range(2):
        response = await client.post("/v1/messages", json=body, headers=AUTH)
        await gateway.keeping_answers.finish()
        results.append(said(response)[0])
        assert response.json()["content"] == [{"type": "text", "text": "What is a bond?"}]
    assert results == ["miss", "hit"]
    streamed = await client.post("/v1/messages", json={**body, "stream": True}, headers=AUTH)
    assert (said(streamed)[0], "message_stop" in streamed.text) == ("hit", True)
    assert (await chat(client, "What is a bond?")).headers["x-govern-cache"] == "hit"
