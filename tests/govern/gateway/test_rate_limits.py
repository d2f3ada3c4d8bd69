"""What a provider says of its rate limits reaches clients of its own format, beside an answer and beside a refusal, and nothing else does."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from govern.api.endpoints import ENDPOINTS, FAMILIES
from govern.asgi import django
from govern.gateway.doors.asgi_door import Router
from govern.gateway.process.runtime import start_gateway, stop_gateway
from govern.gateway.refusals import Refusal
from tests.govern.gateway.any_provider import AnyProvider
from tests.govern.gateway.installation import HELPDESK, document, install, with_orm
from tests.sdk.scripted_answers import ANSWERS, Said

AUTH = {"authorization": f"Bearer {HELPDESK}"}
SAID = {
    "anthropic-ratelimit-requests-remaining": "3999",
    "anthropic-ratelimit-tokens-reset": "2026-11-27T18:00:00Z",
    "x-ratelimit-remaining-tokens": "799000",
    "x-ratelimit-reset-tokens": "75ms",
    "x-ratelimit-odd": "<script>",
    "set-cookie": "a=b",
    "x-ratelimit-word": "AKIAQ7WZ4NTR2LKD8MXB",
    "openai-organization": "acme",
}
ALL = sorted(name for name in SAID if "-ratelimit-" in name and name not in ("x-ratelimit-odd", "x-ratelimit-word"))
TURN = [{"role": "user", "content": "Hello"}]


@pytest.fixture
async def provider(transactional_db: None, tmp_path: Path) -> AsyncIterator[AnyProvider]:
    with AnyProvider() as running:
        await with_orm(lambda: install(tmp_path, document("", **running.sections())))
        await start_gateway()
        yield running
        await stop_gateway()


async def limits(path: str, **body: object) -> list[str]:
    """The names of the headers about limits."""
    transport = httpx.ASGITransport(app=Router(ENDPOINTS, FAMILIES, django))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost", timeout=20) as client:
        response = await client.post(path, json={"max_tokens": 50, **body}, headers=AUTH)
    assert response.status_code in (200, 429, 502), response.text
    assert "set-cookie" not in response.headers
    assert "openai-organization" not in response.headers
    told = sorted(name for name in response.headers if "ratelimit" in name)
    assert response.headers.get("x-govern-limits-of") == (str(body["model"]) if told else None)
    return told


@pytest.mark.parametrize("refuses", [False, True])
async def test_they_are_passed_between_one_format_and_itself(provider: AnyProvider, refuses: bool) -> None:
    for kind, path, told in (
        ("anthropic", "/v1/messages", ALL),
        ("openai", "/v1/chat/completions", ALL),
        ("openai", "/v1/messages", []),
        ("google", "/v1/chat/completions", []),
    ):
        answer = ANSWERS[kind][0](Said("Hello."))
        provider.says(httpx.Response(200, json={"error": {"message": "slow"}} if refuses else answer).content, status=429 if refuses else 200)  # fmt: skip
        provider.also_says(SAID)
        assert await limits(path, model=kind, messages=TURN) == told, (kind, path)


async def test_a_stream_has_them_too(provider: AnyProvider) -> None:
    events = "".join(f"event: {e['type']}\ndata: {httpx.Response(200, json=e).text}\n\n" for e in ANSWERS["anthropic"][1](Said("Hi.")))  # fmt: skip
    provider.says(events.encode(), "text/event-stream")
    provider.also_says(SAID)
    assert await limits("/v1/messages", model="anthropic", messages=TURN, stream=True) == ALL


def test_limits_of_our_own_are_named_as_ours() -> None:
    ours = (b"x-govern-limits-of", b"govern")
    assert ours in Refusal("insufficient_quota", "No money is left.").headers()
    assert ours not in Refusal("invalid_request", "No.").headers()
