"""Places of a body in the words of its form: `guards[0].block_at` is “Guards › Prompt injection › Block from”."""

import re

from django.utils.translation import gettext as _

from audit.presentation.words import guard_label
from govern.admin.faces import field_words
from govern.admin.proposals.schema import Field, Group, Rows
from govern.admin.proposals.written import Row, Written

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
