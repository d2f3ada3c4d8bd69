"""The guard ``pii``: personal data. How it finds them is in `values.py`."""

from __future__ import annotations

from govern.enforcement import bodies
from govern.enforcement.guards.guard import Guard, gettext_noop
from govern.enforcement.guards.values import pii_guard

GUARD = Guard(
    body=bodies.Pii,
    build=pii_guard,
    code="pii_leak",
    label=gettext_noop("Personal data"),
    about=gettext_noop("Personal data by kind, such as card numbers, IBANs and e-mail addresses."),
    icon="fingerprint",
    judges_whole=False,
)
