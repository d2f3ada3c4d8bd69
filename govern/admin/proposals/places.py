"""Places of a body in the words of its form: `guards[0].block_at` is “Guards › Prompt injection › Block from”, and so is what a difference
calls `guards[prompt_injection].block_at`."""

import re

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from audit.presentation.words import guard_label
from govern.admin.changes.words import kind_word
from govern.admin.faces import field_words
from govern.admin.proposals.schema import Field, Free, Group, Pairs, Rows, schema_of
from govern.admin.proposals.written import Row, Written
from govern.policy.bodies import BODIES

_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


def place_words(schema: Group, written: Written, place: str) -> str:
    """The labels of the fields on the way to a place; what is unknown stands as it is."""
    if place == "#reason":
        return _("Why")
    said: list[str] = []
    field: Field = schema
    value = written
    for index, name in _STEP.findall(place):
        if name and isinstance(field, Group) and name in field.fields:
            said.append(str(field_words(field.struct, name).label))
            field, value = field.fields[name], value[name] if isinstance(value, dict) else None
        elif index and isinstance(field, Rows) and isinstance(value, list) and int(index) < len(value):
            row = value[int(index)]
            said.append(_row_words(row, int(index)))
            field = field.sorts.get(getattr(row, "sort", ""), field)
            value = getattr(row, "fields", None)
        else:
            said.append(str(int(index) + 1) if index else name)
    return " › ".join(said)


def _row_words(row: Row, index: int) -> str:
    if row.sort:
        return str(guard_label(row.sort))
    return str(row.fields.get("name") or index + 1)


_LABEL = re.compile(r"\[([^\]]*)\]|([^.\[\]]+)")


def spoken_place(kind: str, place: str, *, numbered: bool = False) -> str:
    """A place of a body, in words; empty for the whole. Rows are known by their name or the guard that they are, as differences call them,
    or by their index from 0 if `numbered`, as checks do."""
    said: list[str] = []
    field: Field | None = schema_of(kind)
    for step in _LABEL.finditer(place):
        label, name = step.groups()
        if isinstance(field, (Pairs, Free)):  # names of models hold dots, too
            said.append(place[step.start() :])
            break
        if name and (group := _group_with(field, name)):
            said.append(str(field_words(group.struct, name).label))
            field = group.fields[name]
        elif label and isinstance(field, Rows):
            stem, sign, number = label.partition("#")
            is_sort = bool(stem) and stem in field.sorts
            said.append(f"{guard_label(stem)}{' ' if sign else ''}{number}" if is_sort else _row(label, numbered))
            field = field.sorts[stem] if is_sort else field
        elif name == "order":
            said.append(pgettext("of rows", "Order"))
        else:
            said.append(_row(label, numbered) if label else name)
    return " › ".join(said)


def _group_with(field: Field | None, name: str) -> Group | None:
    """The group that has a field: this one, or the first of a list's rows that has it."""
    groups = [field] if isinstance(field, Group) else field.sorts.values() if isinstance(field, Rows) else ()
    return next((group for group in groups if name in group.fields), None)


def _row(label: str, numbered: bool) -> str:
    return str(int(label) + 1) if numbered and label.isdecimal() else label


def check_place(place: str) -> str:
    """The place of a check, `kind/name.field`, in words; what is no such place stands as it is."""
    kind, slash, rest = place.partition("/")
    if not slash or kind not in BODIES:
        return place
    fields = schema_of(kind).fields
    for dot in re.finditer(r"\.", rest):  # names hold dots, too
        inner = rest[dot.end() :]
        if re.split(r"[.\[]", inner, maxsplit=1)[0] in fields:
            return object_place(kind, rest[: dot.start()], inner, numbered=True)
    return object_place(kind, rest, "")


def object_place(kind: str, name: str, place: str, *, numbered: bool = False) -> str:
    """A place within an object, in words, as `spoken_place` says it."""
    said = f"{capfirst(str(kind_word(kind)))} {name}"
    return f"{said} › {spoken_place(kind, place, numbered=numbered)}" if place else said
