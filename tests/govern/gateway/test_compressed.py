"""Compressed requests, through both doors."""

import gzip
import json
import zlib

import httpx
import pytest

from tests.govern.gateway.installation import HELPDESK
from tests.routing.client.test_decoding import raw_deflate

ASKED = {"model": "echo", "messages": [{"role": "user", "content": "Hello there"}], "max_tokens": 20}
BODY = json.dumps(ASKED).encode()


async def post(client: httpx.AsyncClient, body: bytes, coding: str) -> httpx.Response:
    headers = {"authorization": f"Bearer {HELPDESK}", "content-encoding": coding, "content-type": "application/json"}
    return await client.post("/v1/chat/completions", content=body, headers=headers)


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(BODY, mtime=0)),
        ("GZIP", gzip.compress(BODY[:9], mtime=0) + gzip.compress(BODY[9:], mtime=0)),
        ("deflate", zlib.compress(BODY)),
        ("deflate", raw_deflate(BODY)),
        ("identity", BODY),
        ("gzip", gzip.compress(BODY + b" " * 2_000_000, mtime=0)),
    ],
)
async def test_a_compressed_body_is_read(client: httpx.AsyncClient, coding: str, body: bytes) -> None:
    response = await post(client, body, coding)
    assert response.status_code == 200, response.text
    assert response.json()["choices"][0]["message"]["content"] == "Hello there"


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "compress", "x" * 500])
async def test_other_codings_are_refused_with_what_is_taken(client: httpx.AsyncClient, coding: str) -> None:
    response = await post(client, BODY, coding)
    assert response.status_code == 415
    assert response.headers["accept-encoding"] == "gzip, deflate"
    assert response.headers["x-should-retry"] == "false"
    assert response.json()["error"]["param"] == "content-encoding"


@pytest.mark.parametrize(
    "body",
    [
        BODY,
        gzip.compress(BODY, mtime=0)[:-9],
        gzip.compress(BODY, mtime=0) + b"more",
        gzip.compress(b"", mtime=0) * 5_000,
    ],
)
async def test_what_is_not_what_it_says_is_refused(client: httpx.AsyncClient, body: bytes) -> None:
    response = await post(client, body, "gzip")
    assert (response.status_code, response.json()["error"]["param"]) == (400, "content-encoding")


async def test_a_body_that_unfolds_beyond_the_limit_is_too_large(client: httpx.AsyncClient) -> None:
    response = await post(client, gzip.compress(b" " * (64 << 20), mtime=0), "gzip")
    assert (response.status_code, response.json()["error"]["code"]) == (413, "request_too_large")
