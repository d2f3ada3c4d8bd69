"""How a call ended: answered, refused or failed, and by whom. The one definition of it, for rows in Python and in SQL alike.

What a guard made of a call is another question (its verdict): a call that no guard touched may have been refused, and one that was
masked may have failed at its provider.
"""

from typing import Any, NamedTuple

from audit.trail.codes import CODES, FAILED, REFUSED
from audit.trail.events import INTENT, OUTCOME, REJECTED

ANSWERED, UNFINISHED = "answered", "unfinished"
KINDS = (ANSWERED, REFUSED, FAILED)

_OTHER = (FAILED, "unknown")
_TOLD_BY_PROVIDER = "invalid_request"
"""The one code that the door and a provider both give: an attempt at which a provider said no tells which."""
_PROVIDER = (FAILED, "provider")
_FAILURE_ON_RECORD = '"failure":{"status"'
"""As the record of an outcome has it; in a text of a caller's, quotes would be escaped."""


def who_ended(kind: str) -> tuple[str, ...]:
    """Who can have ended a call, for a kind of end: refused or failed."""
    ends = (*(code.ended for code in CODES.values()), _OTHER)
    return tuple(dict.fromkeys(by for of, by in ends if of == kind))


class Ended(NamedTuple):
    """kind: `answered`, `refused`, `failed` or `unfinished`. by: who refused it, or where it failed; empty for the others."""

    kind: str
    by: str = ""


def ended(*, type: str, code: str | None, body: Any) -> Ended:
    """How the call ended that left an event of this type with this code and body."""
    if type == INTENT:
        return Ended(UNFINISHED)
    if code is None:
        return Ended(ANSWERED) if type == OUTCOME else Ended(*_OTHER)
    if type == OUTCOME and code == _TOLD_BY_PROVIDER and _a_provider_failed(body):
        return Ended(*_PROVIDER)
    return Ended(*(CODES[code].ended if code in CODES and type in (OUTCOME, REJECTED) else _OTHER))


def _a_provider_failed(body: Any) -> bool:
    attempts = body.get("attempts") if isinstance(body, dict) else None
    if not isinstance(attempts, list):
        return False
    return any(isinstance(attempt, dict) and isinstance(attempt.get("failure"), dict) for attempt in attempts)


def _sql(position: int, answered: str) -> str:
    """A CASE over an outcome's row that gives the kind (0) or the by (1) of its end."""
    whens = "".join(f" WHEN code = '{code}' THEN '{end[position]}'" for code, (_, end) in CODES.items())
    return (
        f"CASE WHEN code IS NULL THEN '{answered}'"
        f" WHEN code = '{_TOLD_BY_PROVIDER}' AND position('{_FAILURE_ON_RECORD}' in body::text) > 0 THEN '{_PROVIDER[position]}'"
        f"{whens} ELSE '{_OTHER[position]}' END"
    )


def kind_sql() -> str:
    """The kind of an outcome's end."""
    return _sql(0, ANSWERED)


def by_sql() -> str:
    """Who ended it; empty for an answer."""
    return _sql(1, "")


def codes_of(kind: str, by: str = "") -> tuple[str, ...] | None:
    """Every code that an end of this kind can have; None where a code that is not known here counts, too."""
    if kind not in (REFUSED, FAILED) or (kind, by or _OTHER[1]) == _OTHER:
        return None
    codes = tuple(code for code, (_, end) in CODES.items() if end[0] == kind and by in ("", end[1]))
    return (*codes, _TOLD_BY_PROVIDER) if (kind, by) == _PROVIDER else codes
