"""Finding anything by a word or a number, and nothing that one may not see."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from govern.models import ApiKey, ChangeRequest
from tests.cast import person
from tests.factories.calls import record_call

FIND = "govern_find"


def found(client: Client, sought: str) -> dict[str, set[str]]:
    answer = client.get(reverse(FIND), {"q": sought, "as": "json"})
    assert answer.status_code == 200
    kinds: dict[str, set[str]] = {}
    for hit in answer.json()["hits"]:
        kinds.setdefault(hit["kind"], set()).add(hit["label"])
    return kinds


def test_everything_is_found(signed_in: Callable[[str], Client], day: None) -> None:
    olive = signed_in("olive")
    call = record_call()
    change, key = ChangeRequest.objects.first(), ApiKey.objects.select_related("application").first()
    assert change is not None
    assert key is not None
    assert found(olive, str(call)) == {"Call": {str(call)}}
    assert found(olive, f"chatcmpl-{call.hex[:20]}")["Call"] == {str(call)}
    for sought in (f"CR-{change.number}", f"cr{change.number}"):
        assert any(label.startswith(f"CR-{change.number} ") for label in found(olive, sought)["Change request"])
    assert "helpdesk" in found(olive, "HELPD")["Application"]
    assert "baseline" in found(olive, "baseline")["Guard policy"]
    assert found(olive, "aws_access")["Violation"]
    assert any(key.masked in label for label in found(olive, key.prefix)["API key"])
    page = olive.get(reverse(FIND), {"q": "helpdesk"})
    for hit in page.context["hits"]:
        assert olive.get(hit.address).status_code == 200, hit


@pytest.mark.parametrize("sought", ["", "x", "\x00\x00", "%", "_'", "9" * 400, "é漢", "zzzzzz", "cr-999999999"])
def test_odd_words_are_no_errors(signed_in: Callable[[str], Client], day: None, sought: str) -> None:
    olive = signed_in("olive")
    assert olive.get(reverse(FIND), {"q": sought}).status_code == 200
    assert olive.post(reverse(FIND)).status_code == 405


def test_nobody_finds_what_they_may_not_see(signed_in: Callable[[str], Client], day: None) -> None:
    call = record_call()
    eve = person("eve")
    eve.groups.set(Group.objects.none())
    eve.is_staff = True
    eve.save()
    outside = Client()
    assert outside.get(reverse(FIND), {"q": "helpdesk"}).status_code == 302
    outside.force_login(eve, backend="django.contrib.auth.backends.ModelBackend")
    for sought in (str(call), "CR-1", "helpdesk", "baseline", "amy", "aws_access"):
        answer = outside.get(reverse(FIND), {"q": sought, "as": "json"})
        assert answer.status_code == 302 or answer.json() == {"hits": []}, sought
