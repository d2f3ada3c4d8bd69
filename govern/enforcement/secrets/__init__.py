"""Secrets by kind: keys and tokens of services, private keys, connection strings, passwords that a word announces."""

from __future__ import annotations

from govern.enforcement.secrets import commands, general, givers, named, providers

KINDS = (*providers.KINDS, *named.KINDS, *commands.KINDS, *givers.KINDS, *general.KINDS)

KIND_IDS = tuple(dict.fromkeys(kind.id for kind in KINDS))


def kind_id(name: str) -> str | None:
    """The id of the kind that a policy calls ``name``, in either case; None when there is none."""
    name = name.lower()
    return name if name in KIND_IDS else None
