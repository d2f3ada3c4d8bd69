"""TLS is verified."""

import pytest

from routing.client import HttpClient
from routing.errors import ProviderError
from tests.routing.certificates import certificate
from tests.routing.loopback import Loopback, answer
from tests.routing.times import soon

HOST = "provider.example.org"


async def loopback_only(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


async def call(client: HttpClient, loopback: Loopback):
    try:
        url = f"https://{HOST}:{loopback.port}"
        return await client.send("GET", url, "/v1", allow_private=True, deadline=soon())
    finally:
        await client.close()


async def test_a_trusted_certificate_for_the_name(tmp_path):
    context, pem = certificate(tmp_path, HOST)
    async with Loopback(answer(b"hello")).serve(context) as loopback:
        assert (await call(HttpClient(root_certificates=pem, resolve=loopback_only), loopback)).body == b"hello"


async def test_a_certificate_that_nobody_vouches_for(tmp_path):
    context, _ = certificate(tmp_path, HOST)
    async with Loopback(answer(b"hello")).serve(context) as loopback:
        with pytest.raises(ProviderError) as caught:
            await call(HttpClient(resolve=loopback_only), loopback)
        assert caught.value.sent is False
        assert loopback.received == []


async def test_a_trusted_certificate_for_another_name(tmp_path):
    context, pem = certificate(tmp_path, "other.example.org")
    async with Loopback(answer(b"hello")).serve(context) as loopback:
        with pytest.raises(ProviderError):
            await call(HttpClient(root_certificates=pem, resolve=loopback_only), loopback)
        assert loopback.received == []


async def test_http_2_is_spoken_where_it_is_offered(tmp_path):
    """The loopback server offers HTTP/2 but does not speak it: what arrives is the preface of HTTP/2."""
    context, pem = certificate(tmp_path, HOST)
    context.set_alpn_protocols(["h2"])
    heard: list[bytes] = []
    loopback = Loopback(answer(b""))
    loopback.listener = heard.append
    async with loopback.serve(context):
        with pytest.raises(ProviderError):
            await call(HttpClient(root_certificates=pem, resolve=loopback_only), loopback)
    assert b"".join(heard).startswith(b"PRI * HTTP/2.0")


async def test_the_environment_names_no_proxy(tmp_path, monkeypatch):
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    context, pem = certificate(tmp_path, HOST)
    async with Loopback(answer(b"hello")).serve(context) as loopback:
        assert (await call(HttpClient(root_certificates=pem, resolve=loopback_only), loopback)).body == b"hello"
