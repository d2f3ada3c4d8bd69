"""The difference between two bodies, by place: `guards[pii].action: block → redact`."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import msgspec


class Absent:
    """Stands for what one side does not have."""

    def __repr__(self) -> str:
        return "–"


ABSENT = Absent()


class Difference(NamedTuple):
    """One place that differs. A side that has nothing there is `ABSENT`."""

    place: str
    before: Any
    after: Any


def differences(before: Any, after: Any) -> list[Difference]:
    """Every place that differs between two bodies of one kind; None stands for no body.

    Entries of lists are matched by their name, or by the guard that they are, so that a row that moved is not a row that changed; a new
    order is told as `place.order`.
    """
    plain = [ABSENT if side is None else msgspec.to_builtins(side) for side in (before, after)]
    return list(_walk("", *plain))


def _walk(place: str, before: Any, after: Any) -> Iterator[Difference]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*before, *after)):
            yield from _walk(f"{place}.{key}".lstrip("."), before.get(key, ABSENT), after.get(key, ABSENT))
    elif _is_rows(before) and _is_rows(after) and (before or after):
        rows_before, rows_after = by_label(before), by_label(after)
        for label in dict.fromkeys((*rows_before, *rows_after)):
            yield from _walk(f"{place}[{label}]", rows_before.get(label, ABSENT), rows_after.get(label, ABSENT))
        order_before = [label for label in rows_before if label in rows_after]
        order_after = [label for label in rows_after if label in rows_before]
        if order_before != order_after:
            yield Difference(f"{place}.order", order_before, order_after)
    elif before != after:
        yield Difference(place, before, after)


def _is_rows(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(row, dict) for row in value)


def by_label(rows: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Rows by what tells them apart: their name, or the guard that they are; the second of a sort is `pii#2`."""
    labelled: dict[str, dict[str, Any]] = {}
    for row in rows:
        label = stem = str(row.get("name") or row.get("guard") or "row")
        number = 2
        while label in labelled:
            label, number = f"{stem}#{number}", number + 1
        labelled[label] = row
    return labelled


class Clash(NamedTuple):
    """A place that two people changed from the same base."""

    place: str
    base: Any
    mine: Any
    theirs: Any

    @property
    def conflicts(self) -> bool:
        """Whether both changed it, and not to the same."""
        return self.mine != self.base and self.theirs != self.base and self.mine != self.theirs


def three_way(base: Any, mine: Any, theirs: Any) -> list[Clash]:
    """Every place in which one of two bodies differs from their common base; None stands for no body.

    No place lies within another: where one side took away what the other changed within, the whole of it is one place.
    """
    plain = [ABSENT if side is None else msgspec.to_builtins(side) for side in (base, mine, theirs)]
    return list(_walk_three("", *plain))


def _walk_three(place: str, base: Any, mine: Any, theirs: Any) -> Iterator[Clash]:
    sides = (base, mine, theirs)
    known = [side for side in sides if side is not ABSENT]
    if ABSENT in (mine, theirs) or not (all(isinstance(side, dict) for side in known) or all(map(_is_rows, known))):
        if mine != base or theirs != base:
            yield Clash(place, base, mine, theirs)
    elif isinstance(mine, dict):
        for key in dict.fromkeys(key for side in known for key in side):
            yield from _walk_three(f"{place}.{key}".lstrip("."), *(_entry(side, key) for side in sides))
    else:
        rows = [{} if side is ABSENT else by_label(side) for side in sides]
        for label in dict.fromkeys(label for side in rows for label in side):
            yield from _walk_three(f"{place}[{label}]", *(side.get(label, ABSENT) for side in rows))
        orders = [[label for label in side if all(label in other for other in rows)] for side in rows]
        if orders[1] != orders[0] or orders[2] != orders[0]:
            yield Clash(f"{place}.order", *orders)


def _entry(side: Any, key: str) -> Any:
    return ABSENT if side is ABSENT else side.get(key, ABSENT)
