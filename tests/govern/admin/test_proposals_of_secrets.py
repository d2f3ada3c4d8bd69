"""A credential's new secret is sealed as it arrives, and stands nowhere else: not on a page, not in a log, not in an error."""

import logging
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from govern.models import ChangeItem
from tests.govern.admin.test_proposals import form_of, propose, send, typed

SECRET = "sk-very-secret-0123456789abcd"

pytestmark = pytest.mark.usefixtures("installed")


@pytest.fixture
def amy(signed_in: Callable[[str], Client]) -> Client:
    return signed_in("amy")


def test_it_is_sealed_and_never_shown(amy: Client, caplog: pytest.LogCaptureFixture) -> None:
    address = propose("provider_credential", "openai-main")
    caplog.set_level(logging.DEBUG)
    assert send(amy, address, form_of(amy, address), secret=SECRET, reason="The old one has leaked.").status_code == 302
    item = ChangeItem.objects.get()
    assert item.secret["last_four"] == "abcd"
    assert item.secret_sha256
    assert SECRET not in str(vars(item))
    assert SECRET not in caplog.text
    page = amy.get(reverse("admin:govern_changerequest_item", args=[item.pk])).content.decode()
    assert SECRET not in page
    assert "ends in abcd" in page


@pytest.mark.parametrize("secret", ["sk-first\nsk-second", "sk-\x07bell-0123456789", "sk-\u200b0123456789abcd"])
def test_one_that_no_header_can_carry_is_refused(amy: Client, secret: str) -> None:
    address = propose("provider_credential", "openai-main")
    page = send(amy, address, form_of(amy, address), secret=secret, reason="The old one has leaked.").content.decode()
    assert "no header can carry" in page
    assert secret not in page
    assert not ChangeItem.objects.exists()


def test_after_an_error_it_must_be_typed_again(amy: Client) -> None:
    address = propose("provider_credential", "openai-main")
    form = form_of(amy, address)
    form["body.weight"] = "many"
    page = send(amy, address, form, secret=SECRET, reason="It is time.").content.decode()
    assert "type it again" in page
    assert SECRET not in page
    assert typed(page)["secret"] == ""
    assert not ChangeItem.objects.exists()


def test_an_empty_one_leaves_a_sealed_one_as_it_is(amy: Client) -> None:
    address = propose("provider_credential", "openai-main")
    send(amy, address, form_of(amy, address), secret=SECRET, reason="The old one has leaked.")
    item = ChangeItem.objects.get()
    address = reverse("admin:govern_changerequest_item", args=[item.pk])
    form = form_of(amy, address)
    form["body.weight"] = "3"
    assert send(amy, address, form).status_code == 302
    again = ChangeItem.objects.get()
    assert (again.body.weight, again.secret) == (3, item.secret)


def test_a_secret_for_another_kind_is_ignored(amy: Client) -> None:
    address = propose("team", "support")
    form = form_of(amy, address)
    form["body.description"] = "Answers customers."
    assert send(amy, address, form, secret=SECRET, reason="It is time.").status_code == 302
    assert ChangeItem.objects.get().secret is None
