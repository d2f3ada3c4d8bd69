"""Requests that HTTP itself forbids, or that only a careless proxy lets through: each is refused, in the words of its door."""

from typing import Any

import httpx
import pytest
from django.test import override_settings

from govern.api.endpoints import ENDPOINTS, FAMILIES
from govern.asgi import django
from govern.gateway.doors.asgi_door import Router
from govern.gateway.process.runtime import Gateway
from tests.govern.gateway.installation import HELPDESK, RISK_ENGINE, trail
from tests.govern.gateway.test_doors import ask
from tests.govern.gateway.test_small_doors import shape_of

SHAPES = {"chat": "openai", "responses": "openai", "messages": "anthropic", "google": "google"}


BEARER = ("authorization", f"Bearer {HELPDESK}")
TWICE = (
    (BEARER, ("authorization", f"Bearer {RISK_ENGINE}")),
    (BEARER, BEARER),
    (("authorization", "Basic x"), BEARER),
    (("x-api-key", "gk-nobody"), ("x-api-key", HELPDESK)),
    (("x-goog-api-key", HELPDESK), ("x-goog-api-key", "")),
)


async def test_a_key_is_sent_once(client: httpx.AsyncClient) -> None:
    for door, shape in SHAPES.items():
        path, body = ask(door, "Hello")
        for twice in TWICE:
            response = await client.post(path, json=body, headers=list(twice))
            assert (response.status_code, shape_of(response.json())) == (400, shape), (door, twice[0][0])
            assert f"`{twice[0][0]}` was sent more than once" in response.text
    assert await trail() == []


class Raw:
    """A request that is sent event by event, and what is answered."""

    def __init__(self, path: str, *events: dict[str, Any], headers: tuple[tuple[bytes, bytes], ...] = ()) -> None:
        self.scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": b"",
            "headers": [(b"host", b"localhost"), (b"authorization", f"Bearer {HELPDESK}".encode()), *headers],
            "client": ("127.0.0.1", 1),
            "server": ("localhost", 80),
        }
        self._events = iter(events)
        self.sent: list[dict[str, Any]] = []

    async def receive(self) -> dict[str, Any]:
        return next(self._events, {"type": "http.disconnect"})

    async def send(self, event: dict[str, Any]) -> None:
        self.sent.append(event)

    async def answer(self) -> httpx.Response:
        await Router(ENDPOINTS, FAMILIES, django)(self.scope, self.receive, self.send)  # type: ignore[arg-type]
        start, *rest = self.sent
        return httpx.Response(
            start["status"], headers=start["headers"], content=b"".join(event.get("body", b"") for event in rest)
        )


DOORS = {
    "/v1/chat/completions": "openai",
    "/v1/messages": "anthropic",
    "/v1beta/models/echo:generateContent": "google",
    "/v1/nothing": "openai",
    "/v1/messages/nothing": "anthropic",
    "/v1beta/nothing": "google",
    "/nothing": "openai",
}


async def test_a_body_that_cannot_be_read_to_its_end(gateway: Gateway) -> None:
    begun = {"type": "http.request", "body": b'{"model":', "more_body": True}
    for path, shape in DOORS.items():
        for events in ((), (begun,)):
            response = await Raw(path, *events).answer()
            assert (response.status_code, shape_of(response.json())) == (400, shape), path
            assert "chunks" in response.text


@pytest.mark.parametrize("client", ["router"], indirect=True)
async def test_a_host_that_is_not_ours(client: httpx.AsyncClient) -> None:
    with override_settings(ALLOWED_HOSTS=["localhost"]):
        for path, shape in DOORS.items():
            if "nothing" not in path:
                continue
            for host in ("evil.example", "a b", "localhost:x"):
                response = await client.post(path, headers=[("host", host), BEARER], json={})
                assert (response.status_code, shape_of(response.json())) == (400, shape), (path, host)
                assert "evil" not in response.text
        page = await client.get("/admin/", headers={"host": "evil.example"})
        assert (page.status_code, page.headers["content-type"].partition(";")[0]) == (400, "text/html")
