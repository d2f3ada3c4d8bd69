"""People of the cast with an authenticator app, and sessions in which they have just given a code."""

import time

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from govern.identity.second_factor import SecondFactor
from govern.models import Person

PERIOD_S = 30


def enrol(someone: Person) -> str:
    """Sets up an authenticator app, if there is none; returns its secret in base 32."""
    found = Authenticator.objects.filter(user=someone, type=Authenticator.Type.TOTP).first()
    if found:
        return str(_opened(found))
    secret = generate_totp_secret()
    TOTP.activate(someone, secret)
    return secret


def code_of(secret: str, *, at: float | None = None) -> str:
    """The six digits that the app shows now."""
    return format_hotp_value(hotp_value(secret, int(at or time.time()) // PERIOD_S))


def fresh_factor(someone: Person) -> SecondFactor:
    """What somebody has who has just given a code of their app."""
    enrol(someone)
    authenticator = Authenticator.objects.get(user=someone, type=Authenticator.Type.TOTP)
    authenticator.record_usage()
    return SecondFactor("totp", timezone.now(), str(authenticator.pk))


def sign_in_fresh(client: Client, someone: Person) -> Client:
    """Signs somebody in who has given a code of their app this very moment."""
    enrol(someone)
    client.force_login(someone, backend="django.contrib.auth.backends.ModelBackend")
    give_second_factor(client, someone)
    return client


def give_second_factor(client: Client, someone: Person, *, seconds_ago: float = 0, type: str = "totp") -> None:
    """Writes the record that allauth writes when somebody gives a second factor, into a session that is signed in."""
    authenticator = Authenticator.objects.get(user=someone, type=type)
    authenticator.record_usage()
    request = HttpRequest()
    request.session = client.session
    record_authentication(request, someone, "mfa", id=authenticator.pk, type=type, reauthenticated=True)
    request.session["account_authentication_methods"][-1]["at"] -= seconds_ago
    request.session.save()


def _opened(authenticator: Authenticator) -> str:
    from allauth.mfa.utils import decrypt

    return str(decrypt(authenticator.data["secret"]))
