"""The page of streams of events: where they go and how far they are, without a secret."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import EventStream
from audit.streams.setting import read_streams
from tests.cast import person

PAGE = "admin:audit_auditevent_streams"
SECRET = "a-secret-of-some-length"
ADDRESS = "siem=webhook+https://siem.example.com/in?events=violation.*&severity=high"

pytestmark = pytest.mark.django_db


def browser(name: str) -> Client:
    client = Client()
    client.force_login(person(name), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_it_tells_where_events_go_and_how_far_they_are(settings: Any) -> None:
    settings.GOVERN_STREAMS = read_streams([ADDRESS], lambda _: SECRET)
    dan = browser("dan")
    assert "Not begun" in dan.get(reverse(PAGE)).content.decode()
    state = EventStream.objects.create(
        name="siem", xid="1", acknowledged_seq=41, acknowledged_at=timezone.now(), told=40, failures=2,
        error="The receiver answered <500>.",
    )  # fmt: skip
    shown = dan.get(reverse(PAGE)).content.decode()
    for word in ("webhook+https://siem.example.com/in", "violation.*", "severity=high", "41", "Failing", "&lt;500&gt;"):
        assert word in shown
    assert SECRET not in shown
    state.paused_at, state.paused_by = timezone.now(), "olive"
    state.save()
    assert "Paused" in dan.get(reverse(PAGE)).content.decode()


def test_without_streams_it_says_how_to_have_one(settings: Any) -> None:
    settings.GOVERN_STREAMS = ()
    assert "No streams yet" in browser("dan").get(reverse(PAGE)).content.decode()


def test_who_may_not_see_the_trail_does_not_see_it() -> None:
    assert browser("eve").get(reverse(PAGE)).status_code == 403
