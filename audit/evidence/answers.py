"""What a query answers: figures, the records behind them, and a chart. A query without data answers None, never zero."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from audit.presentation.amounts import count

Text = str | Promise
MOST_ROWS = 25
"""Records that a pack shows of a statement; the rest is behind its link."""
MOST_CHARACTERS = 300
"""Of one value; callers and people may write long ones."""


class Figure(NamedTuple):
    """One number in words."""

    label: Text
    value: str


class Cell(NamedTuple):
    """A value of a record. address: the path of its page in the admin; empty where it has none."""

    text: str
    address: str = ""


class Table(NamedTuple):
    """Records. total: how many there are; `rows` are the first of them, at most `MOST_ROWS`."""

    columns: Sequence[Text]
    rows: Sequence[Sequence[Cell]]
    total: int


class Series(NamedTuple):
    """One of the parts of each bar. tone: ok, info, mask, warn, bad, stop or calm."""

    label: Text
    tone: str
    values: Sequence[int]


class Chart(NamedTuple):
    """Stacked bars, one for each label."""

    labels: Sequence[str]
    series: Sequence[Series]


class Answer(msgspec.Struct, kw_only=True, frozen=True):
    """What the trail has to show. address: the path of the list of all records. note: how the figures are to be read."""

    figures: Sequence[Figure]
    table: Table | None = None
    chart: Chart | None = None
    address: str = ""
    note: Text = ""


def table(columns: Sequence[Text], rows: Sequence[Sequence[Cell | str]], total: int | None = None) -> Table | None:
    """The first of these records; None where there are none."""
    if not rows:
        return None
    shown = [[_cell(value) for value in row] for row in rows[:MOST_ROWS]]
    return Table(columns, shown, len(rows) if total is None else total)


def _cell(value: Cell | str) -> Cell:
    cell = value if isinstance(value, Cell) else Cell(value)
    return cell if len(cell.text) <= MOST_CHARACTERS else cell._replace(text=cell.text[:MOST_CHARACTERS] + "…")


def of(part: int, whole: int) -> str:
    """A part of a whole in numbers: `3 of 4`."""
    return _("%(part)s of %(whole)s") % {"part": count(part), "whole": count(whole)}
