"""How often violations were seen of late. Bounded by what was seen within the minutes that are asked about."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection

from audit.models import Severity

_SEEN = """
SELECT application, count(DISTINCT call_id), min(revision)
FROM audit_recent_sighting
WHERE application = ANY (%s) AND at > now() - %s * interval '1 minute' AND severity = ANY (%s)
GROUP BY application HAVING count(DISTINCT call_id) >= %s
"""
_SINCE = """
SELECT count(DISTINCT call_id), coalesce(array_agg(DISTINCT violation_id::text), '{}')
FROM audit_recent_sighting
WHERE application = %s AND at > now() - %s * interval '1 minute' AND severity = ANY (%s) AND revision > %s
"""


class Often(NamedTuple):
    """An application and in how many calls violations were seen. revision: the earliest under which one of them ran."""

    application: str
    calls: int
    revision: int


class Seen(NamedTuple):
    """In how many calls, and in which cases they are."""

    calls: int
    cases: list[str]


def seen_often(*, applications: Sequence[str], severity: str, minutes: int, at_least: int) -> list[Often]:
    """Applications of which violations of at least this severity were seen in at least so many calls of the last minutes.

    What carries a later time than the database's is counted, so that a clock that is set back hides nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SEEN, [list(applications), minutes, _from(severity), at_least])
        return [Often(application, calls, revision or 0) for application, calls, revision in cursor.fetchall()]


def seen_after(revision: int, *, application: str, severity: str, minutes: int) -> Seen:
    """The same of one application, of calls that ran under a later revision alone."""
    with connection.cursor() as cursor:
        cursor.execute(_SINCE, [application, minutes, _from(severity), revision])
        calls, cases = cursor.fetchone()
    return Seen(calls, sorted(cases))


def _from(severity: str) -> list[str]:
    return list(Severity.values[Severity(severity).order :])
