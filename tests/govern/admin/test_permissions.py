"""Who may see and do what: made for every model and every role, so that a new model cannot be forgotten."""

from collections.abc import Callable

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from govern.identity.groups import GROUPS, OWNER, permissions_of
from govern.models import Person
from tests.govern.admin.pages import MODELS, list_of, page_of

ROLES = (*GROUPS, "nobody")
ADDED_HERE = {"apikey", "person"}
"""Models with a page to add one."""


@pytest.fixture(params=ROLES)
def role(request: pytest.FixtureRequest) -> str:
    """Every role there is, and somebody without any."""
    return str(request.param)


@pytest.fixture
def visitor(role: str, day: None) -> Client:
    """A browser of somebody with that role alone."""
    visitor = Person.objects.create_user(username=f"visitor-{role}", password="x", is_staff=True)
    visitor.groups.set(Group.objects.filter(name=role))
    client = Client()
    client.force_login(visitor, backend="django.contrib.auth.backends.ModelBackend")
    return client


def is_owned(role: str, model: type[Model]) -> bool:
    """Whether an owner's own rows of it are shown: to one who owns nothing, none."""
    return role == OWNER and bool(admin.site.get_model_admin(model).application_field)


def may(role: str, action: str, model: type[Model]) -> bool:
    return role in GROUPS and (action, model._meta.model_name) in permissions_of(role)


def test_lists_and_pages_open_for_who_may_view_them_and_nobody_else(visitor: Client, role: str) -> None:
    for model in MODELS:
        expected = {200, 302} if may(role, "view", model) else {403}
        found = model._default_manager.first()
        assert found is not None
        if is_owned(role, model):
            assert visitor.get(list_of(model)).status_code == 200
            assert visitor.get(page_of(found)).status_code == 404
            continue
        for address in (list_of(model), page_of(found)):
            assert visitor.get(address).status_code in expected, (role, address)


def test_what_is_added_in_the_admin_is_added_by_who_may_and_nobody_else(visitor: Client, role: str) -> None:
    for model in MODELS:
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")
        allowed = model._meta.model_name in ADDED_HERE and (may(role, "add", model) or is_owned(role, model))
        assert visitor.get(address).status_code == (200 if allowed else 403), (role, address)


def test_nothing_is_deleted_whoever_asks(visitor: Client, role: str) -> None:
    for model in MODELS:
        found = model._default_manager.first()
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_delete", args=[found.pk])
        assert visitor.post(address, {"post": "yes"}).status_code == 403, (role, address)
        assert model._default_manager.filter(pk=found.pk).exists()


def test_governed_objects_are_not_changed_by_a_post(visitor: Client, role: str) -> None:
    for model in MODELS:
        if not hasattr(model, "KIND"):
            continue
        found = model._default_manager.first()
        visitor.post(page_of(found), {"name": "renamed"})
        assert model._default_manager.get(pk=found.pk).name == found.name


def test_the_menu_shows_what_opens_and_nothing_else(visitor: Client, role: str) -> None:
    home = visitor.get(reverse("admin:index"))
    assert home.status_code == 200
    links = [item["link"] for group in home.context["sidebar_navigation"] for item in group["items"]]
    assert all(visitor.get(link).status_code == 200 for link in links)
    shown = {model for model in MODELS if list_of(model) in links}
    assert shown == {model for model in MODELS if may(role, "view", model) or is_owned(role, model)}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_superuser_deletes_nothing_either(model: type[Model], day: None) -> None:
    root = Person.objects.create_superuser(username="root", password="x")
    client = Client()
    client.force_login(root, backend="django.contrib.auth.backends.ModelBackend")
    found = model._default_manager.first()
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_delete", args=[found.pk])
    assert client.post(address, {"post": "yes"}).status_code == 403


def test_eve_sees_a_home_page_and_nothing_on_it(signed_in: Callable[[str], Client], day: None) -> None:
    home = signed_in("eve").get(reverse("admin:index"))
    assert "risk-engine" not in home.content.decode()
    assert "You have no role yet" in home.content.decode()


def test_who_is_not_signed_in_is_asked_to(client: Client, day: None) -> None:
    for model in MODELS:
        answer = client.get(list_of(model))
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("admin:login"))
