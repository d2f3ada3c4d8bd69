"""Which addresses may be called."""

from ipaddress import ip_address

import pytest

from routing.client import AddressRefused, HttpClient, is_public
from routing.errors import ProviderError
from tests.routing.loopback import Loopback, answer
from tests.routing.times import soon


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700::1111", "64:ff9b::1.1.1.1", "2002:101:101::"])
def test_public(address):
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "198.18.0.1",
        "::",
        "::1",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::10.0.0.1",
        "2002:7f00:1::",
        "fd00:ec2::254",
    ],
)
def test_not_public(address):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1",
        "http://127.1",
        "http://0x7f.0.0.1",
        "http://0177.0.0.1",
        "http://2130706433",
        "http://[::1]",
        "http://[::ffff:127.0.0.1]",
        "http://①②⑦.0.0.1",
        "http://localhost",
        "https://169.254.169.254/latest",
    ],
)
async def test_every_way_to_write_a_private_address_is_refused(url, client):
    with pytest.raises(AddressRefused) as caught:
        await client.send("GET", url, deadline=soon())
    assert caught.value.sent is False


@pytest.mark.parametrize("host", ["169.254.169.254", "[fd00:ec2::254]", "100.100.100.200", "[::ffff:169.254.169.254]"])
async def test_a_metadata_service_is_refused_even_where_private_addresses_are_allowed(host, client):
    with pytest.raises(AddressRefused):
        await client.send("GET", f"http://{host}", allow_private=True, deadline=soon())


@pytest.mark.parametrize(
    "url", ["ftp://example.org", "file:///etc/passwd", "nothing", "https://amy:secret@example.org"]
)
async def test_other_schemes_and_credentials_in_urls_are_refused(url, client):
    with pytest.raises(ProviderError) as caught:
        await client.send("GET", url, deadline=soon())
    assert "secret" not in str(caught.value)


async def test_a_name_with_one_private_address_is_refused():
    async def resolve(host: str, port: int) -> list[str]:
        return ["1.1.1.1", "10.0.0.1"]

    client = HttpClient(resolve=resolve)
    with pytest.raises(AddressRefused):
        await client.send("GET", "https://mixed.example.org", deadline=soon())
    await client.close()


@pytest.mark.parametrize("error", [OSError("no such name"), None])
async def test_a_name_without_an_address_is_an_error_before_anything_is_sent(error):
    async def resolve(host: str, port: int) -> list[str]:
        if error:
            raise error
        return []

    client = HttpClient(resolve=resolve)
    with pytest.raises(ProviderError) as caught:
        await client.send("GET", "https://nowhere.example.org", deadline=soon())
    assert caught.value.sent is False
    await client.close()


async def test_the_connection_goes_to_the_address_that_was_checked():
    """The name does not exist outside this test: only the pinned address can answer."""
    asked = []

    async def resolve(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return ["127.0.0.1"]

    client = HttpClient(resolve=resolve)
    async with Loopback(answer({})).serve() as loopback:
        url = f"http://provider.invalid:{loopback.port}"
        for _ in range(3):
            assert (await client.send("GET", url, "/v1", allow_private=True, deadline=soon())).status == 200
        assert loopback.received[0].headers["host"] == f"provider.invalid:{loopback.port}"
        assert asked == [("provider.invalid", loopback.port)]
    await client.close()


async def test_a_name_that_turns_private_is_refused_once_it_is_resolved_again(monkeypatch):
    monkeypatch.setattr("routing.client.pools.RESOLVE_AGAIN_S", 0.0)
    monkeypatch.setattr("routing.client.addresses.is_public", lambda address: str(address) == "127.0.0.1")
    answers = [["127.0.0.1"], ["10.0.0.1"]]

    async def resolve(host: str, port: int) -> list[str]:
        return answers.pop(0)

    client = HttpClient(resolve=resolve)
    async with Loopback(answer({})).serve() as loopback:
        url = f"http://rebinding.invalid:{loopback.port}"
        assert (await client.send("GET", url, deadline=soon())).status == 200
        with pytest.raises(AddressRefused):
            await client.send("GET", url, deadline=soon())
        assert len(loopback.received) == 1
    await client.close()


async def test_the_next_address_is_tried_after_one_that_cannot_be_reached():
    async def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.2", "127.0.0.1"]

    client = HttpClient(resolve=resolve)
    async with Loopback(answer({})).serve() as loopback:
        url = f"http://provider.invalid:{loopback.port}"
        assert (await client.send("GET", url, allow_private=True, deadline=soon())).status == 200
    await client.close()
