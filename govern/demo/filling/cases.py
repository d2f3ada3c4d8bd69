"""The violations of a day, and how people worked them: rows of their table, and the events that say so."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, NamedTuple

import msgspec
from django.db import connection

from audit.models import State
from audit.trail.case_events import pack_case_event
from audit.trail.events import check_event
from audit.trail.rows import pack_event
from audit.trail.sightings import DUE_AFTER_HOURS, Joined, Sighting, violation_id
from govern.demo.filling.clock import identifier
from govern.demo.filling.copied_rows import copied, with_id

_CLOSED = (State.RESOLVED, State.RESOLVED, State.RESOLVED, State.FALSE_POSITIVE, State.ACCEPTED_RISK)
_STAGES = (State.NEW, State.TRIAGED, State.INVESTIGATING, State.CONTAINED)
_WHY = {
    State.RESOLVED: "The application was put right.",
    State.FALSE_POSITIVE: "A harmless text.",
    State.ACCEPTED_RISK: "Known, and accepted until the next review.",
}
_INSERT = """
INSERT INTO audit_violation AS v (id, application, team, guard, rule, revision, severity, state, count,
    first_at, last_at, first_call_id, last_call_id, assignee, due_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (id) DO UPDATE SET count = v.count + EXCLUDED.count, first_at = LEAST(v.first_at, EXCLUDED.first_at),
    last_at = GREATEST(v.last_at, EXCLUDED.last_at), state = EXCLUDED.state, assignee = EXCLUDED.assignee
"""
"""A day may have been filled before."""


class _Case(NamedTuple):
    first: Sighting
    last: Sighting
    seen: int


class DaysCases:
    """The cases that open within a day."""

    def __init__(self, random: Random, *, people: Sequence[str], until: datetime) -> None:
        self._random, self._people, self._until = random, people, until
        self._cases: dict[uuid.UUID, _Case] = {}
        self.number = 0
        """Cases that were written."""

    def see(self, seen: Sighting) -> uuid.UUID:
        """Opens a case or joins it. Returns which."""
        case = violation_id(application=seen.application, guard=seen.guard, rule=seen.rule, at_us=seen.at_us)
        found = self._cases.get(case)
        self._cases[case] = _Case(seen, seen, 1) if found is None else _Case(found.first, seen, found.seen + 1)
        return case

    def finish(self, instance: int) -> list[tuple[int, bytes]]:
        """Writes the cases. Returns their events with their times, in order; the next day begins with none."""
        rows, events = [], []
        for number, case in self._cases.items():
            opened_us = case.first.at_us
            packed = pack_case_event(Joined(number, case.first, True, False), instance)
            events.append((opened_us, copied(with_id(packed, identifier(opened_us, self._random)))))
            state, assignee, worked = self._worked(number, case)
            events += worked
            rows.append(_row(number, case, state, assignee))
        self.number += len(rows)
        self._cases = {}
        with connection.cursor() as cursor:
            cursor.executemany(_INSERT, rows)
        return sorted(events)

    def _worked(self, number: uuid.UUID, case: _Case) -> tuple[State, str, list[tuple[int, bytes]]]:
        """How far people came with it: nearly all that are a month old are closed, and few of today's."""
        age_days = (self._until.timestamp() * 1e6 - case.last.at_us) / 86.4e9
        steps: list[State] = []
        if self._random.random() < min(0.97, 0.2 + age_days / 20):
            steps = [State.TRIAGED, self._random.choice(_CLOSED)]
        elif (stage := self._random.randrange(len(_STAGES))) > 0:
            steps = list(_STAGES[1 : stage + 1])
        if not steps:
            return State.NEW, "", []
        who = self._random.choice(self._people)
        at_us, before = case.last.at_us, State.NEW
        events = []
        for place, step in enumerate(steps):
            waited = self._random.expovariate(1 / (DUE_AFTER_HOURS[case.first.severity] / 3))
            latest_us = int(self._until.timestamp() * 1e6) - 1_000 * (len(steps) - place)
            at_us = min(at_us + 2 + int(waited * 3.6e9), latest_us)
            if place == 0:
                events.append(_event(at_us, "violation.assigned", number, case.first, who, self._random, assignee=who))
            said = {"before": before.value, "after": step.value, "reason": _WHY.get(step, ""), "calls": case.seen}
            events.append(_event(at_us + 1, "violation.transitioned", number, case.first, who, self._random, **said))
            before = step
        return before, who, events


def _event(
    at_us: int, type: str, case: uuid.UUID, seen: Sighting, actor: str, random: Random, **context: Any
) -> tuple[int, bytes]:
    said = {"violation": str(case), "application": seen.application, "team": seen.team, "rule": seen.rule, **context}
    check_event(type, said)
    packed = pack_event(
        id=identifier(at_us, random), at_us=at_us, type=type, call_id=None,
        application=seen.application, team=seen.team, key=None, actor=actor, model=None, status=None, code=None, verdict=None,
        cost_nano_usd=None, revision=None, body=msgspec.json.encode(said), instance=None,
    )  # fmt: skip
    return at_us, copied(packed)


def _row(number: uuid.UUID, case: _Case, state: State, assignee: str) -> tuple[Any, ...]:
    first, last = case.first, case.last
    due_at = _time(first.at_us) + timedelta(hours=DUE_AFTER_HOURS[first.severity])
    return (
        number, first.application, first.team, first.guard, first.rule, first.revision, first.severity, state.value, case.seen,
        _time(first.at_us), _time(last.at_us), uuid.UUID(bytes=first.call_id), uuid.UUID(bytes=last.call_id), assignee, due_at,
    )  # fmt: skip


def _time(at_us: int) -> datetime:
    return datetime.fromtimestamp(at_us / 1e6, UTC)
