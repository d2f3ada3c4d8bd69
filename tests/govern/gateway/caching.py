"""An installation whose rule lets answers be given again, and what tests ask of it."""

from typing import Any

import httpx

from govern.gateway.process.runtime import Gateway
from tests.govern.gateway.installation import HELPDESK, MODELS
from tests.govern.gateway.test_chat import chat

AUTH = {"authorization": f"Bearer {HELPDESK}"}


def cached(*, guards: list[dict[str, Any]] | None = None, **cache: Any) -> dict[str, Any]:
    """Sections of an installation with a cache under its one rule."""
    changed: dict[str, Any] = {
        "routing_policies": [
            {"name": "default", "rules": [{"name": "rest", "candidates": [*MODELS], "cache": cache}]},
        ]
    }
    if guards is not None:
        changed["guard_policies"] = [{"name": "baseline", "guards": guards}]
    return changed


async def ask(
    client: httpx.AsyncClient,
    gateway: Gateway,
    text: str = "What is a bond?",
    *,
    headers: dict[str, str] = AUTH,
    **body: Any,
) -> httpx.Response:
    """A call, once what it leaves in the cache is there."""
    response = await chat(client, text, headers=headers, **body)
    await gateway.keeping_answers.finish()
    return response


def said(response: httpx.Response) -> tuple[str, str | None]:
    """What the headers say of the cache: its result, and the answer's age."""
    return response.headers["x-govern-cache"], response.headers.get("age")
