"""Erasing what was said: the keys of stored prompts and answers are destroyed, and their rows stay as tombstones.

What is erased is what an erasure in force names, which others have approved. A legal hold that covers any of it stops the whole act. The
trail commits to keyed digests, so every proof holds afterwards.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext as _

from audit.trail.end_users import IN_THE_TRAIL, IS_KNOWN, end_user_mark
from govern.keeping.events import payloads_erased
from govern.keeping.standing import approved_by
from govern.models import Erasure
from govern.policy.keeping import ErasureBody, Records

_AT_ONCE = 1_000

_COVERED = f"""
FROM audit_payload p WHERE p.wrapped_key IS NOT NULL AND p.purpose <> 'background'
  AND (%(applications)s::text[] = '{{}}' OR p.application = ANY (%(applications)s))
  AND (%(since)s::timestamptz IS NULL OR p.at >= %(since)s) AND (%(until)s::timestamptz IS NULL OR p.at < %(until)s)
  AND (%(people)s::text[] = '{{}}' OR p.call_id IN (
      SELECT call_id FROM audit_event WHERE {IS_KNOWN} AND {IN_THE_TRAIL} = ANY (%(people)s)))
"""
_COUNT = f"""
SELECT count(*), count(DISTINCT p.call_id), (SELECT count(*) FROM audit_event
    WHERE {IS_KNOWN} AND {IN_THE_TRAIL} = ANY (%(names)s)) {_COVERED}
"""
_HELD = f"SELECT govern_hold_of(p.call_id, p.application, p.at) AS hold, count(*) {_COVERED} GROUP BY 1 ORDER BY 1"
_ERASE = f"""
UPDATE audit_payload SET wrapped_key = NULL, erased_at = clock_timestamp()
WHERE id IN (SELECT p.id {_COVERED} ORDER BY p.id LIMIT {_AT_ONCE} FOR UPDATE)
"""
_FORGET_ACCOUNTS = "DELETE FROM govern_enduseraccount WHERE who = ANY (%(people)s)"


class EraseRefused(Exception):
    """Nothing was erased; says why and what to do."""


class Reach(msgspec.Struct, frozen=True):
    """What an erasure covers.

    payloads: stored texts that can still be read; calls: of how many calls. held: legal holds that cover some of them.
    named: events in which an application recorded the person by name, which no erasure changes.
    """

    payloads: int
    calls: int
    held: tuple[str, ...]
    named: int


def approved_erasure(name: str) -> Erasure:
    """An erasure in force. Raises `EraseRefused`."""
    erasure = Erasure.objects.in_force().filter(name=name).first()
    if erasure is None:
        raise EraseRefused(
            _("no erasure %s is in force: propose one at Erasures and have it approved, then call this again") % name
        )
    return erasure  # type: ignore[return-value]


def reach_of(records: Records, names: Sequence[str] = ()) -> Reach:
    """What these records cover. names: end users as they are called, where applications record them so."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, _parameters(records, names))
        payloads, calls, named = cursor.fetchone()
        cursor.execute(_HELD, _parameters(records, names))
        held = tuple(hold for hold, _count in cursor.fetchall() if hold is not None)
    return Reach(payloads, calls, held, named)


def erase(erasure: Erasure, *, names: Sequence[str], actor: str, reason: str) -> Reach:
    """Destroys the keys of all that the erasure covers. Returns what that was. Raises `EraseRefused`.

    names: the end users as they are called; each must have a mark that was approved. Killed in the middle it has erased a part, and says
    so with its event; called again it does the rest.
    """
    body: ErasureBody = erasure.body
    check_names(body.records, names)
    reach = reach_of(body.records, names)
    if reach.held:
        raise EraseRefused(_("the legal hold %s covers some of it: nothing was erased") % ", ".join(reach.held))
    assert erasure.active_version is not None
    approved = approved_by(erasure.active_version)
    while erased := _erase_some(body, names, actor=actor, reason=reason, approved=approved):
        if erased < _AT_ONCE:
            break
    return reach


def check_names(records: Records, names: Sequence[str]) -> None:
    """Whoever is named was approved by their mark. Raises `EraseRefused`."""
    for name in names:
        if end_user_mark(name) not in records.end_users:
            raise EraseRefused(_("the erasure does not name this person: their mark is %s") % end_user_mark(name))


def _erase_some(body: ErasureBody, names: Sequence[str], *, actor: str, reason: str, approved: Sequence[str]) -> int:
    """Some of it, with the event that says so in the same transaction. Returns how many payloads."""
    parameters = _parameters(body.records, names)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT govern_freeze_holds()")
            cursor.execute(_ERASE, parameters)
            erased = int(cursor.rowcount)
            cursor.execute(_FORGET_ACCOUNTS, parameters)
            if erased:
                payloads_erased(
                    actor=actor,
                    erasure=body.name,
                    payloads=erased,
                    reason=reason,
                    approved_by=list(approved),
                    records=msgspec.to_builtins(body.records),
                )
    except DatabaseError as error:
        raise EraseRefused(str(error).partition("\n")[0]) from None
    return erased


def _parameters(records: Records, names: Sequence[str]) -> dict[str, Any]:
    return {
        "applications": list(records.applications),
        "since": records.since,
        "until": records.until,
        "people": [*records.end_users, *names],
        "names": list(names),
    }
