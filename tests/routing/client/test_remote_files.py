"""Files at addresses that callers write."""

import pytest

from routing.calls import InvalidRequest
from routing.client import HttpClient
from routing.client.remote_files import fetch_file
from tests.routing.loopback import Loopback, answer
from tests.routing.times import soon

WHERE = "messages[0].content[0]"


@pytest.fixture
async def open_client():
    client = HttpClient(fetch_private=True)
    yield client
    await client.close()


async def test_an_image(open_client):
    async with Loopback(answer(b"png", content_type="image/png; x=y")).serve() as loopback:
        file = await fetch_file(open_client, f"{loopback.url}/a.png?b=c", WHERE, deadline=soon())
        assert file.data_uri() == "data:image/png;base64,cG5n"
        assert loopback.received[0].path == "/a.png?b=c"
        assert "authorization" not in loopback.received[0].headers


async def test_a_private_address_is_refused(client):
    async with Loopback(answer(b"secret", content_type="image/png")).serve() as loopback:
        with pytest.raises(InvalidRequest, match="not a public address"):
            await fetch_file(client, f"{loopback.url}/a.png", WHERE, deadline=soon())
        assert loopback.received == []


async def test_a_redirect_is_followed_and_checked(open_client):
    first = answer(b"", status=302, location="/b.png")
    async with Loopback(first, answer(b"png", content_type="image/png")).serve() as loopback:
        assert (await fetch_file(open_client, f"{loopback.url}/a.png", WHERE, deadline=soon())).data == b"png"
    away = answer(b"", status=302, location="http://169.254.169.254/")
    async with Loopback(away).serve() as loopback:
        with pytest.raises(InvalidRequest, match="not a public address"):
            await fetch_file(open_client, f"{loopback.url}/a.png", WHERE, deadline=soon())


async def test_redirects_end(open_client):
    async with Loopback(answer(b"", status=302, location="/again")).serve() as loopback:
        with pytest.raises(InvalidRequest, match="could not be fetched"):
            await fetch_file(open_client, f"{loopback.url}/a.png", WHERE, deadline=soon())
        assert len(loopback.received) == 4


@pytest.mark.parametrize(
    "handler",
    [
        answer(b"", status=404, content_type="image/png"),
        answer(b"<html>", content_type="application/javascript"),
        answer(b"x", content_type="application/octet-stream"),
    ],
)
async def test_what_is_no_file(handler, open_client):
    async with Loopback(handler).serve() as loopback:
        with pytest.raises(InvalidRequest) as caught:
            await fetch_file(open_client, f"{loopback.url}/a.png", WHERE, deadline=soon())
        assert caught.value.param == WHERE


@pytest.mark.parametrize("url", ["https://amy:secret@example.org/a.png", "file:///etc/passwd", "https://"])
async def test_urls_that_are_refused(url, open_client):
    with pytest.raises(InvalidRequest):
        await fetch_file(open_client, url, WHERE, deadline=soon())
