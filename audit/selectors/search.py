"""Finding calls by anything that their outcomes say, a keyset page at a time, in time that does not grow with the trail.

A page reads the outcomes of one index, in order of time, a part at a time (`looking.py`); everything else that is wanted is looked for in
those. What only a record's body says is sought in its text first (a document that PostgreSQL cannot read as JSON would fail the query), and
then read from the documents that remain.
"""

import uuid
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection

from audit.models import AuditEvent
from audit.selectors.looking import COLUMNS, TEXTS_AT_ONCE, Found, Place, behind, look, order
from audit.selectors.outcomes import ANSWERED, by_sql, codes_of, kind_sql
from audit.selectors.reach import Applications
from audit.trail.end_users import IN_THE_TRAIL, IS_KNOWN, end_user_marks
from audit.trail.events import OUTCOME

COUNTED = 10_000
"""Outcomes that are counted one by one; of more, the number is estimated."""
UNINSPECTED = "none"
"""The verdict of calls that no guard looked at."""
DIRECT_DIGITS = 8
"""An id's prefix with so many digits (a minute of calls) is looked up among ids, a shorter one in the time that it stands for."""

SESSION_IN_THE_TRAIL = "body->'client'->>'session'"
HAS_CLIENT = """position('"client":' in body::text) > 0"""
"""SQL: the session of a call's client, and that its client said anything. Indexed (migrations/0013_sessions.py)."""

Spelling = Callable[[str], Iterable[str]]
_spellings: dict[str, Spelling] = {}


def register_spelling(field: str, spelling: Spelling) -> None:
    """Says how a value that somebody looks for may stand on the record: `session` or `client_id`."""
    _spellings[field] = spelling


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What calls must be. None: whatever.

    since: from this moment on. until: before this one. ended: `refused`, or `refused:budget` (`audit.selectors.outcomes`). verdict: an
    action, or `UNINSPECTED`. guard, rule: of which something was found or decided. id_prefix: hexadecimal digits. session: of a client,
    or one of its agents. person: an end user. client_id: the client's own id of the request. *_nano_usd: cost, both ends included.
    """

    since: datetime | None = None
    until: datetime | None = None
    application: str | None = None
    team: str | None = None
    key: str | None = None
    model: str | None = None
    code: str | None = None
    verdict: str | None = None
    ended: str | None = None
    revision: int | None = None
    least_nano_usd: int | None = None
    most_nano_usd: int | None = None
    id_prefix: str | None = None
    provider: str | None = None
    guard: str | None = None
    rule: str | None = None
    session: str | None = None
    person: str | None = None
    client_id: str | None = None
    oldest_first: bool = False


class _Query:
    """The SQL of a search: what its index gives (`inner`), and what is looked for in it (`outer`)."""

    def __init__(self, wanted: Wanted, within: Applications, *, known_session: bool = False) -> None:
        """known_session: the session is one of the index of sessions, and no agent's, which only bodies say."""
        self.wanted, self.oldest_first = wanted, wanted.oldest_first
        self._known_session = known_session
        self.parameters: dict[str, Any] = {"type": OUTCOME}
        self.inner = ["type = %(type)s"]
        self.outer: list[str] = []
        self.each = self._each(_applications(wanted, within))
        self._period()
        conditions = list(self._columns())
        if self.each is None and conditions:
            self.inner.append(conditions.pop(0)[1])
        self.outer += [condition for _indexed, condition in conditions if condition != "true"]
        self.in_body = bool(self._texts())

    def _each(self, applications: list[str] | None) -> tuple[str, list[str]] | None:
        """What the index begins with, and its values, each of which is read by itself: an index gives the rows of one value in order of
        time, and those of several in none, so that PostgreSQL would rather read all calls and look into each body."""
        found = None
        if self.wanted.person is not None:
            self.inner.append(IS_KNOWN)
            found = IN_THE_TRAIL, list(end_user_marks(self.wanted.person))
        elif self.wanted.session is not None and self._known_session:
            self.inner.append(HAS_CLIENT)
            found = SESSION_IN_THE_TRAIL, spellings("session", self.wanted.session)
        if applications is None:
            return found
        if found is None:
            return "application", applications
        self.inner.append(f"application = ANY ({self._bind(applications)})")
        return found

    def _bind(self, value: Any) -> str:
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return f"%({name})s"

    def _period(self) -> None:
        if self.wanted.since is not None:
            self.inner.append(f"at >= {self._bind(self.wanted.since)}")
        if self.wanted.until is not None:
            self.inner.append(f"at < {self._bind(self.wanted.until)}")

    def _columns(self) -> list[tuple[int, str]]:
        """What columns must say, that with the narrowest index first; without an index: after all others."""
        wanted = self.wanted
        found: list[tuple[int, str]] = []
        if wanted.id_prefix:
            first, last = (uuid.UUID(wanted.id_prefix.ljust(32, digit)) for digit in "0f")
            rank = 0 if len(wanted.id_prefix) >= DIRECT_DIGITS else 9
            found.append((rank, f"call_id BETWEEN {self._bind(first)} AND {self._bind(last)}"))
        if wanted.code is not None:
            found.append((1, f"code = {self._bind(wanted.code)}"))
        if wanted.verdict == UNINSPECTED:
            found.append((9, "verdict IS NULL"))
        elif wanted.verdict is not None:
            found.append((9 if wanted.verdict == "allow" else 2, f"verdict = {self._bind(wanted.verdict)}"))
        if wanted.ended is not None:
            found += self._ended(*wanted.ended.partition(":")[::2])
        if wanted.model is not None:
            found.append((4, f"model = {self._bind(wanted.model)}"))
        for name in ("team", "key", "revision"):
            if (value := getattr(wanted, name)) is not None:
                found.append((9, f"{name} = {self._bind(value)}"))
        if wanted.least_nano_usd is not None:
            found.append((9, f"cost_nano_usd >= {self._bind(wanted.least_nano_usd)}"))
        if wanted.most_nano_usd is not None:
            found.append((9, f"cost_nano_usd <= {self._bind(wanted.most_nano_usd)}"))
        found.sort(key=lambda condition: condition[0])
        if not found or found[0][0] == 9:
            found.insert(0, (8, "true"))  # nothing with an index: what is read is bounded by time alone
        return found

    def _ended(self, kind: str, by: str) -> list[tuple[int, str]]:
        if kind == ANSWERED:
            return [(9, "code IS NULL")]
        codes = codes_of(kind, by) or ()
        index = f"code = {self._bind(codes[0])}" if len(codes) == 1 else "code IS NOT NULL"
        found = [(1 if len(codes) == 1 else 3, index), (9, f"{kind_sql()} = {self._bind(kind)}")]
        return [*found, (9, f"{by_sql()} = {self._bind(by)}")] if by else found

    def _texts(self) -> list[list[str]]:
        """What bodies must hold: of each list at least one."""
        said = [field for field in IN_BODY if field != "session" or not self._known_session]
        texts = [list(fragments(field, value)) for field in said if (value := getattr(self.wanted, field))]
        for alternatives in texts:
            found = " OR ".join(f"position({self._bind(text)} in body::text) > 0" for text in alternatives)
            self.outer.append(f"({found})")
        return texts

    def chunk(self, columns: str, *, cursor: Place | None, most: int) -> str:
        """The next `most` outcomes of the index, in order."""
        conditions = list(self.inner)
        if cursor is not None:
            conditions.append(behind(self, *(self._bind(value) for value in cursor)))
        where = " AND ".join(conditions)
        if self.each is None:
            return f"SELECT {columns} FROM audit_event WHERE {where} {order(self)} LIMIT {most}"
        column, values = self.each
        return (
            f"SELECT {columns} FROM unnest({self._bind(values)}::text[]) AS each (value), LATERAL ("
            f"SELECT {columns} FROM audit_event WHERE ({column}) = each.value AND {where} {order(self)} LIMIT {most}"
            f") AS of_one {order(self)} LIMIT {most}"
        )

    @property
    def where(self) -> str:
        return " AND ".join(self.outer) or "true"


def _applications(wanted: Wanted, within: Applications) -> list[str] | None:
    """The applications that count; None for all."""
    if wanted.application is None:
        return None if within is None else sorted(within)
    return [wanted.application] if within is None or wanted.application in within else []


def search_calls(wanted: Wanted, *, within: Applications, after: str | None = None, limit: int = 50) -> Found:
    """A page of the calls that are as wanted, of the applications `within` (None: all). Raises `audit.selectors.pages.BadCursor`."""
    query = _Query(wanted, within, known_session=_is_known_session(wanted))
    return look(query, after=after, limit=limit, fits=lambda row: is_as_wanted(row, wanted))


def _is_known_session(wanted: Wanted) -> bool:
    """Whether calls of this very session are recorded: then an index finds them, and nobody looks for an agent of that name."""
    if wanted.session is None:
        return False
    with connection.cursor() as database:
        database.execute(
            f"SELECT 1 FROM audit_event WHERE type = %s AND {HAS_CLIENT} AND ({SESSION_IN_THE_TRAIL}) = ANY (%s) LIMIT 1",
            [OUTCOME, spellings("session", wanted.session)],
        )
        return database.fetchone() is not None


class Number(msgspec.Struct, frozen=True):
    """How many calls are as wanted; not `exact`: estimated."""

    calls: int
    exact: bool


def count_calls(wanted: Wanted, *, within: Applications) -> Number:
    """How many calls are as wanted: counted up to `COUNTED`, estimated beyond. Reads no more than that, whatever the trail holds, and fewer
    where it must look into bodies."""
    query = _Query(wanted, within, known_session=_is_known_session(wanted))
    most = TEXTS_AT_ONCE if query.in_body else COUNTED
    looked = query.chunk(COLUMNS, cursor=None, most=most + 1)
    with connection.cursor() as database:
        database.execute(
            f"SELECT count(*), count(*) FILTER (WHERE {query.where}) FROM ({looked}) AS looked", query.parameters
        )
        read, fitting = database.fetchone()
        if read <= most:
            return Number(fitting, not query.in_body)
        conditions = list(query.inner)
        if query.each is not None:
            column, values = query.each
            conditions.append(f"({column}) = ANY ({query._bind(values)})")
        database.execute(
            f"EXPLAIN (FORMAT JSON) SELECT 1 FROM audit_event WHERE {' AND '.join(conditions)}", query.parameters
        )
        plan: Any = database.fetchone()[0]
    all_rows = (msgspec.json.decode(plan) if isinstance(plan, str) else plan)[0]["Plan"]["Plan Rows"]
    return Number(max(fitting, round(max(all_rows, read) * fitting / read)), False)


IN_BODY = ("provider", "guard", "rule", "session", "client_id")
"""What only the body of an outcome says."""
BUDGET, BEYOND_BOUND = "budget", "cost_beyond_bound"
"""The guard and the rule of cases about providers that reported more than a call could cost: no verdict speaks of those."""
_SESSIONS = ("session", "agent", "parent_agent")


def fragments(field: str, value: str) -> Iterable[str]:
    """The texts of which one stands in the body of every outcome that says this of the field."""
    for spelling in spellings(field, value):
        said = msgspec.json.encode(spelling).decode()
        match field:
            case "provider":
                yield f'"provider":{said}'
            case "guard":
                yield f'"guard":{said},"type":'
                yield f'"guard":{said},"rule":'
                if spelling == BUDGET:
                    yield '"cost_nano_usd":'
            case "rule":
                yield f'"type":{said},"start":'
                yield f'"rule":{said},"policy":'
                if spelling == BEYOND_BOUND:
                    yield '"cost_nano_usd":'
            case "session":
                yield from (f'"{name}":{said}' for name in _SESSIONS)
            case "client_id":
                yield f'"request":{said}'


def spellings(field: str, value: str) -> list[str]:
    """How a value may stand on the record."""
    return list(dict.fromkeys((value, *_spellings.get(field, lambda _value: ())(value))))


def is_as_wanted(row: AuditEvent, wanted: Wanted) -> bool:
    """Whether the body of an outcome says what is wanted of it."""
    return all(
        not (value := getattr(wanted, field)) or not said_of(row.fields, field).isdisjoint(spellings(field, value))
        for field in IN_BODY
    )


def said_of(body: dict[str, Any], field: str) -> frozenset[str]:
    """What the body of an outcome says of a field."""
    match field:
        case "provider":
            found: Iterable[Any] = (body.get("provider"),)
        case "guard" | "rule":
            found = _seen(body, field)
        case "session":
            found = (_of(body.get("client"), name) for name in _SESSIONS)
        case _:
            found = (_of(body.get("client"), "request"),)
    return frozenset(value for value in found if isinstance(value, str))


def _seen(body: dict[str, Any], field: str) -> Iterable[Any]:
    attempts = body.get("attempts")
    for attempt in attempts if isinstance(attempts, list) else ():
        cost, held = _of(attempt, "cost_nano_usd"), _of(attempt, "reserved_nano_usd")
        if isinstance(cost, int) and isinstance(held, int) and cost > held:
            yield BUDGET if field == "guard" else BEYOND_BOUND
    for name in ("input_verdict", "output_verdict"):
        verdict = body.get(name)
        yield _of(verdict, field)
        findings = _of(verdict, "findings")
        for finding in findings if isinstance(findings, list) else ():
            if _of(finding, "action") != "allow":
                yield _of(finding, "guard" if field == "guard" else "type")


def _of(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None
