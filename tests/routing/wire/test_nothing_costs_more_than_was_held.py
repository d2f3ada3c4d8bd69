"""For every door and every kind of provider: what leaves cannot cost more than what was held for it, however a caller writes it."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routing.bodies import CatalogModelBody, TokenPrices
from routing.calls import ChatRequest, InvalidRequest
from routing.money import Prices, upper_bound
from routing.providers import PROVIDERS, Target
from routing.terms import without_multipliers
from tests.routing.wire.doors import CHAT, GOOGLE, MESSAGES, RESPONSES, Door
from tests.routing.wire.greedy_provider import WINDOW, charged_nano_usd, limits_in

MOST = 4_000
KINDS = sorted(PROVIDERS)
PAIRS = [(door, kind) for door in (CHAT, MESSAGES, RESPONSES, GOOGLE) for kind in KINDS]
PRICES = Prices.of_model(
    CatalogModelBody(
        name="m",
        usd_per_1k=TokenPrices(input="0.001", output="0.010", cache_write="0.00125"),
        usd_per_1k_searches="10",
    )
)
PLAIN: dict[str, dict[str, Any]] = {
    "chat": {"model": "m", "messages": [{"role": "user", "content": "Hi"}]},
    "messages": {"model": "m", "max_tokens": 50, "messages": [{"role": "user", "content": "Hi"}]},
    "responses": {"model": "m", "input": "Hi"},
    "google": {"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]},
}
LIMITS = [
    *("max_tokens", "max_completion_tokens", "max_output_tokens", "maxOutputTokens", "max_new_tokens", "n_predict"),
    *("num_predict", "maxTokens", "MAX_TOKENS", "max-tokens", "max_length", "max_tokens_to_sample"),
]
TIMES = [
    "n",
    "best_of",
    "bestOf",
    "candidateCount",
    "candidate_count",
    "num_generations",
    "num_return_sequences",
    "num_beams",
]
NUMBERS = [
    1,
    10,
    3_999,
    4_001,
    1_000_000,
    10.0,
    1e9,
    1e300,
    -1,
    0,
    "10",
    "100000",
    True,
    False,
    None,
    [],
    {},
    2**53 + 1,
    10**30,
]
TIERS = ["priority", "scale", "fast", "auto", "flex", "Priority", "performance", "", None, 3]


def target(kind: str, *, held: bool = True) -> Target:
    return Target("p", kind, "https://example.org/v1", "up", max_output_tokens=MOST, held=held)


def leaving(door: Door, kind: str, body: bytes, *, held: bool = True) -> tuple[ChatRequest, bytes, Any] | None:
    """The request, what the provider is sent and its bound; None if it is refused."""
    try:
        request = door.whole.decode(body, door.path)
        outgoing = PROVIDERS[kind].outgoing(request, target(kind, held=held), stream=False)
    except InvalidRequest:
        return None
    assert PRICES is not None
    bound = upper_bound(request, PRICES, outgoing.terms, sent_bytes=len(outgoing.body), context_window=WINDOW)
    return request, outgoing.body, bound


def assert_held(door: Door, kind: str, body: bytes) -> None:
    found = leaving(door, kind, body)
    if found is None:
        return
    _, sent, bound = found
    assert limits_in(sent), sent
    assert max(limits_in(sent)) <= MOST
    if bound.unbounded is None:
        assert charged_nano_usd(sent) <= bound.nano_usd, sent


def written(door: Door, fields: dict[str, Any], config: dict[str, Any] | None = None, **more: Any) -> bytes:
    body = {**PLAIN[door.name], **fields}
    if config is not None:
        body["generationConfig"] = config
    return json.dumps({**body, **more}).encode()


@pytest.mark.parametrize(("door", "kind"), PAIRS, ids=lambda value: getattr(value, "name", value))
def test_a_plain_body_leaves_with_one_limit(door, kind):
    found = leaving(door, kind, written(door, {}))
    assert found is not None
    assert len(limits_in(found[1])) == 1
    assert_held(door, kind, written(door, {}))


@pytest.mark.parametrize(("door", "kind"), PAIRS, ids=lambda value: getattr(value, "name", value))
def test_two_spellings_leave_as_one(door, kind):
    for one in LIMITS:
        for other in LIMITS:
            for values in ((100_000, 10), (10, 100_000)):
                body = written(door, {one: values[0], other: values[1]})
                found = leaving(door, kind, body)
                if found is not None:
                    assert len(limits_in(found[1])) == 1, (one, other, found[1])
                assert_held(door, kind, body)


@pytest.mark.parametrize(("door", "kind"), PAIRS, ids=lambda value: getattr(value, "name", value))
def test_the_smaller_of_two_limits_is_the_one(door, kind):
    if door.name == "chat":
        found = leaving(door, kind, written(door, {"max_tokens": 100_000, "max_completion_tokens": 20}))
        assert found is not None
        assert limits_in(found[1]) == [20]


@pytest.mark.parametrize(("door", "kind"), PAIRS, ids=lambda value: getattr(value, "name", value))
def test_googles_two_cases_of_one_object_are_refused(door, kind):
    both = {
        "generationConfig": {"maxOutputTokens": 10},
        "generation_config": {"max_output_tokens": 1_000_000, "candidate_count": 8},
    }
    assert_held(door, kind, written(door, both))
    inside = {"generationConfig": {"maxOutputTokens": 10, "max_output_tokens": 1_000_000}}
    assert_held(door, kind, written(door, inside))
    if door is GOOGLE and kind == "google":
        assert leaving(door, kind, written(door, both)) is None
        assert leaving(door, kind, written(door, inside)) is None


@pytest.mark.parametrize(("door", "kind"), PAIRS, ids=lambda value: getattr(value, "name", value))
def test_what_multiplies_is_held_for(door, kind):
    for name in TIMES:
        for value in (2, 8, 50, 128, 129, "8", 8.0, True, -3):
            assert_held(door, kind, written(door, {name: value}))
            assert_held(door, kind, written(door, {}, config={name: value, "maxOutputTokens": 10}))


@pytest.mark.parametrize("kind", ["openai", "openai_compatible"])
def test_best_of_is_priced(kind):
    plain = leaving(CHAT, kind, written(CHAT, {"max_tokens": 1_000}))
    fifty = leaving(CHAT, kind, written(CHAT, {"max_tokens": 1_000, "best_of": 50}))
    assert plain is not None
    assert fifty is not None
    assert fifty[2].nano_usd - plain[2].nano_usd >= 49 * 1_000 * 10_000


@pytest.mark.parametrize(("door", "kind"), PAIRS, ids=lambda value: getattr(value, "name", value))
@pytest.mark.parametrize("name", ["service_tier", "serviceTier", "speed"])
def test_a_dearer_tier_is_not_bought(door, kind, name):
    for tier in TIERS:
        body = written(door, {name: tier})
        found = leaving(door, kind, body)
        if found is not None:
            assert "riority" not in found[1].decode()
            assert "fast" not in found[1].decode()
        assert_held(door, kind, body)


@pytest.mark.parametrize(("door", "kind"), PAIRS, ids=lambda value: getattr(value, "name", value))
@pytest.mark.parametrize(
    "fields",
    [
        {"options": {"num_predict": 100_000}},
        {"extra_body": {"max_tokens": 100_000}},
        {"sampling": [{"n": 8}]},
        {"web_search_options": {}},
        {"mcp_servers": [{"type": "url", "url": "https://example.org", "name": "x"}]},
        {"tools": [{"type": "web_search_20250305", "name": "web_search"}]},
        {"tools": [{"type": "web_search_20250305", "name": "web_search", "max_uses": 3}]},
        {"tools": [{"type": "web_search_20250305", "name": "web_search", "max_uses": "3"}]},
        {"tools": [{"type": "code_execution_20250825", "name": "code"}]},
        {"tools": [{"type": "web_search"}], "max_tool_calls": 2},
        {"tools": [{"type": "web_search"}]},
        {"tools": [{"googleSearch": {}}]},
        {"tools": [{"google_search": {}, "functionDeclarations": [{"name": "f"}]}]},
        {"search_parameters": {"mode": "on"}},
        {"thinking": {"type": "enabled", "budget_tokens": 900_000}},
        {"reasoning": {"max_tokens": 900_000}},
        {"thinking_budget": 900_000},
        {"min_tokens": 900_000},
    ],
    ids=str,
)
def test_what_servers_add_is_held_for_refused_or_without_a_bound(door, kind, fields):
    assert_held(door, kind, written(door, fields))


def test_a_key_sent_twice_leaves_once():
    body = b'{"model":"m","max_tokens":10,"messages":[{"role":"user","content":"Hi"}],"max_tokens":1000000}'
    for kind in KINDS:
        assert_held(CHAT, kind, body)
        assert_held(MESSAGES, kind, body)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    pair=st.sampled_from(PAIRS),
    fields=st.dictionaries(
        st.sampled_from([*LIMITS, *TIMES, "service_tier", "thinking_budget", "min_tokens"]),
        st.sampled_from(NUMBERS),
        max_size=4,
    ),
    config=st.none()
    | st.dictionaries(
        st.sampled_from([*LIMITS, *TIMES, "thinkingConfig", "thinking_config"]), st.sampled_from(NUMBERS), max_size=3
    ),
    snake=st.none()
    | st.dictionaries(st.sampled_from(["max_output_tokens", "candidate_count"]), st.sampled_from(NUMBERS), max_size=2),
    words=st.text(max_size=40),
)
def test_random_bodies(pair, fields, config, snake, words):
    door, kind = pair
    body = json.loads(written(door, fields, config))
    if snake is not None:
        body["generation_config"] = snake
    body["unknown"] = words
    assert_held(door, kind, json.dumps(body).encode())


@pytest.mark.parametrize("fields", [{"n": 4}, {"best_of": "9"}, {"options": {"num_return_sequences": 3}}])
def test_embeddings_are_not_multiplied(fields):
    with pytest.raises(InvalidRequest):
        without_multipliers({"model": "m", "input": "Hi", **fields})


def test_embeddings_buy_no_dearer_tier():
    assert without_multipliers({"model": "m", "input": ["Hi"], "service_tier": "priority"}) == {
        "model": "m",
        "input": ["Hi"],
    }


@pytest.mark.parametrize("fields", [{"n": 100, "best_of": 100}, {"n": 2, "best_of": 128}])
def test_multipliers_are_refused_beyond_what_an_account_can_hold(fields):
    assert leaving(CHAT, "openai_compatible", written(CHAT, fields)) is None


def test_so_are_uses_of_tools():
    tool = {"type": "web_search_20250305", "name": "web_search", "max_uses": 10**18}
    assert leaving(MESSAGES, "anthropic", written(MESSAGES, {"tools": [tool]})) is None
    body = {"tools": [{"type": "web_search"}], "max_tool_calls": 10**18}
    assert leaving(RESPONSES, "openai_responses", written(RESPONSES, body)) is None
