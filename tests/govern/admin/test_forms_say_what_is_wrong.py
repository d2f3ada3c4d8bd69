"""Every form of the admin says all that is wrong at once, above its fields, each a link to its field, and again at the field."""

from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse

from govern.models import ApiKey
from tests.factories.changes import propose
from tests.govern.admin.changes.acting import address


class Ids(HTMLParser):
    """The ids of a page, where its links lead, and what its inputs are described by."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.to: set[str] = set()
        self.described: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes an element."""
        found = dict(attrs)
        self.ids.add(found.get("id") or "")
        if tag == "a" and (found.get("href") or "").startswith("#id_"):
            self.to.add(str(found["href"])[1:])
        self.described.update((found.get("aria-describedby") or "").split())


@pytest.fixture
def olive(signed_in: Callable[[str], Client], installed: None) -> Client:
    return signed_in("olive")


def key() -> str:
    return str(ApiKey.objects.usable().values_list("pk", flat=True)[0])


FORMS = {
    "issue a key": (lambda: reverse("admin:govern_apikey_add"), {}, {"id_application", "id_name"}),
    "revoke a key": (lambda: reverse("admin:govern_apikey_revoke", args=[key()]), {}, {"id_reason"}),
    "rotate a key": (lambda: reverse("admin:govern_apikey_rotate", args=[key()]), {}, {"id_grace"}),
    "stop traffic": (lambda: reverse("admin:govern_stop_now"), {}, {"id_target", "id_reason"}),
    "stop one": (lambda: reverse("admin:govern_stop_now"), {"target": "model"}, {"id_model", "id_reason"}),
    "try": (lambda: reverse("admin:govern_guardpolicy_try"), {}, {"id_text"}),
    "add a person": (lambda: reverse("admin:govern_person_add"), {"username": ""}, {"id_username"}),
}


@pytest.mark.parametrize("form", FORMS)
def test_each_fault_is_a_link_to_its_field_and_stands_there_too(olive: Client, form: str) -> None:
    at, fields, wrong = FORMS[form]
    page = Ids(olive.post(at(), {"csrfmiddlewaretoken": "-", **fields}).content.decode())
    assert page.to >= wrong
    assert page.to <= page.ids, "a link leads to no field"
    assert {f"{name}_error" for name in wrong} <= page.ids
    assert {f"{name}_error" for name in wrong} <= page.described


def test_what_goes_together_is_added_to_its_draft(signed_in: Callable[[str], Client], installed: None) -> None:
    draft = propose("More", "It ran out.")
    amy = signed_in("amy")
    kinds = f"{reverse('admin:govern_changerequest_propose')}?draft={draft.pk}"
    assert kinds in amy.get(address(draft)).content.decode()
    page = amy.get(kinds).content.decode()
    form = f"{reverse('admin:govern_changerequest_propose', args=['team'])}?draft={draft.pk}"
    assert form in page
    assert f'value="{draft.pk}:1" selected' in amy.get(form).content.decode()
    assert "?draft=" not in signed_in("olive").get(kinds).content.decode().split('class="kinds"')[1]
