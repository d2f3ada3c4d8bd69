"""Responses that are kept: read, listed, cancelled and deleted by their id, by the application that asked for them alone."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest

from govern.api.endpoints import ENDPOINTS, FAMILIES
from govern.asgi import django
from govern.changes.revisions import write_version
from govern.gateway.doors.asgi_door import Router
from govern.gateway.process.runtime import Gateway
from govern.models import LegalHold
from govern.policy.keeping import LegalHoldBody
from tests.govern.gateway.installation import HELPDESK, RISK_ENGINE, rows, trail, with_orm

AUTH = {"authorization": f"Bearer {HELPDESK}"}
OTHER = {"authorization": f"Bearer {RISK_ENGINE}"}
NOBODYS = f"resp_{'0' * 32}"


@pytest.fixture
async def client(gateway: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    """A client through the fast door alone: these endpoints are the same behind both."""
    transport = httpx.ASGITransport(app=Router(ENDPOINTS, FAMILIES, django), raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost", timeout=20) as opened:
        yield opened


async def asked(client: httpx.AsyncClient, text: str = "Hello there", **fields: object) -> dict:
    response = await client.post("/v1/responses", json={"model": "echo", "input": text, **fields}, headers=AUTH)
    assert response.status_code == 200, response.text
    return response.json()


async def test_a_response_is_read_again_as_it_was_given(client: httpx.AsyncClient) -> None:
    given = await asked(client, metadata={"case": "7"}, instructions="Be brief.")
    found = await client.get(f"/v1/responses/{given['id']}", headers=AUTH)
    assert (found.status_code, found.json()) == (200, given)


async def test_a_streamed_response_is_read_again(client: httpx.AsyncClient) -> None:
    body = {"model": "echo", "input": "Hello", "stream": True}
    told = await client.post("/v1/responses", json=body, headers=AUTH)
    events = [json.loads(line[6:]) for line in told.text.splitlines() if line.startswith("data: ")]
    found = await client.get(f"/v1/responses/{events[-1]['response']['id']}", headers=AUTH)
    assert found.json() == events[-1]["response"]


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("DELETE", ""), ("POST", "/cancel"), ("GET", "/input_items"), ("GET", "?stream=true")],
)
async def test_it_is_nothing_to_anybody_else(client: httpx.AsyncClient, method: str, path: str) -> None:
    mine = (await asked(client))["id"]
    unstored = (await asked(client, store=False))["id"]
    for identity, auth in ((mine, OTHER), (NOBODYS, AUTH), ("resp_1", AUTH), (unstored, AUTH), (f"{mine}0", AUTH)):
        refused = await client.request(method, f"/v1/responses/{identity}{path}", headers=auth)
        assert (refused.status_code, refused.json()["error"]["param"]) == (404, "response_id"), refused.text
    assert (await client.get(f"/v1/responses/{mine}", headers=AUTH)).status_code == 200
    assert (await client.request(method, f"/v1/responses/{mine}{path}")).status_code == 401


async def test_what_is_deleted_cannot_be_read_by_anybody(client: httpx.AsyncClient) -> None:
    given = (await asked(client))["id"]
    deleted = await client.delete(f"/v1/responses/{given}", headers=AUTH)
    assert deleted.json() == {"id": given, "object": "response", "deleted": True}
    assert (await client.get(f"/v1/responses/{given}", headers=AUTH)).status_code == 404
    assert (await client.delete(f"/v1/responses/{given}", headers=AUTH)).status_code == 404
    later = {"model": "echo", "input": "And?", "previous_response_id": given}
    assert (await client.post("/v1/responses", json=later, headers=AUTH)).status_code == 400
    assert [row["wrapped_key"] for row in await rows("SELECT wrapped_key FROM audit_payload")] == [None]


def place_hold() -> None:
    """A legal hold on everything, in force."""
    body = LegalHoldBody(name="file-1", matter="File 1", reason="Proceedings began.")
    target = LegalHold.objects.create(name="file-1")
    target.active_version = write_version(target=target, body=body, author=None)
    target.save(update_fields=["active_version"])


async def test_what_a_legal_hold_covers_is_not_deleted(client: httpx.AsyncClient) -> None:
    given = (await asked(client))["id"]
    await with_orm(place_hold)
    refused = await client.delete(f"/v1/responses/{given}", headers=AUTH)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "legal_hold"), refused.text
    assert (await client.get(f"/v1/responses/{given}", headers=AUTH)).status_code == 200


async def test_a_conversation_goes_on_from_what_is_kept(client: httpx.AsyncClient) -> None:
    first = await asked(client, "One")
    second = await asked(client, "Two", previous_response_id=first["id"])
    items = (await client.get(f"/v1/responses/{second['id']}/input_items?order=asc", headers=AUTH)).json()
    assert [item["content"][0]["text"] for item in items["data"]] == ["One", "One", "Two"]
    assert [item["role"] for item in items["data"]] == ["user", "assistant", "user"]


async def test_items_come_page_by_page(client: httpx.AsyncClient) -> None:
    turns = [{"role": "user", "content": str(number)} for number in range(5)]
    given = (await asked(client, turns))["id"]  # type: ignore[arg-type]
    path = f"/v1/responses/{given}/input_items"
    first = (await client.get(f"{path}?limit=2", headers=AUTH)).json()
    assert [item["content"][0]["text"] for item in first["data"]] == ["4", "3"]
    assert first["has_more"] is True
    rest = (await client.get(f"{path}?limit=3&after={first['last_id']}", headers=AUTH)).json()
    assert ([item["content"][0]["text"] for item in rest["data"]], rest["has_more"]) == (["2", "1", "0"], False)
    for wrong in ("limit=0", "limit=101", "limit=x", "order=up", "after=in_0_0", "limit=%C2%B2"):
        assert (await client.get(f"{path}?{wrong}", headers=AUTH)).status_code == 400


async def test_tokens_are_estimated_without_a_call(client: httpx.AsyncClient) -> None:
    body = {"model": "echo", "input": "word " * 100}
    counted = await client.post("/v1/responses/input_tokens", json=body, headers=AUTH)
    assert counted.json()["object"] == "response.input_tokens"
    assert counted.json()["input_tokens"] > 50
    assert await trail() == []


@pytest.mark.parametrize("upgrade", ["websocket", "WebSocket"])
async def test_a_websocket_is_declined_at_once(client: httpx.AsyncClient, upgrade: str) -> None:
    refused = await client.get("/v1/responses", headers={"upgrade": upgrade, "connection": "upgrade"})
    assert refused.status_code == 426
    assert refused.json()["error"]["code"] == "invalid_request"
    assert (await client.get("/v1/responses")).status_code == 405


@pytest.mark.parametrize(("method", "path"), [("POST", "x"), ("DELETE", "x/cancel"), ("GET", "x/y/z"), ("POST", "")])
async def test_other_paths_say_what_there_is(client: httpx.AsyncClient, method: str, path: str) -> None:
    refused = await client.request(method, f"/v1/responses/{path}", headers=AUTH)
    assert refused.status_code in (404, 405), refused.text
    assert refused.json()["error"]["message"]


async def test_what_was_answered_at_once_cannot_be_cancelled(client: httpx.AsyncClient) -> None:
    given = await asked(client)
    assert (await client.post(f"/v1/responses/{given['id']}/cancel", headers=AUTH)).status_code == 400


async def test_escaped_letters_say_the_same(client: httpx.AsyncClient) -> None:
    async def sent(body: bytes) -> dict:
        return (await client.post("/v1/responses", content=body, headers=AUTH)).json()

    unstored = await sent(b'{"model":"echo","input":"Hi","\\u0073tore":false}')
    assert (await client.get(f"/v1/responses/{unstored['id']}", headers=AUTH)).status_code == 404
    assert (await sent(b'{"model":"echo","input":"Hi","\\u0062ackground":true}'))["status"] == "queued"
    refused = await sent(b'{"model":"echo","input":"Hi","\\u0063onversation":"conv_1"}')
    assert refused["error"]["param"] == "conversation"
