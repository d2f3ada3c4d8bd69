"""The demonstration's people get an authenticator app on the command line; nobody else does."""

from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from govern.demo.authenticators import demo_apps
from govern.management.commands.demo import PASSWORD
from govern.models import Person
from tests.cast import person


@pytest.fixture
def demonstration(db: None) -> None:
    """Amy and Ben sign in with the demonstration's password, Cara with one of her own."""
    for name in ("amy", "ben", "cara"):
        found: Person = person(name)
        if name != "cara":
            found.set_password(PASSWORD)
            found.save()


def test_each_gets_one_and_keeps_it(demonstration: None) -> None:
    first, second = demo_apps(password=PASSWORD, now_s=0), demo_apps(password=PASSWORD, now_s=30)
    assert [app.username for app in first] == ["amy", "ben"]
    assert [app.secret for app in first] == [app.secret for app in second]
    assert [app.next_code for app in first] == [app.code for app in second]
    assert first[0].address.startswith("otpauth://totp/amy%40demo?secret=")
    assert Authenticator.objects.count() == 2
    assert AuditEvent.objects.filter(type="person.second_factor_added").count() == 2


def test_its_code_signs_in(demonstration: None, own_cache: None, client: Client) -> None:
    ben = next(app for app in demo_apps(password=PASSWORD) if app.username == "ben")
    client.post(reverse("account_login"), {"login": "ben", "password": PASSWORD})
    assert client.post(reverse("mfa_authenticate"), {"code": ben.code}).status_code == 302
    assert client.get(reverse("admin:index")).status_code == 200


def test_the_command_prints_them(demonstration: None) -> None:
    said = StringIO()
    call_command("demo_codes", stdout=said)
    lines = said.getvalue().splitlines()
    assert [line.split()[0] for line in lines] == ["Person", "amy", "ben", "“Now”"]
    assert "cara" not in said.getvalue()


def test_without_a_demonstration_it_refuses(db: None) -> None:
    person("cara")
    with pytest.raises(CommandError, match="make demo"):
        call_command("demo_codes")
    assert not Authenticator.objects.exists()
