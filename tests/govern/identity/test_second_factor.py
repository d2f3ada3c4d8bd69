"""A second factor is fresh for five minutes, for the person who gave it, and for nobody who acts in their name."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpRequest, HttpResponse, QueryDict
from django.test import Client, RequestFactory
from django.urls import reverse

from govern.identity.second_factor import (
    RETURN_TO,
    fresh_second_factor,
    fresh_second_factor_for,
    has_fresh_second_factor,
)
from tests.cast import person
from tests.second_factor import enrol, give_second_factor, sign_in_fresh


def request_of(client: Client, name: str, method: str = "GET", path: str = "/admin/", **headers: str) -> HttpRequest:
    """A request in the session of a browser."""
    request: Any = RequestFactory().generic(method, path, **headers)
    request.session = client.session
    request.user = person(name)
    request._messages = FallbackStorage(request)
    return request


@fresh_second_factor_for("Approve")
def approve(request: HttpRequest) -> HttpResponse:
    return HttpResponse("approved")


class Page:
    @fresh_second_factor_for("Approve")
    def approve(self, request: HttpRequest, *, number: int) -> HttpResponse:
        return HttpResponse(f"approved {number}")


def test_a_code_given_now_is_fresh_and_leaves_evidence(client: Client, db: None) -> None:
    sign_in_fresh(client, person("ben"))
    factor = fresh_second_factor(request_of(client, "ben"))
    assert factor is not None
    assert factor.evidence["method"] == "totp"
    assert factor.evidence["at"].endswith("+00:00")
    assert factor.evidence["authenticator"] == str(Authenticator.objects.get().pk)


@pytest.mark.parametrize(("seconds_ago", "fresh"), [(299, True), (301, False), (-60, False)])
def test_it_is_fresh_for_five_minutes(client: Client, db: None, seconds_ago: float, fresh: bool) -> None:
    enrol(person("ben"))
    client.force_login(person("ben"))
    give_second_factor(client, person("ben"), seconds_ago=seconds_ago)
    assert has_fresh_second_factor(request_of(client, "ben")) is fresh


def test_a_password_alone_is_not(client: Client, db: None) -> None:
    enrol(person("ben"))
    client.force_login(person("ben"))
    assert not has_fresh_second_factor(request_of(client, "ben"))


def test_a_recovery_code_is_not(client: Client, db: None) -> None:
    enrol(person("ben"))
    RecoveryCodes.activate(person("ben"))
    client.force_login(person("ben"))
    give_second_factor(client, person("ben"), type="recovery_codes")
    assert not has_fresh_second_factor(request_of(client, "ben"))


def test_it_counts_for_nobody_else(client: Client, db: None) -> None:
    sign_in_fresh(client, person("ben"))
    enrol(person("cara"))
    assert not has_fresh_second_factor(request_of(client, "cara"))


def test_it_ends_with_the_authenticator(client: Client, db: None) -> None:
    sign_in_fresh(client, person("ben"))
    Authenticator.objects.all().delete()
    assert not has_fresh_second_factor(request_of(client, "ben"))


@pytest.mark.parametrize("mark", ["impersonated_by", "hijack_history"])
def test_an_impersonated_session_is_never_fresh(client: Client, db: None, mark: str) -> None:
    sign_in_fresh(client, person("ben"))
    request = request_of(client, "ben")
    request.session[mark] = "olive"
    assert not has_fresh_second_factor(request)
    answer = approve(request)
    assert answer.status_code == 302
    assert "in their name" in str([str(said) for said in get_messages(request)])


def test_a_view_runs_with_a_fresh_factor(client: Client, db: None) -> None:
    sign_in_fresh(client, person("ben"))
    request = request_of(client, "ben", "POST")
    assert approve(request).content == b"approved"
    assert Page().approve(request, number=7).content == b"approved 7"


def test_a_page_comes_back_after_confirming(client: Client, db: None) -> None:
    enrol(person("ben"))
    client.force_login(person("ben"))
    answer = approve(request_of(client, "ben", path="/admin/?tab=mine"))
    assert answer["Location"] == reverse("mfa_reauthenticate") + "?next=%2Fadmin%2F%3Ftab%3Dmine"


def test_a_form_that_cannot_be_kept_leads_back_to_its_page_with_a_word_about_it(client: Client, db: None) -> None:
    enrol(person("ben"))
    client.force_login(person("ben"))
    request = request_of(client, "ben", "POST", "/admin/approve/", HTTP_REFERER="http://testserver/admin/change/7/?a=b")
    request.POST = QueryDict("password=long")  # type: ignore[assignment]
    answer = Page().approve(request, number=7)
    assert answer["Location"].endswith("?next=%2Fadmin%2Fchange%2F7%2F%3Fa%3Db")
    assert "Nothing was done yet" in str([str(said) for said in get_messages(request)])


def test_a_foreign_page_is_not_led_back_to(client: Client, db: None) -> None:
    enrol(person("ben"))
    client.force_login(person("ben"))
    request = request_of(client, "ben", "POST", "/admin/approve/", HTTP_REFERER="http://evil.example/phish/")
    assert "evil" not in approve(request)["Location"]
    assert [kept["page"] for kept in request.session["govern.unfinished"].values()] == ["/admin/approve/"]


def test_who_has_none_is_led_to_set_one_up(client: Client, db: None) -> None:
    client.force_login(person("ben"))
    request = request_of(client, "ben", path="/admin/change/7/")
    answer = approve(request)
    assert answer["Location"] == reverse("mfa_index")
    assert request.session[RETURN_TO] == "/admin/change/7/"
