"""Putting two bodies together that were written upon the same one, place by place."""

import re
from collections.abc import Callable
from typing import Any

import msgspec

from govern.changes.differences import ABSENT, Clash, by_label
from govern.policy.bodies import BODIES
from govern.policy.canonical import canonical_json

_STEP = re.compile(r"\[([^\]]+)\]|([^.\[\]]+)")
_ORDER = ".order"
Stands = Callable[[Clash], bool]
"""Whether mine stands at a place that both changed."""


def merged_body(kind: str, theirs: Any, mine: Any, rows: list[Clash], mine_stands: Stands) -> Any:
    """Their body with every place that only mine changed, and of those that both changed the ones where mine stands.

    Raises `msgspec.ValidationError` where what comes out does not fit its schema.
    """
    plain: Any = msgspec.json.decode(canonical_json(theirs))
    wanted: Any = msgspec.json.decode(canonical_json(mine))
    taken = [row for row in rows if row.mine != row.base and (not row.conflicts or mine_stands(row))]
    for row in sorted(taken, key=lambda row: row.place.endswith(_ORDER)):  # orders last, when every row is there
        if row.place.endswith(_ORDER):
            _reorder(_at(plain, row.place.removesuffix(_ORDER)), row.mine)
        elif not row.place:
            plain = wanted
        else:
            _put(plain, wanted, row.place, row.mine)
    return msgspec.convert(plain, BODIES[kind])


def _at(value: Any, place: str) -> Any:
    for row, field in _STEP.findall(place):
        value = by_label(value).get(row) if row else value.get(field)
        if value is None:
            return None
    return value


def _put(value: Any, whole: Any, place: str, wanted: Any) -> None:
    """Writes into plain values at a place such as `guards[pii].action`. A row that is gone stays gone; a new one comes after the one
    that it comes after in `whole`, the body that it is from."""
    *way, (row, field) = _STEP.findall(place)
    for through, name in way:
        value = by_label(value).get(through) if through else value.setdefault(name, [] if row else {})
        if value is None:
            return
    if not row:
        if wanted is ABSENT:
            value.pop(field, None)
        else:
            value[field] = wanted
        return
    labels = list(by_label(value))
    if row in labels:
        if wanted is ABSENT:
            del value[labels.index(row)]
        else:
            value[labels.index(row)] = wanted
    elif wanted is not ABSENT:
        value.insert(_after(labels, list(by_label(_at(whole, place[: place.rindex("[")]) or [])), row), wanted)


def _after(labels: list[str], own: list[str], row: str) -> int:
    """Where a row belongs among others: after the nearest one before it that is there, or before the nearest one after it."""
    position = own.index(row) if row in own else len(own)
    for before in reversed(own[:position]):
        if before in labels:
            return labels.index(before) + 1
    for after in own[position + 1 :]:
        if after in labels:
            return labels.index(after)
    return len(labels)


def _reorder(rows: Any, wanted: list[str]) -> None:
    """Puts the named rows in the order that is wanted, in the places that they have; others stay where they are."""
    if rows is None:
        return
    labelled = by_label(rows)
    coming = iter([labelled[label] for label in wanted if label in labelled])
    rows[:] = [next(coming) if label in wanted else row for label, row in labelled.items()]
