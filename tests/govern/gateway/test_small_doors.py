"""What clients ask beside the calls themselves: models, token counts, whether anybody is there, and paths that do not exist."""

from typing import Any

import httpx
import pytest

from govern import VERSION
from tests.govern.gateway.installation import HELPDESK, document
from tests.provider_simulator import ProviderSimulator

AUTH = {"authorization": f"Bearer {HELPDESK}"}
ANTHROPIC = {"x-api-key": HELPDESK, "anthropic-version": "2023-06-01"}
GOOGLE = {"x-goog-api-key": HELPDESK}


def shape_of(body: Any) -> str:
    """Whose error envelope it is."""
    if body.get("type") == "error":
        return "anthropic"
    return "google" if type(body["error"]["code"]) is int else "openai"


async def test_models_in_the_shape_of_anthropic(client: httpx.AsyncClient) -> None:
    listed = (await client.get("/v1/models?limit=1000", headers=ANTHROPIC)).json()
    assert listed["data"][0]["display_name"] == "Auto (policy decides)"
    assert {model["type"] for model in listed["data"]} == {"model"}
    assert all(model["created_at"] and model["display_name"] for model in listed["data"])
    ends = [listed["data"][0]["id"], listed["data"][-1]["id"], False]
    assert [listed["first_id"], listed["last_id"], listed["has_more"]] == ends


async def test_models_in_the_shape_of_google(client: httpx.AsyncClient) -> None:
    listed = (await client.get("/v1beta/models", headers=GOOGLE)).json()["models"]
    assert listed[0]["name"] == "models/auto"
    (echo,) = [model for model in listed if model["name"] == "models/echo"]
    assert echo["inputTokenLimit"] > 0
    assert "generateContent" in echo["supportedGenerationMethods"]


@pytest.mark.parametrize("name", ["echo", "auto"])
async def test_one_model_in_each_shape(client: httpx.AsyncClient, name: str) -> None:
    openai = (await client.get(f"/v1/models/{name}", headers=AUTH)).json()
    assert (openai["id"], openai["object"]) == (name, "model")
    anthropics = (await client.get(f"/v1/models/{name}", headers=ANTHROPIC)).json()
    assert (anthropics["id"], anthropics["type"]) == (name, "model")
    assert (await client.get(f"/v1beta/models/{name}", headers=GOOGLE)).json()["name"] == f"models/{name}"


NAMED = "meta/llama-3.1:8b"
WITH_A_NAME = {
    section: [*entries, {**entries[0], ("name" if section == "models" else "model"): NAMED}]
    for section, entries in document("http://unused").items()
    if section in ("models", "deployments")
}


@pytest.mark.parametrize("client", ["router", "django"], indirect=True)
@pytest.mark.parametrize("installed", [WITH_A_NAME], indirect=True)
@pytest.mark.parametrize("written", [NAMED, "meta%2Fllama-3.1%3A8b", "meta%2fllama-3.1:8b"])
async def test_a_model_whose_name_has_slashes_and_colons(client: httpx.AsyncClient, written: str) -> None:
    def at(path: str) -> httpx.URL:
        return httpx.URL(scheme="http", host="localhost", raw_path=path.encode())

    assert (await client.get(at(f"/v1/models/{written}"), headers=AUTH)).json()["id"] == NAMED
    assert (await client.get(at(f"/v1/models/{written}"), headers=ANTHROPIC)).json()["id"] == NAMED
    assert (await client.get(at(f"/v1beta/models/{written}"), headers=GOOGLE)).json()["name"] == f"models/{NAMED}"
    body = {"contents": [{"parts": [{"text": "Hello"}]}]}
    counted = await client.post(at(f"/v1beta/models/{written}:countTokens"), json=body, headers=GOOGLE)
    assert counted.json()["totalTokens"] > 0


@pytest.mark.parametrize("name", ["nothing", "a/b", "a:b", "%00", "..", "echo/", "ü"])
@pytest.mark.parametrize(
    ("prefix", "headers", "shape"),
    [("/v1/models/", AUTH, "openai"), ("/v1/models/", ANTHROPIC, "anthropic"), ("/v1beta/models/", GOOGLE, "google")],
)
async def test_an_unknown_model_is_said_in_words_of_its_client(
    client: httpx.AsyncClient, name: str, prefix: str, headers: dict[str, str], shape: str
) -> None:
    response = await client.get(httpx.URL(f"http://localhost{prefix}{name}".replace("..", "%2E%2E")), headers=headers)
    assert response.status_code == 404, response.text
    assert shape_of(response.json()) == shape


async def test_who_is_unknown_learns_of_no_model(client: httpx.AsyncClient) -> None:
    for path in ("/v1/models", "/v1/models/echo", "/v1beta/models", "/v1beta/models/echo", "/v1/models/nothing"):
        assert (await client.get(path, headers={"x-api-key": "gk-nobody"})).status_code == 401


UNKNOWN = [
    *(("GET", f"/v1/messages/{rest}", "anthropic") for rest in ("batches", "batches/msgbatch_1/results")),
    ("POST", "/v1/messages/batches", "anthropic"),
    ("GET", "/anthropic/v1/messages", "anthropic"),
    ("POST", "/anthropic/v1/messages", "anthropic"),
    ("POST", "/v1beta/models/echo:predict", "google"),
    ("POST", "/v1beta/cachedContents", "google"),
    ("POST", "/v1beta", "google"),
    ("GET", "/v1/files", "openai"),
    ("POST", "/chat/completions", "openai"),
    ("POST", "/models/echo:generateContent", "openai"),
    ("GET", "/models", "openai"),
    ("POST", "/openai/v1/chat/completions", "openai"),
    ("POST", "/embeddings", "openai"),
]


@pytest.mark.parametrize(("method", "path", "shape"), UNKNOWN)
async def test_an_unknown_path_is_said_in_json(client: httpx.AsyncClient, method: str, path: str, shape: str) -> None:
    response = await client.request(method, path, headers=AUTH)
    assert response.status_code == 404, response.text
    assert response.headers["content-type"] == "application/json"
    assert shape_of(response.json()) == shape
    assert response.headers["x-request-id"]


async def test_anthropics_header_chooses_the_words(client: httpx.AsyncClient) -> None:
    response = await client.get("/v1/files", headers=ANTHROPIC)
    assert response.json()["error"]["type"] == "not_found_error"
    assert response.headers["request-id"] == response.headers["x-request-id"] == response.json()["request_id"]


async def test_who_asks_whether_anybody_is_there_is_told(client: httpx.AsyncClient) -> None:
    response = await client.head("/")
    assert (response.status_code, response.content) == (200, b"")
    assert (await client.get("/")).status_code == 302


async def test_google_counts_contents_and_whole_requests(
    client: httpx.AsyncClient, simulator: ProviderSimulator
) -> None:
    contents = [{"role": "user", "parts": [{"text": "How many tokens has this sentence?"}]}]
    path = "/v1beta/models/echo:countTokens"
    short = await client.post(path, json={"contents": contents}, headers=GOOGLE)
    assert short.status_code == 200, short.text
    whole = {"model": "models/echo", "contents": contents, "systemInstruction": {"parts": [{"text": "Be brief. " * 9}]}}
    long = await client.post(path, json={"generateContentRequest": whole}, headers=GOOGLE)
    assert 0 < short.json()["totalTokens"] < long.json()["totalTokens"]
    bad = await client.post(path, json={"contents": 3}, headers=GOOGLE)
    assert (bad.status_code, shape_of(bad.json())) == (400, "google")
    unknown = await client.post("/v1beta/models/nothing:countTokens", json={"contents": contents}, headers=GOOGLE)
    assert (unknown.status_code, shape_of(unknown.json())) == (404, "google")
    assert simulator.requests == []


BROKE = {"budgets": [{"name": "all", "period": "day", "limit_usd": "0.0000001"}]}


@pytest.mark.parametrize("installed", [BROKE], indirect=True)
async def test_over_budget_is_a_matter_of_billing_at_the_messages_door(client: httpx.AsyncClient) -> None:
    asked = {"model": "echo", "max_tokens": 50, "messages": [{"role": "user", "content": "Hi"}]}
    response = await client.post("/v1/messages", json=asked, headers=ANTHROPIC)
    assert (response.status_code, response.json()["error"]["type"]) == (429, "billing_error")
    assert response.headers["x-should-retry"] == "false"
    assert response.json()["request_id"] == response.headers["request-id"]


async def test_whether_anybody_is_there_says_which_version(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).json() == {"status": "ok", "version": VERSION}
