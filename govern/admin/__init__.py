"""The admin's pages over what is in force, keys and people."""

from govern.admin import (
    api_keys,
    budgets,
    catalogue,
    credentials,
    known_names,
    organisation,
    people,
    policies,
    revisions,
    roles,
)

__all__ = [
    "api_keys",
    "budgets",
    "catalogue",
    "credentials",
    "known_names",
    "organisation",
    "people",
    "policies",
    "revisions",
    "roles",
]
