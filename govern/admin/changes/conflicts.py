"""A base that has moved: what was, what this change says and what is in force now, side by side."""

from typing import NamedTuple

from django.utils.functional import Promise

from govern.admin.changes.items import plain_value
from govern.admin.changes.words import kind_word
from govern.admin.proposals.places import spoken_place
from govern.changes.rebase import Moved, place_key
from govern.changes.rollback import Overtaken


class Row(NamedTuple):
    """One place in words, and JSON on each side; clashes: both changed it, and not to the same; key: its name in the form that decides."""

    place: str
    base: str
    mine: str
    theirs: str
    clashes: bool
    key: str


class Conflict(NamedTuple):
    """One proposed version whose base is not in force any more. theirs: the number of the version in force, if any."""

    kind: str | Promise
    name: str
    base: int | None
    theirs: int | None
    rows: list[Row]

    @property
    def clashes(self) -> bool:
        """Whether somebody must decide which side stands."""
        return any(row.clashes for row in self.rows)


def conflict(moved: Moved) -> Conflict:
    """An item that must be rebased, ready to be shown."""
    item = moved.item
    return Conflict(
        kind_word(item.kind),
        item.object_name,
        item.base.number if item.base else None,
        moved.live.number if moved.live else None,
        [
            Row(
                spoken_place(item.kind, r.place) or "–",
                plain_value(r.base),
                plain_value(r.mine),
                plain_value(r.theirs),
                r.conflicts,
                place_key(item, r),
            )
            for r in moved.rows
        ],
    )


class WayBack(NamedTuple):
    """One object of an applied change that was changed again since. restored, stays: places, if later changes are kept."""

    kind: str | Promise
    name: str
    restored: list[str]
    stays: list[str]


def way_back(overtaken: Overtaken) -> WayBack:
    """What rolling back would do to an object if later changes of it were kept."""
    kind, rows = overtaken.item.kind, [row for row in overtaken.rows if row.mine != row.base]
    return WayBack(
        kind_word(kind),
        overtaken.item.object_name,
        [spoken_place(kind, row.place) or "–" for row in rows if not row.conflicts],
        [spoken_place(kind, row.place) or "–" for row in rows if row.conflicts],
    )
