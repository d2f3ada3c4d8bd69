"""A form as its templates draw it."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from audit.presentation.words import guard_label
from govern.admin.faces import field_words
from govern.admin.proposals.posted import PREFIX
from govern.admin.proposals.reading import Problem
from govern.admin.proposals.schema import Choice, Choices, Field, Group, Names, Pairs, Rows, Text
from govern.admin.proposals.words.choices import choice_about, choice_label
from govern.admin.proposals.words.fields import Text as Said
from govern.admin.proposals.written import Row, Verbatim, Written
from govern.enforcement.guards import BY_SORT

TEMPLATES = "govern/proposal/fields"


class Option:
    """One of the values that may be chosen."""

    __slots__ = ("about", "chosen", "label", "value")

    def __init__(self, value: str, label: Said, about: Said, chosen: bool) -> None:
        self.value, self.label, self.about, self.chosen = value, label, about, chosen


@dataclasses.dataclass(slots=True)
class Drawn:
    """One field, group or list. `inner` are the fields of a group or the rows of a list; `problems` what is wrong at this very place."""

    shape: str
    place: str
    label: Said = ""
    help: Said = ""
    field: Any = None
    value: Any = None
    problems: list[str] = dataclasses.field(default_factory=list)
    inner: list["Drawn"] = dataclasses.field(default_factory=list)
    options: list[Option] = dataclasses.field(default_factory=list)
    entries: list[tuple[str, Any, list[str]]] = dataclasses.field(default_factory=list)
    fixed: bool = False
    opened: bool = False
    title: Said = ""
    summary: Said = ""
    icon: str = ""
    notes: list[str] = dataclasses.field(default_factory=list)

    @property
    def template(self) -> str:
        return f"{TEMPLATES}/{self.shape}.html"

    @property
    def name(self) -> str:
        """What the field is called in what is posted."""
        return PREFIX + self.place

    @property
    def id(self) -> str:
        return f"id_{self.place}"

    @property
    def is_wrong(self) -> bool:
        """Whether something is wrong here or within."""
        return (
            bool(self.problems) or any(errors for _p, _v, errors in self.entries) or any(d.is_wrong for d in self.inner)
        )


class Drawer:
    """Draws one form with its problems. Problems of places that are not drawn stand at the nearest place around them."""

    def __init__(
        self, problems: Sequence[Problem], *, fixed: bool, summaries: Mapping[str, Said], notes: Mapping[str, list[str]]
    ) -> None:
        self._problems: dict[str, list[str]] = {}
        for problem in problems:
            self._problems.setdefault(problem.place, []).append(problem.message)
        self._fixed = fixed
        self._summaries = summaries
        self._notes = notes

    def form(self, schema: Group, written: Written) -> Drawn:
        """The whole form."""
        root = Drawn("group", "", inner=self._fields(schema, written, ""))
        root.problems = [message for messages in self._problems.values() for message in messages]
        return root

    def _fields(self, group: Group, written: Written, place: str) -> list[Drawn]:
        return [
            self._field(inner, written[name], f"{place}.{name}".lstrip("."), group.struct, name)
            for name, inner in group.fields.items()
        ]

    def _take(self, place: str) -> list[str]:
        """The problems of a place and of all within that were not taken yet."""
        inside = [at for at in self._problems if at == place or at.startswith((f"{place}.", f"{place}["))]
        return [message for at in inside for message in self._problems.pop(at)]

    def _field(self, inner: Field, written: Written, place: str, struct: type, name: str) -> Drawn:
        words = field_words(struct, name)
        drawn = Drawn("line", place, words.label, words.help, inner, written)
        drawn.fixed = self._fixed and place == "name"
        if isinstance(written, Verbatim):
            drawn.shape = "verbatim"
        else:
            self._shape(drawn, inner, written, struct, name)
        drawn.problems = self._take(place)
        return drawn

    def _shape(self, drawn: Drawn, inner: Field, written: Written, struct: type, name: str) -> None:
        place = drawn.place
        match inner:
            case Text():
                drawn.shape = "line" if inner.look == "price" else inner.look
            case Choice() | Choices():
                drawn.shape = "choice" if isinstance(inner, Choice) else "choices"
                chosen = written if isinstance(written, list) else [written]
                rest = [option for option in inner.options if option not in chosen]
                values = (
                    [*chosen, *rest]
                    if isinstance(inner, Choices) and chosen != _in_order(chosen, inner)
                    else ([*inner.options, *(value for value in chosen if value not in inner.options)])
                )
                drawn.options = [
                    Option(v, choice_label(struct, name, v), choice_about(name, v), v in chosen) for v in values
                ]
            case Names():
                drawn.shape = "names"
                drawn.entries = [
                    (f"{place}[{i}]", entry, self._take(f"{place}[{i}]")) for i, entry in enumerate(written)
                ]
            case Pairs():
                drawn.shape = "pairs"
                drawn.entries = [(f"{place}[{i}]", entry, []) for i, entry in enumerate(written)]
            case Group():
                drawn.shape = "group" if not inner.optional else "optional"
                drawn.inner = self._fields(inner, written, place) if written is not None else []
            case Rows():
                drawn.shape = "rows"
                drawn.inner = [self._row(inner, row, f"{place}[{i}]", i) for i, row in enumerate(written)]
                drawn.options = [
                    Option(tag, guard_label(tag), _(BY_SORT[tag].about), False) for tag in inner.sorts if tag
                ]
            case _:
                drawn.shape = type(inner).__name__.lower()

    def _row(self, rows: Rows, row: Row, place: str, index: int) -> Drawn:
        group = rows.sorts[row.sort]
        drawn = Drawn("row", place, value=row.sort, inner=self._fields(group, row.fields, place))
        drawn.title = guard_label(row.sort) if row.sort else row.fields.get("name", "")
        drawn.icon = BY_SORT[row.sort].icon if row.sort else ""
        drawn.summary = self._summaries.get(place, "")
        drawn.notes = self._notes.get(place, [])
        drawn.problems = self._take(place)
        drawn.opened = row.opened or drawn.is_wrong
        return drawn


def _in_order(chosen: Sequence[str], inner: Choices) -> list[str]:
    return [option for option in inner.options if option in chosen]
