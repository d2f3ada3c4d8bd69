"""Whatever is typed into a search box or pasted into an address: every list opens, and finds nothing."""

from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from tests.cast import person
from tests.govern.admin.pages import MODELS, list_of

WORDS = {
    "nul": "%00",
    "all controls": "".join(f"%{n:02x}" for n in range(32)),
    "half of a pair": "%ED%A0%80",
    "quotes": quote("\"'`; -- \\ % _ { } $("),
    "open quote": quote('"never closed'),
    "very long": "x" * 50_000,
    "very many": "+".join(["word"] * 5_000),
}


@pytest.fixture
def olive(signed_in: Callable[[str], Client], installed: None) -> Client:
    return signed_in("olive")


def test_every_list_opens_and_finds_nothing(olive: Client) -> None:
    for model in MODELS:
        for case, word in WORDS.items():
            answer = olive.get(f"{list_of(model)}?q={word}", follow=True)
            assert answer.status_code == 200, (model, case)
            listed = answer.context.get("cl")
            if case == "nul" and listed is not None and listed.search_fields:
                assert listed.result_count == 0, model
        others = "&".join(f"{name}=%00" for name in ("p", "o", "tab", "state", "by"))
        assert olive.get(f"{list_of(model)}?{others}", follow=True).status_code == 200, model


def test_every_filter_of_calls_takes_anything(olive: Client) -> None:
    for case, word in WORDS.items():
        filters = "&".join(f"{name}={word}" for name in ("application", "key", "end_user", "model", "code"))
        answer = olive.get(f"{reverse('admin:audit_auditevent_changelist')}?{filters}", follow=True)
        assert answer.status_code == 200, case
        assert not answer.context["page"].rows, case


def test_every_list_of_the_api_answers(olive: Client) -> None:
    names = [name for name in get_resolver().reverse_dict if isinstance(name, str) and name.startswith("api-")]
    listed = [reverse(name) for name in names if get_resolver().reverse_dict.getlist(name)[0][0][0][1] == []]
    assert len(listed) >= 2
    for address in listed:
        for name in ("q", "kind", "state", "application", "unused_days"):
            for case, word in WORDS.items():
                assert olive.get(f"{address}?{name}={word}").status_code < 500, (address, name, case)


def test_words_are_kept_as_they_are(olive: Client) -> None:
    answer = olive.get(f"{list_of(type(person('olive')))}?q=olive")
    assert answer.context["cl"].query == "olive"
    assert answer.context["cl"].result_count == 1
