"""Authenticator apps for the people of the demonstration, so that they can approve without a telephone at hand.

Only people whose password is the demonstration's get one here: it is printed for everybody to read, so their accounts
protect nothing. Everybody else sets up their own.
"""

import time
from typing import NamedTuple
from urllib.parse import quote, urlencode

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.db import transaction

from govern.identity.events import person_second_factor_added
from govern.models import Person

PERIOD_S = 30


class App(NamedTuple):
    """What an authenticator app holds for one person: `secret` in base 32, and the codes of this half minute and the next."""

    username: str
    secret: str
    code: str
    next_code: str

    @property
    def address(self) -> str:
        """The `otpauth` address that an app takes instead of a scanned square."""
        parameters = urlencode({"secret": self.secret, "issuer": settings.MFA_TOTP_ISSUER}, quote_via=quote)
        return f"otpauth://totp/{quote(self.username)}%40demo?{parameters}"


def demo_apps(*, password: str, now_s: float | None = None) -> list[App]:
    """An app for everybody who signs in with `password`, set up where there is none yet; by name."""
    counter = int(now_s if now_s is not None else time.time()) // PERIOD_S
    people = [person for person in Person.objects.filter(is_active=True) if person.check_password(password)]
    found = ((person.username, _secret_of(person)) for person in sorted(people, key=lambda person: person.username))
    return [App(name, secret, _code(secret, counter), _code(secret, counter + 1)) for name, secret in found]


def seconds_left(now_s: float | None = None) -> int:
    """How long the codes of now are right."""
    return PERIOD_S - int(now_s if now_s is not None else time.time()) % PERIOD_S


def _code(secret: str, counter: int) -> str:
    return str(format_hotp_value(hotp_value(secret, counter)))


@transaction.atomic
def _secret_of(person: Person) -> str:
    Person.objects.select_for_update().get(pk=person.pk)
    known = Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).first()
    if known is not None:
        return str(decrypt(known.data["secret"]))
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    person_second_factor_added(actor=person.username, username=person.username, method="totp")
    return secret
