"""The blocks of an answer keep their order behind guards, which hold words and tool calls back, and through a redaction."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.govern.gateway.any_provider import AnyProvider
from tests.govern.gateway.installation import HELPDESK, document, install
from tests.routing.wire.test_order_of_blocks import ANSWERS, call, events_of, put_together, text, thought

pytestmark = pytest.mark.parametrize("client", ["router"], indirect=True)
MAIL = "jane.doe@example.com"


@pytest.fixture
def provider() -> Iterator[AnyProvider]:
    with AnyProvider() as running:
        yield running


@pytest.fixture
def installed(transactional_db: None, provider: AnyProvider, tmp_path: Path) -> None:
    install(tmp_path, document("http://unused", **provider.sections()))


async def streamed(
    client: httpx.AsyncClient, provider: AnyProvider, blocks: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    events = [f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode() for event in events_of(blocks)]
    provider.says(lambda: iter(events), "text/event-stream")
    body = {"model": "anthropic", "max_tokens": 50, "messages": [{"role": "user", "content": "Look"}], "stream": True}
    headers = {"x-api-key": HELPDESK, "anthropic-version": "2023-06-01"}
    response = await client.post("/v1/messages?beta=true", json=body, headers=headers)
    assert response.status_code == 200, response.text
    assert b"event: message_stop" in response.content
    return put_together(response.content)


async def test_every_answer(client: httpx.AsyncClient, provider: AnyProvider) -> None:
    for name, blocks in ANSWERS.items():
        assert await streamed(client, provider, blocks) == blocks, name


async def test_with_a_masked_word(client: httpx.AsyncClient, provider: AnyProvider) -> None:
    blocks = [thought(1), text(f"To {MAIL}."), call(1), thought(2), call(2)]
    content = await streamed(client, provider, blocks)
    assert [block["type"] for block in content] == [block["type"] for block in blocks]
    assert MAIL not in json.dumps(content)
    assert [content[0], content[3]] == [thought(1), thought(2)]
