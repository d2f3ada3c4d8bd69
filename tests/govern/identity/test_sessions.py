"""Whoever reads or writes the table of sessions becomes nobody by it."""

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse

from govern.identity.sessions import SessionStore, stored_key
from tests.cast import person
from tests.second_factor import sign_in_fresh

pytestmark = pytest.mark.django_db
HOME = reverse("admin:index")


def signed_in(name: str) -> Client:
    client = sign_in_fresh(Client(), person(name))
    assert client.get(HOME).status_code == 200
    return client


def key_of(client: Client) -> str:
    return client.cookies["sessionid"].value


def test_no_table_holds_a_key() -> None:
    key = key_of(signed_in("ben"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT string_agg(t::text, '') FROM django_session t)"
            " || coalesce((SELECT string_agg(t::text, '') FROM usersessions_usersession t), '')"
        )
        (everything,) = cursor.fetchone()
    assert key not in everything
    assert stored_key(key) in everything
    assert Session.objects.filter(session_key=stored_key(key)).exists()


def test_the_name_of_a_session_in_the_table_opens_nothing() -> None:
    name = stored_key(key_of(signed_in("ben")))
    for cookie in (name, name[1:], name[1:33]):
        thief = Client()
        thief.cookies["sessionid"] = cookie
        assert thief.get(HOME).status_code == 302
        thief.post(reverse("account_logout"))
    assert Session.objects.filter(session_key=name).exists()


def test_what_anothers_session_holds_cannot_be_put_into_ones_own() -> None:
    ben, eve = signed_in("ben"), signed_in("eve")
    held = Session.objects.get(session_key=stored_key(key_of(ben))).session_data
    Session.objects.filter(session_key=stored_key(key_of(eve))).update(session_data=held)
    assert eve.get(HOME).status_code == 302
    Session.objects.filter(session_key=stored_key(key_of(ben))).delete()
    Session.objects.create(session_key=stored_key("k" * 32), session_data=held, expire_date="2100-01-01T00:00:00+00:00")
    thief = Client()
    thief.cookies["sessionid"] = "k" * 32
    assert thief.get(HOME).status_code == 302


def test_signing_out_ends_the_session() -> None:
    ben = signed_in("ben")
    name = stored_key(key_of(ben))
    ben.post(reverse("account_logout"))
    assert not Session.objects.filter(session_key=name).exists()


async def test_asynchronous_views_find_the_same_session(transactional_db: None) -> None:
    store = SessionStore()
    await store.aset("a", 1)
    await store.asave()
    again = SessionStore(store.session_key)
    assert await again.aget("a") == 1
    assert await again.aexists(store.session_key or "")
    await again.aflush()
    assert not await Session.objects.filter(session_key=stored_key(store.session_key)).aexists()


def test_where_people_are_signed_in_is_found_by_key_and_by_name() -> None:
    ben = Client()
    ben.force_login(person("ben"), backend="django.contrib.auth.backends.ModelBackend")
    key = key_of(ben)
    listed = UserSession.objects.create(user=person("ben"), ip="127.0.0.1", session_key=key)
    for name in (key, stored_key(key)):
        assert UserSession.objects.get(session_key=name) == listed
    UserSession.objects.get(pk=listed.pk).end()
    assert ben.get(HOME).status_code == 302
