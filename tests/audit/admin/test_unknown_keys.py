"""Keys that nobody issued, on the page of requests that were turned away."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.admin.unknown_keys import MOST_ROWS
from audit.models import UnknownKeyUse
from tests.cast import person

PAGE = "admin:audit_auditevent_rejected"


@pytest.fixture
def dan(db: None) -> Client:
    client = Client()
    client.force_login(person("dan"), backend="django.contrib.auth.backends.ModelBackend")
    return client


def guess(address: str, requests: int, *, door: str = "openai", ago: timedelta = timedelta()) -> datetime:
    at = timezone.now() - ago
    UnknownKeyUse.objects.create(
        hour=at.replace(minute=0, second=0, microsecond=0),
        address=address,
        door=door,
        requests=requests,
        first_at=at - timedelta(minutes=1),
        last_at=at,
    )
    return at


def test_who_guesses_is_shown_the_most_first(dan: Client) -> None:
    guess("192.0.2.7", 40)
    guess("192.0.2.7", 5_000, door="anthropic", ago=timedelta(hours=3))
    guess("2001:db8::/64", 7)
    guess("", 1_234)
    guess("192.0.2.9", 99, ago=timedelta(days=9))
    answer = dan.get(reverse(PAGE))
    shown = answer.context["unknown"]
    assert [(row.address, row.requests, row.spoke) for row in shown.rows] == [
        ("192.0.2.7", 5_040, "Anthropic, OpenAI"),
        ("", 1_234, "OpenAI"),
        ("2001:db8::/64", 7, "OpenAI"),
    ]
    assert shown.rows[0].first_at < shown.rows[0].last_at - timedelta(hours=2)
    text = answer.content.decode()
    for said in (
        "Keys that nobody here issued",
        "6,281 requests in the last 7 days",
        "Other addresses, counted together",
    ):
        assert said in text, said


def test_a_day_has_its_own(dan: Client) -> None:
    at = guess("192.0.2.9", 99, ago=timedelta(days=9))
    guess("192.0.2.7", 1)
    shown = dan.get(reverse(PAGE), {"day": timezone.localdate(at).isoformat()}).context["unknown"]
    assert [row.address for row in shown.rows] == ["192.0.2.9"]
    assert "Keys that nobody" not in dan.get(reverse(PAGE), {"day": "2001-01-01"}).content.decode()


def test_without_any_the_page_says_nothing_of_them(dan: Client) -> None:
    assert "Keys that nobody" not in dan.get(reverse(PAGE)).content.decode()


def test_many_addresses_are_one_short_table(dan: Client) -> None:
    for number in range(200):
        guess(f"10.0.0.{number}", number + 1)
    shown = dan.get(reverse(PAGE)).context["unknown"]
    assert (len(shown.rows), shown.requests) == (MOST_ROWS, 200 * 201 // 2)
