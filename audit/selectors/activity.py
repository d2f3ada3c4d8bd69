"""What people and the system did: the events of the trail that belong to no call."""

from datetime import datetime
from typing import Any

from audit.selectors.looking import Found, Place, behind, look, order


class _Query:
    """The SQL: what the index of these events gives, in order of time, and what is looked for in it."""

    oldest_first = False

    def __init__(self, since: datetime | None, until: datetime | None) -> None:
        self.parameters: dict[str, Any] = {"since": since, "until": until}
        self._inner = ["call_id IS NULL"]
        if since is not None:
            self._inner.append("at >= %(since)s")
        if until is not None:
            self._inner.append("at < %(until)s")
        self._outer: list[str] = []
        self.in_body = False

    def must(self, condition: str, **parameters: Any) -> None:
        self._outer.append(condition)
        self.parameters |= parameters

    @property
    def where(self) -> str:
        return " AND ".join(self._outer) or "true"

    def chunk(self, columns: str, *, cursor: Place | None, most: int) -> str:
        conditions = list(self._inner)
        if cursor is not None:
            self.parameters["last_at"], self.parameters["last_seq"] = cursor
            conditions.append(behind(self, "%(last_at)s", "%(last_seq)s"))
        return f"SELECT {columns} FROM audit_event WHERE {' AND '.join(conditions)} {order(self)} LIMIT {most}"


def activity(
    *,
    actor: str | None = None,
    about: str | None = None,
    types: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Found:
    """Events without a call, newest first. Reads the index of those, which does not grow with the traffic, a part at a time.

    actor: who did it. about: the name of an object or a person, a change such as CR-7, or any other value that the event recorded.
    types: an event type, or the beginning of several (`change.`). Raises `audit.selectors.pages.BadCursor`.
    """
    query = _Query(since, until)
    if actor:
        query.must("actor = %(actor)s", actor=actor)
    if types:
        query.must("starts_with(type, %(types)s)", types=types)
    if about:
        # In the text of the body: the database's JSON functions fail the query for one document that they cannot read.
        query.must(
            "(application = %(about)s OR key = %(about)s OR model = %(about)s OR position(%(said)s in body::text) > 0)",
            about=about,
            said=f'"{about}"',
        )
        query.in_body = True
    return look(query, after=after, limit=limit)
