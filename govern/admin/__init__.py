"""The admin's pages over what is in force, keys and people."""

from govern.admin import (
    api_keys,
    budgets,
    catalogue,
    changes,
    credentials,
    exemptions,
    known_names,
    memberships,
    organisation,
    payloads,
    people,
    policies,
    revisions,
    roles,
    sign_in,
    stops,
)

__all__ = [
    "api_keys",
    "budgets",
    "catalogue",
    "changes",
    "credentials",
    "exemptions",
    "known_names",
    "memberships",
    "organisation",
    "payloads",
    "people",
    "policies",
    "revisions",
    "roles",
    "sign_in",
    "stops",
]
