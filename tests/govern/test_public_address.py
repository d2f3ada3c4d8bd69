"""Links begin where people are: as configured, else with the host that was asked if it is an allowed one."""

from typing import Any

import pytest

from govern.public_address import public_address


@pytest.fixture(autouse=True)
def local(settings: Any) -> None:
    """An installation on one machine that says nothing of its address."""
    settings.GOVERN_PUBLIC_URL, settings.GOVERN_PORT = "", 8123
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", "govern.example"]
    settings.SESSION_COOKIE_SECURE = False


@pytest.mark.parametrize("host", ["localhost:8123", "127.0.0.1:8123", "[::1]:8123", "govern.example"])
def test_the_host_that_was_asked_is_where_people_signed_in(host: str) -> None:
    assert public_address(host) == f"http://{host}"


@pytest.mark.parametrize(
    "host", ["", "elsewhere.example", "govern.example.elsewhere", "localhost:8123/path", "govern.example@elsewhere"]
)
def test_a_host_that_is_not_allowed_is_not_believed(host: str) -> None:
    assert public_address(host) == "http://localhost:8123"


def test_what_is_configured_stands_before_any_host(settings: Any) -> None:
    settings.GOVERN_PUBLIC_URL = "https://govern.example/"
    assert public_address("localhost:8123") == "https://govern.example"


def test_where_cookies_are_secure_links_are(settings: Any) -> None:
    settings.SESSION_COOKIE_SECURE = True
    assert public_address("Govern.example") == "https://govern.example"
