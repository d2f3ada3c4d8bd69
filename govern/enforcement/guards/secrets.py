"""The guard ``secrets``: keys, tokens, private keys, connection strings and passwords. How it finds them is in `values.py`."""

from __future__ import annotations

from govern.enforcement import bodies
from govern.enforcement.guards.guard import Guard, gettext_noop
from govern.enforcement.guards.values import secrets_guard

GUARD = Guard(
    body=bodies.Secrets,
    build=secrets_guard,
    code="secret_leak",
    label=gettext_noop("Secrets"),
    about=gettext_noop("Keys, tokens, private keys, connection strings and passwords."),
    icon="key",
    judges_whole=False,
)
