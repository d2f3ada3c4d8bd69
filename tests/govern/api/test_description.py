"""The description of the API: for people who are signed in, or for everybody where a setting says so."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/api/schema/", "/api/schema/?format=json", "/api/docs/?script="])
def test_who_is_signed_in_reads_it(client: Client, address: str) -> None:
    client.force_login(person("eve"), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("address", ["/api/schema/", "/api/schema/?format=json", "/api/schema/?format=yaml&version=1"])
@pytest.mark.parametrize(
    "headers", [{}, {"authorization": "Bearer nobody"}, {"authorization": "Bearer gk-test-0123456789"}]
)
def test_nobody_else_does(client: Client, address: str, headers: dict[str, str]) -> None:
    answer = client.get(address, headers=headers)
    assert answer.status_code in (401, 403)
    assert b"/api/change-requests" not in answer.content


@pytest.mark.parametrize("address", ["/api/docs/", "/api/docs/?script="])
def test_a_browser_is_sent_to_sign_in_and_back(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


def test_a_setting_shows_it_to_everybody(client: Client, settings: Any) -> None:
    settings.GOVERN_PUBLIC_API_DESCRIPTION = True
    assert client.get("/api/schema/?format=json").status_code == 200
    assert client.get("/api/docs/").status_code == 200
