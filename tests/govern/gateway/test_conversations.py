"""Conversations: turns that belong together, read and changed by the application that began them alone."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from govern.api.endpoints import ENDPOINTS, FAMILIES
from govern.asgi import django
from govern.gateway.background.run import run
from govern.gateway.doors.asgi_door import Router
from govern.gateway.process.runtime import Gateway
from tests.govern.gateway.installation import HELPDESK, RISK_ENGINE, rows

AUTH = {"authorization": f"Bearer {HELPDESK}"}
OTHER = {"authorization": f"Bearer {RISK_ENGINE}"}


@pytest.fixture
async def client(gateway: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=Router(ENDPOINTS, FAMILIES, django), raise_app_exceptions=True)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://localhost/v1", timeout=20, headers=AUTH
    ) as opened:
        yield opened


def user(text: str) -> dict[str, Any]:
    return {"role": "user", "content": text}


async def begun(client: httpx.AsyncClient, **fields: Any) -> str:
    response = await client.post("/conversations", json=fields)
    assert response.status_code == 200, response.text
    assert response.json()["object"] == "conversation"
    return str(response.json()["id"])


async def texts(client: httpx.AsyncClient, identity: str) -> list[str]:
    found = await client.get(f"/conversations/{identity}/items?order=asc&limit=100")
    return [item["content"][0]["text"] for item in found.json()["data"]]


async def test_responses_are_turns_of_a_conversation(client: httpx.AsyncClient, gateway: Gateway) -> None:
    identity = await begun(client, items=[user("Zero")], metadata={"topic": "tea"})
    for text, stream in (("One", False), ("Two", True)):
        body = {"model": "echo", "input": text, "conversation": identity, "stream": stream}
        assert (await client.post("/responses", json=body)).status_code == 200
    body = {"model": "echo", "input": "Three", "conversation": {"id": identity}, "background": True}
    queued = (await client.post("/responses", json=body)).json()
    await run(gateway, queued["id"].removeprefix("resp_"))
    done = (await client.get(f"/responses/{queued['id']}")).json()
    assert (done["status"], done["conversation"]) == ("completed", {"id": identity})
    assert await texts(client, identity) == ["Zero", "One", "One", "Two", "Two", "Three", "Three"]
    read = (await client.get(f"/responses/{queued['id']}/input_items?order=asc")).json()["data"]
    assert [item["content"][0]["text"] for item in read] == ["Zero", "One", "One", "Two", "Two", "Three"]


async def test_a_turn_that_failed_leaves_nothing(client: httpx.AsyncClient) -> None:
    identity = await begun(client)
    await client.post("/responses", json={"model": "broken", "input": "One", "conversation": identity})
    assert await texts(client, identity) == []


async def test_items_are_added_read_and_taken_out(client: httpx.AsyncClient) -> None:
    identity = await begun(client)
    added = (await client.post(f"/conversations/{identity}/items", json={"items": [user("A"), user("B")]})).json()
    first, second = (item["id"] for item in added["data"])
    assert (await client.get(f"/conversations/{identity}/items/{second}")).json()["content"][0]["text"] == "B"
    assert (await client.delete(f"/conversations/{identity}/items/{first}")).json()["id"] == identity
    assert await texts(client, identity) == ["B"]
    assert (await client.get(f"/conversations/{identity}/items/{first}")).status_code == 404


async def test_metadata_changes_and_lies_sealed(client: httpx.AsyncClient) -> None:
    identity = await begun(client, metadata={"topic": "particular"})
    await client.post(f"/conversations/{identity}", json={"metadata": {"topic": "other"}})
    assert (await client.get(f"/conversations/{identity}")).json()["metadata"] == {"topic": "other"}
    found = [str(await rows(f"SELECT * FROM {table}")) for table in ("govern_conversation", "govern_conversationentry")]
    assert "particular" not in "".join(found)


async def test_a_deleted_conversation_is_gone_and_its_responses_stay(client: httpx.AsyncClient) -> None:
    identity = await begun(client, items=[user("Zero")])
    given = (await client.post("/responses", json={"model": "echo", "input": "One", "conversation": identity})).json()
    deleted = (await client.delete(f"/conversations/{identity}")).json()
    assert deleted == {"id": identity, "object": "conversation.deleted", "deleted": True}
    assert (await client.get(f"/conversations/{identity}")).status_code == 404
    assert (await client.get(f"/responses/{given['id']}")).status_code == 200
    kept = await rows("SELECT purpose, wrapped_key IS NULL AS erased FROM audit_payload ORDER BY purpose")
    assert [(row["purpose"], row["erased"]) for row in kept] == [("conversation", False), ("conversation.added", True)]


async def test_it_is_nothing_to_anybody_else(client: httpx.AsyncClient) -> None:
    identity = await begun(client, items=[user("Zero")])
    item = (await client.get(f"/conversations/{identity}/items")).json()["data"][0]["id"]
    for method, path in (
        ("GET", ""),
        ("POST", ""),
        ("DELETE", ""),
        ("GET", "/items"),
        ("POST", "/items"),
        ("GET", f"/items/{item}"),
        ("DELETE", f"/items/{item}"),
    ):
        refused = await client.request(method, f"/conversations/{identity}{path}", headers=OTHER, json={})
        assert (refused.status_code, refused.json()["error"]["param"]) == (404, "conversation_id"), (method, path)
    body = {"model": "echo", "input": "One", "conversation": identity}
    assert (await client.post("/responses", json=body, headers=OTHER)).status_code == 400
    assert await texts(client, identity) == ["Zero"]


@pytest.mark.parametrize(
    "body",
    [
        {"items": [user("x")] * 21},
        {"items": "x"},
        {"items": [{"role": "nobody", "content": "x"}]},
        {"items": [7]},
        {"metadata": "x"},
        {"metadata": {str(number): "x" for number in range(17)}},
    ],
)
async def test_bad_additions_are_refused(client: httpx.AsyncClient, body: dict[str, Any]) -> None:
    assert (await client.post("/conversations", json=body)).status_code == 400


async def test_a_conversation_that_is_none_is_refused(client: httpx.AsyncClient) -> None:
    identity = await begun(client)
    for fields in (
        {"conversation": "conv_1"},
        {"conversation": 7},
        {"conversation": {}},
        {"conversation": f"conv_{'0' * 32}"},
        {"conversation": identity, "previous_response_id": f"resp_{'0' * 32}"},
    ):
        response = await client.post("/responses", json={"model": "echo", "input": "x", **fields})
        assert response.status_code == 400, response.text
