"""Sessions end by themselves, are seen by their owner, and are ended by them."""

from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from govern.identity import session_limits
from tests.cast import person

pytestmark = pytest.mark.usefixtures("db", "own_cache")
HOME = "/admin/"
HOUR_S = 3600


def sign_in(name: str) -> Client:
    person(name)
    client = Client(HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0")
    assert client.post(reverse("account_login"), {"login": name, "password": name}).status_code == 302
    return client


def age(client: Client, *, idle_s: float = 0, signed_in_s: float = 0) -> None:
    """Makes a session older."""
    session = client.session
    session[session_limits.SEEN_AT] -= idle_s
    session[session_limits.SIGNED_IN_AT] -= signed_in_s
    session.save()


@pytest.mark.parametrize(
    ("idle_s", "signed_in_s", "open_"),
    [(29 * 60, 0, True), (31 * 60, 0, False), (0, 11.9 * HOUR_S, True), (0, 12.1 * HOUR_S, False)],
)
def test_a_session_ends_when_idle_or_old(idle_s: float, signed_in_s: float, open_: bool) -> None:
    client = sign_in("ben")
    age(client, idle_s=idle_s, signed_in_s=signed_in_s)
    answer = client.get(HOME)
    assert answer.status_code == (200 if open_ else 302)
    if not open_:
        page = client.get(answer["Location"])
        assert "Your session has ended" in page.content.decode()
        assert answer["Location"].endswith("?next=/admin/")


def test_using_a_session_keeps_it_but_not_beyond_its_life() -> None:
    client = sign_in("ben")
    for _ in range(3):
        age(client, idle_s=20 * 60)
        assert client.get(HOME).status_code == 200
    age(client, signed_in_s=13 * HOUR_S)
    assert client.get(HOME).status_code == 302


def test_a_request_a_minute_is_written_down_and_no_more() -> None:
    client = sign_in("ben")
    seen = client.session[session_limits.SEEN_AT]
    client.get(HOME)
    assert client.session[session_limits.SEEN_AT] == seen
    age(client, idle_s=90)
    client.get(HOME)
    assert client.session[session_limits.SEEN_AT] >= seen


def test_sessions_are_listed_and_one_is_ended() -> None:
    here, there = sign_in("ben"), sign_in("ben")
    page = here.get(reverse("mfa_index")).content.decode()
    assert page.count("Firefox on Linux") == 2
    other = UserSession.objects.get(session_key=there.session.session_key)
    here.post(reverse("account_end_session", args=[other.pk]))
    assert there.get(HOME).status_code == 302
    assert here.get(HOME).status_code == 200
    assert AuditEvent.objects.get(type="person.sessions_ended").body["number"] == "1"


def test_all_others_are_ended_at_once() -> None:
    here, *others = (sign_in("ben") for _ in range(3))
    here.post(reverse("account_end_sessions"))
    assert [other.get(HOME).status_code for other in others] == [302, 302]
    assert here.get(HOME).status_code == 200


def test_nobody_ends_the_sessions_of_another() -> None:
    ben, cara = sign_in("ben"), sign_in("cara")
    other = UserSession.objects.get(session_key=cara.session.session_key)
    ben.post(reverse("account_end_session", args=[other.pk]))
    assert cara.get(HOME).status_code == 200


def test_the_cookie_ends_with_the_browser() -> None:
    cookie: Any = sign_in("ben").cookies["sessionid"]
    assert cookie["max-age"] == ""
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
