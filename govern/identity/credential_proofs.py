"""Passwords and second factors are set through Govern, and not from a database shell.

Before each is written, the connection is given a proof for that person which the database asks for
(`govern/migrations/0007_credentials.py`). Whoever has only the application's database role cannot make one, so they cannot
sign in as somebody else, who might approve.
"""

from typing import Any

from allauth.mfa.models import Authenticator
from django.db import connections
from django.db.models.signals import pre_save

from govern.identity.keyring import keyring
from govern.models import Person


def connect() -> None:
    """Proves every write of a password or a second factor from now on."""
    pre_save.connect(_prove_password, sender=Person, dispatch_uid="prove_password")
    pre_save.connect(_prove_factor, sender=Authenticator, dispatch_uid="prove_factor")


def _prove_password(instance: Person, using: str, update_fields: Any = None, **_: Any) -> None:
    if instance.pk is not None and (update_fields is None or "password" in update_fields):
        _prove(instance.pk, using)


def _prove_factor(instance: Authenticator, using: str, **_: Any) -> None:
    _prove(instance.user_id, using)


def _prove(person: int, using: str) -> None:
    proof = keyring().prove(f"govern/credential\n{person}")
    with connections[using].cursor() as cursor:
        # Ends with the transaction where there is one; otherwise the write that follows would not see it.
        within = connections[using].in_atomic_block
        cursor.execute("SELECT set_config('govern.credential_proof', %s, %s)", [proof, within])
