"""Reading what a person wrote: from the texts of a form to the plain value of a body."""

from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec
from django.utils.translation import gettext as _

from govern.admin.proposals.schema import (
    Choice,
    Choices,
    Field,
    Free,
    Group,
    Lines,
    Moment,
    Names,
    Number,
    Numbers,
    Pairs,
    Rows,
    Text,
    YesNo,
)
from govern.admin.proposals.written import Verbatim, Written


class Problem(NamedTuple):
    """Something wrong at a place such as `rules[0].when`; the empty place is the whole."""

    place: str
    message: str


def read(field: Field, written: Written, place: str, problems: list[Problem]) -> Any:
    """The plain value. What cannot be read is reported, and stands in the value as it was written."""
    match field:
        case Group():
            return _group(field, written, place, problems)
        case Rows():
            return [
                _group(field.sorts[row.sort], row.fields, f"{place}[{index}]", problems)
                for index, row in enumerate(written)
            ]
    if isinstance(written, Verbatim) or isinstance(field, Free):
        return _json(written, place, problems)
    match field:
        case Text():
            return None if field.optional and written == "" else written
        case Number():
            return _number(field, written, place, problems)
        case YesNo():
            return written != ""
        case Choice() | Choices():
            return written
        case Names():
            return [name for name in written if name]
        case Lines():
            return [line for line in written.split("\n") if line]
        case Numbers():
            return [
                _number(Number(False), part.strip(), place, problems) for part in written.split(",") if part.strip()
            ]
        case Pairs():
            return _pairs(field, written, place, problems)
        case Moment():
            return None if field.optional and not written else _moment(written, place, problems)
    raise TypeError(field)


def _group(field: Group, written: Written, place: str, problems: list[Problem]) -> Any:
    if written is None:
        return None
    value = {field.tag_field: field.tag} if field.tag_field else {}
    for name, inner in field.fields.items():
        value[name] = read(inner, written[name], f"{place}.{name}".lstrip("."), problems)
    return value


def _number(field: Number, written: str, place: str, problems: list[Problem]) -> Any:
    if written == "" and field.optional:
        return None
    try:
        value = int(written) if field.whole else float(written)
    except ValueError:
        message = _("Write a whole number.") if field.whole else _("Write a number, such as 0.5.")
        problems.append(Problem(place, message))
        return written
    if value in (float("inf"), float("-inf")) or value != value or (field.whole and abs(value) >= 1 << 63):
        problems.append(Problem(place, _("The number is too large.")))
    return value


def _pairs(field: Pairs, written: list[list[str]], place: str, problems: list[Problem]) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for name, entry in written:
        if not name and not entry:
            continue
        if name in value:
            problems.append(Problem(place, _("“%(name)s” is given twice; keep one.") % {"name": name}))
        value[name] = _number(Number(False), entry.strip(), place, problems) if field.numbers else entry
    return value


def _moment(written: str, place: str, problems: list[Problem]) -> str:
    try:
        return datetime.fromisoformat(written).replace(tzinfo=UTC).isoformat().replace("+00:00", "Z")
    except ValueError:
        problems.append(Problem(place, _("Choose a day and a time.")))
        return written


def _json(written: str, place: str, problems: list[Problem]) -> Any:
    try:
        return msgspec.json.decode(written.encode())
    except msgspec.DecodeError as fault:
        problems.append(Problem(place, _("This is not JSON: %(fault)s.") % {"fault": str(fault).rstrip(".")}))
        return written
