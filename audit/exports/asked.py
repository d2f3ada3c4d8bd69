"""Which rows of the trail an export holds."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from audit.trail.end_users import IN_THE_TRAIL, IS_KNOWN, end_user_marks

CALLS, CASES = ("call.",), ("violation.",)
"""What the types of calls and of cases begin with."""
SEVERITY = """(CASE WHEN position('"severity":' in body::text) > 0 THEN body->>'severity' END)"""
"""What a case's event says of it."""


class Asked(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What rows must be. None: whatever.

    since: from this moment on. until: before this one. types: event types, or their beginnings with a dot at the end. person: an end user.
    marks: end users by the marks that the trail has of them. call_id: everything that one call left. severity: of cases. within: the
    applications that the person who asks may see.
    """

    since: datetime | None = None
    until: datetime | None = None
    types: tuple[str, ...] = ()
    application: str | None = None
    team: str | None = None
    key: str | None = None
    actor: str | None = None
    model: str | None = None
    code: str | None = None
    verdict: str | None = None
    severity: str | None = None
    person: str | None = None
    call_id: UUID | None = None
    within: tuple[str, ...] | None = None
    marks: tuple[str, ...] = ()


_COLUMNS = ("application", "team", "key", "actor", "model", "code", "verdict", "call_id")


def conditions_of(asked: Asked) -> tuple[str, list[Any]]:
    """The SQL condition over `audit_event`, and its parameters."""
    found: list[str] = []
    parameters: list[Any] = []

    def must(condition: str, *values: Any) -> None:
        found.append(condition)
        parameters.extend(values)

    if asked.since is not None:
        must("at >= %s", asked.since)
    if asked.until is not None:
        must("at < %s", asked.until)
    if asked.types:
        whole = [name for name in asked.types if not name.endswith(".")]
        begun = [name for name in asked.types if name.endswith(".")]
        must("(type = ANY (%s) OR split_part(type, '.', 1) || '.' = ANY (%s))", whole, begun)
    for name in _COLUMNS:
        if (value := getattr(asked, name)) is not None:
            must(f"{name} = %s", value)
    if asked.within is not None:
        must("application = ANY (%s)", list(asked.within))
    if asked.severity is not None:
        must(f"{SEVERITY} = %s", asked.severity)
    if asked.person is not None:
        must(f"{IS_KNOWN} AND ({IN_THE_TRAIL}) = ANY (%s)", list(end_user_marks(asked.person)))
    if asked.marks:
        must(f"{IS_KNOWN} AND ({IN_THE_TRAIL}) = ANY (%s)", list(asked.marks))
    return " AND ".join(found) or "true", parameters
