"""Parameters that the chosen model does not know: left out and named, or refused, as policy says; what nobody can do is a clear refusal."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from govern.gateway.callers.callers_words import LONGEST
from tests.govern.gateway.any_provider import KINDS, AnyProvider
from tests.govern.gateway.installation import HELPDESK, document, install, trail
from tests.sdk.scripted_answers import ANSWERS, Said

pytestmark = pytest.mark.parametrize("client", ["router"], indirect=True)
AUTH = {"authorization": f"Bearer {HELPDESK}"}
ASKED: dict[str, Any] = {"seed": 7, "top_k": 5, "logit_bias": {"50256": -100}, "store": True, "mirostat": 2}
DROPPED = {
    "anthropic": "logit_bias, mirostat, seed, store",
    "google": "logit_bias, mirostat, store",
    "openai": "top_k",
    "openai_compatible": None,
    "openai_responses": "logit_bias, mirostat, seed, top_k",
}
"""Kind → what it does not know of that. OpenAI and who imitates it get what we do not know, since they may."""
IMPOSSIBLE = [
    ("anthropic", {"n": 2}, "n"),
    ("openai_responses", {"n": 2}, "n"),
    ("anthropic", {"logprobs": True}, "logprobs"),
    ("anthropic", {"modalities": ["text", "audio"]}, "modalities"),
    ("openai_responses", {"modalities": ["text", "audio"]}, "modalities"),
]

STATED = {"not_taken": ["seed"], "not_taken_while_reasoning": ["temperature"], "effort": "none"}
ODD_NAMES = {
    "nul": "\x00",
    "a line break": "a\r\nset-cookie: x=1",
    "a control character": "\x1b[31mred",
    "not ASCII": "參數",
    "an emoji": "🙂",
    "a very long name": "n" * 100_000,
    "a right-to-left mark": "a\u202eb",
    "a comma and a percent sign": "a,b%0d%0a",
    "a line separator": "a\u2028b",
}


def routing(unsupported: str) -> list[dict[str, Any]]:
    return [
        {
            "name": kind,
            "when": f'metadata.kind == "{kind}"',
            "rules": [
                {
                    "name": "only",
                    "candidates": [kind],
                    "fallbacks": [name for name in ("openai_compatible",) if name != kind],
                    "unsupported": unsupported,
                }
            ],
        }
        for kind in KINDS
    ]


@pytest.fixture
def provider() -> Iterator[AnyProvider]:
    with AnyProvider() as running:
        yield running


@pytest.fixture
def installed(transactional_db: None, provider: AnyProvider, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    param = getattr(request, "param", "drop")
    sections = {**provider.sections(), "routing_policies": routing("refuse" if param == "refuse" else "drop")}
    if param == "stated":
        sections["models"] = [{**model, "parameters": STATED} for model in sections["models"]]
    install(tmp_path, document("http://unused", **sections))


async def ask(client: httpx.AsyncClient, provider: AnyProvider, kind: str, **asked: Any) -> httpx.Response:
    provider.says(json.dumps(ANSWERS[kind][0](Said("Fine."))).encode())
    body = {"messages": [{"role": "user", "content": "Hi"}], "max_tokens": 50, "model": kind, **asked}
    return await client.post("/v1/chat/completions", json=body, headers=AUTH)


async def test_what_is_not_known_is_left_out_and_named(client: httpx.AsyncClient, provider: AnyProvider) -> None:
    for kind, dropped in DROPPED.items():
        response = await ask(client, provider, kind, **ASKED)
        assert response.status_code == 200, response.text
        assert response.headers.get("x-govern-dropped-parameters") == dropped, kind
        names = dropped.split(", ") if dropped else []
        assert (await trail())[-1]["body"]["dropped_parameters"] == names
        assert not json.loads(provider.bodies[-1]).keys() & set(names)


@pytest.mark.parametrize("name", ODD_NAMES.values(), ids=ODD_NAMES)
async def test_a_parameter_of_any_name_is_left_out_and_named(
    client: httpx.AsyncClient, provider: AnyProvider, name: str
) -> None:
    response = await ask(client, provider, "anthropic", **{name: 1})
    assert response.status_code == 200
    assert len(response.headers["x-govern-dropped-parameters"]) < 13 * LONGEST
    (recorded,) = (await trail())[-1]["body"]["dropped_parameters"]
    assert len(recorded) <= LONGEST
    assert "\x00" not in recorded


async def test_a_stream_names_it_too(client: httpx.AsyncClient, provider: AnyProvider) -> None:
    response = await ask(client, provider, "anthropic", stream=True, **ASKED)
    assert response.headers["x-govern-dropped-parameters"] == DROPPED["anthropic"]


async def test_what_is_known_is_sent_and_nothing_is_named(client: httpx.AsyncClient, provider: AnyProvider) -> None:
    for kind in KINDS:
        response = await ask(client, provider, kind, temperature=0.5)
        assert "x-govern-dropped-parameters" not in response.headers
        sent = json.loads(provider.bodies[-1])
        assert (sent.get("generationConfig") or sent)["temperature"] == 0.5


@pytest.mark.parametrize("installed", ["refuse"], indirect=True)
async def test_where_policy_says_so_it_is_refused(client: httpx.AsyncClient, provider: AnyProvider) -> None:
    for kind, dropped in DROPPED.items():
        metadata = {"kind": kind} if kind.startswith("openai") else {}
        response = await ask(client, provider, kind, model="auto", metadata={"kind": kind}, **ASKED)
        if dropped is None:
            assert response.status_code == 200, response.text
            continue
        error = response.json()["error"]
        assert (response.status_code, error["code"]) == (400, "invalid_request"), kind
        assert error["param"] in [*dropped.split(", "), *([] if metadata else ["metadata"])]
        assert error["message"].startswith(f"{kind} does not know ")
        outcome = (await trail())[-1]
        assert (outcome["code"], outcome["cost_nano_usd"]) == ("invalid_request", 0)


@pytest.mark.parametrize("stream", [False, True])
async def test_what_nobody_can_do_there_is_refused(
    client: httpx.AsyncClient, provider: AnyProvider, stream: bool
) -> None:
    for kind, asked, param in IMPOSSIBLE:
        response = await ask(client, provider, kind, stream=stream, **asked)
        error = response.json()["error"]
        assert (response.status_code, error["code"], error["param"]) == (400, "invalid_request", param), kind
        assert response.headers["x-should-retry"] == "false"
        outcome = (await trail())[-1]
        assert (outcome["type"], outcome["code"], outcome["cost_nano_usd"]) == ("call.outcome", "invalid_request", 0)
    assert provider.bodies == []


async def test_a_fallback_that_can_do_it_does(client: httpx.AsyncClient, provider: AnyProvider) -> None:
    provider.says(json.dumps(ANSWERS["openai"][0](Said("Fine."))).encode())
    body = {"model": "auto", "messages": [{"role": "user", "content": "Hi"}], "n": 2, "max_tokens": 50}
    response = await client.post("/v1/chat/completions", json=body | {"metadata": {"kind": "anthropic"}}, headers=AUTH)
    assert response.headers["x-govern-model"] == "openai_compatible"
    assert (await trail())[-1]["cost_nano_usd"] == 20 * 1_000 + 7 * 2_000
    assert len(provider.bodies) == 1


@pytest.mark.parametrize("installed", ["stated"], indirect=True)
@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("effort", "dropped"), [(None, "seed"), ("none", "seed"), ("high", "seed, temperature")])
async def test_what_the_catalogue_says_of_a_model_holds(
    client: httpx.AsyncClient, provider: AnyProvider, effort: str | None, dropped: str, stream: bool
) -> None:
    for kind in ("openai", "openai_compatible"):
        response = await ask(
            client, provider, kind, seed=1, temperature=0.5, top_p=0.5, stream=stream, reasoning_effort=effort
        )
        assert response.headers["x-govern-dropped-parameters"] == dropped
        assert (await trail())[-1]["body"]["dropped_parameters"] == dropped.split(", ")
        sent = json.loads(provider.bodies[-1])
        assert sent.keys() & {"seed", "temperature", "top_p"} == {"seed", "temperature", "top_p"} - {
            *dropped.split(", ")
        }
