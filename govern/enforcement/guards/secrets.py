"""The guard ``secrets``: keys, tokens, private keys, connection strings and passwords. How it finds them is in `values.py`."""

from __future__ import annotations

from typing import Literal

from govern.enforcement.guards.body import Direction, GuardBody, Redaction, Score
from govern.enforcement.guards.guard import Guard, gettext_noop
from govern.enforcement.guards.values import secrets_guard


class Secrets(GuardBody, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="secrets"):
    """Keys, tokens, private keys, connection strings and cued passwords. ``types`` empty means every kind."""

    on: tuple[Direction, ...] = ("input", "output")
    action: Literal["flag", "redact", "block"] = "block"
    types: tuple[str, ...] = ()
    redaction: Redaction = "placeholder"
    min_score: Score = 0.5


GUARD = Guard(
    body=Secrets,
    build=secrets_guard,
    code="secret_leak",
    label=gettext_noop("Secrets"),
    about=gettext_noop("Keys, tokens, private keys, connection strings and passwords."),
    icon="key",
    judges_whole=False,
    place=3,
)
