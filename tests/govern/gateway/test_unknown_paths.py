"""Whatever path and method a client tries, it gets JSON in the words of its own format."""

from typing import Any

import httpx
import pytest

from tests.govern.gateway.installation import HELPDESK
from tests.govern.gateway.test_small_doors import shape_of

AUTH = {"authorization": f"Bearer {HELPDESK}"}
ANTHROPIC = {"x-api-key": HELPDESK, "anthropic-version": "2023-06-01"}
GOOGLE = {"x-goog-api-key": HELPDESK}
PATHS = {
    "openai": [
        *(
            "/v1",
            "/v1/",
            "/v1/chat",
            "/v1/chat/completions/",
            "/v1/chat/completions/x",
            "/v1/audio/speech",
            "/v1/Models",
        ),
        *(
            "/chat/completions",
            "/chat/completions/",
            "/completions",
            "/responses/",
            "/models/",
            "/models/a/b",
            "/engines/x/y",
        ),
        *(
            "/openai/v1/chat/completions",
            "/openai/deployments/x/chat/completions",
            "/v2/chat/completions",
            "/files",
            "//v1/models",
        ),
    ],
    "anthropic": [
        *("/v1/messages/", "/v1/messages/batches/", "/v1/messages/count_tokens/", "/v1/messages/x/y", "/messages"),
        *("/anthropic", "/anthropic/v1/messages", "/anthropic/v1/messages/batches"),
    ],
    "google": [
        *(
            "/v1beta",
            "/v1beta/",
            "/v1beta/models/echo:predict",
            "/v1beta/models/echo/",
            "/v1beta/tunedModels/x",
            "/v1alpha/x",
        ),
        *("/v1beta/models:batchEmbedText", "/upload/v1beta/files", "/google/v1beta/models/x", "/v1beta/cachedContents"),
    ],
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
pytestmark = pytest.mark.parametrize("client", ["router"], indirect=True)


def assert_said(response: httpx.Response, method: str, shape: str, where: Any) -> None:
    assert response.status_code in (400, 404, 405), (where, response.status_code)
    assert response.headers["content-type"] == "application/json", where
    assert response.headers["x-request-id"], where
    if method != "HEAD":
        assert shape_of(response.json()) == shape, where


@pytest.mark.parametrize("shape", PATHS)
async def test_every_method_at_a_path_that_does_not_exist(client: httpx.AsyncClient, shape: str) -> None:
    for path in PATHS[shape]:
        for method in METHODS:
            url = httpx.URL(scheme="http", host="localhost", raw_path=path.encode())
            assert_said(await client.request(method, url, headers=AUTH), method, shape, (method, path))


async def test_the_header_of_an_sdk_chooses_the_words_where_the_path_does_not(client: httpx.AsyncClient) -> None:
    for path in ("/v1/files", "/v1/nothing/at/all", "/nothing", "/v3/messages", "/models/x"):
        for headers, shape in ((ANTHROPIC, "anthropic"), (GOOGLE, "google"), (AUTH, "openai")):
            assert_said(await client.post(path, headers=headers, json={}), "POST", shape, (path, shape))
    assert_said(await client.get("/v1beta/nothing", headers=ANTHROPIC), "GET", "anthropic", "both")
    assert_said(await client.post("/v1/messages/nothing", headers=GOOGLE), "POST", "anthropic", "both")


async def test_a_method_that_is_not_served_says_which_are(client: httpx.AsyncClient) -> None:
    for path in ("/v1/chat/completions", "/v1/messages", "/v1/embeddings", "/v1/completions"):
        response = await client.get(path, headers=AUTH)
        assert (response.status_code, response.headers["allow"]) == (405, "POST")


async def test_people_get_a_page(client: httpx.AsyncClient) -> None:
    response = await client.get("/nothing", headers={"accept": "text/html"})
    assert (response.status_code, response.headers["content-type"].partition(";")[0]) == (404, "text/html")


SECRET = "Keep this: " + "AKIA" + "Q3EGNAB5ZLXTPVRW"
ASKED = {"model": "echo", "max_tokens": 50, "messages": [{"role": "user", "content": SECRET}]}


@pytest.mark.parametrize(
    ("agent", "status", "kind"),
    [
        ("claude-cli/2.1.332 (external, cli)", 400, "invalid_request_error"),
        ("Anthropic/Python", 403, "permission_error"),
    ],
)
async def test_policy_is_not_mistaken_for_a_matter_of_keys(
    client: httpx.AsyncClient, agent: str, status: int, kind: str
) -> None:
    response = await client.post("/v1/messages", json=ASKED, headers={**ANTHROPIC, "user-agent": agent})
    error = response.json()["error"]
    assert (response.status_code, error["type"], error["code"]) == (status, kind, "secret_leak")
    assert error["message"].startswith("Blocked by policy: ")
    assert response.headers["x-should-retry"] == "false"


async def test_a_bad_key_stays_a_matter_of_keys(client: httpx.AsyncClient) -> None:
    headers = {**ANTHROPIC, "x-api-key": "gk-nobody", "user-agent": "claude-cli/2.1.332"}
    response = await client.post("/v1/messages", json=ASKED, headers=headers)
    assert (response.status_code, response.json()["error"]["type"]) == (401, "authentication_error")
    assert "policy" not in response.json()["error"]["message"].lower()


async def test_every_door_says_that_it_was_policy(client: httpx.AsyncClient) -> None:
    chat = await client.post("/v1/chat/completions", json=ASKED, headers=AUTH)
    google = await client.post(
        "/v1beta/models/echo:generateContent",
        json={"contents": [{"role": "user", "parts": [{"text": SECRET}]}]},
        headers=GOOGLE,
    )
    for response in (chat, google):
        assert response.status_code == 403
        assert response.json()["error"]["message"].startswith("Blocked by policy: ")
