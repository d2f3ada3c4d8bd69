"""Writing a body into a form.

A body is written and read again without loss. What a browser would change on the way (a line break in a one-line field, an empty entry
of a list) is written verbatim, as JSON in a field of its own.
"""

from datetime import UTC, datetime
from typing import Any

import msgspec

from govern.admin.proposals.reading import read
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
from govern.admin.proposals.written import Row, Verbatim, Written

MINUTES = "%Y-%m-%dT%H:%M"


def write(field: Field, value: Any) -> Written:
    """Writes a plain value into a field."""
    match field:
        case Group():
            return None if value is None else {name: write(inner, value[name]) for name, inner in field.fields.items()}
        case Rows():
            return [_row(field, entry) for entry in value]
    written = _leaf(field, value)
    if _arrives(field, written) and _same(read(field, written, "", []), value):
        return written
    return Verbatim(msgspec.json.encode(value).decode())


def _row(field: Rows, value: dict[str, Any]) -> Row:
    sort = next((tag for tag, group in field.sorts.items() if tag and value[group.tag_field] == tag), "")
    return Row(sort, write(field.sorts[sort], value))


def _leaf(field: Field, value: Any) -> Written:
    match field:
        case Text():
            return "" if value is None else value
        case Number():
            return "" if value in (None, "") else number(value)
        case YesNo():
            return "yes" if value else ""
        case Choice():
            return value
        case Choices() | Names():
            return list(value)
        case Lines():
            return "\n".join(value)
        case Numbers():
            return ", ".join(map(number, value))
        case Pairs():
            return [[name, number(entry) if field.numbers else entry] for name, entry in value.items()]
        case Moment():
            return "" if value is None else moment(value)
        case Free():
            return msgspec.json.format(msgspec.json.encode(value, order="deterministic"), indent=2).decode()
    raise TypeError(field)


def number(value: float) -> str:
    """A number as people write it: without a fraction where it has none."""
    plain = repr(value)
    return plain.removesuffix(".0") if plain != "-0.0" else plain


def moment(value: str) -> str:
    """An ISO time as a browser's field has it, in UTC; empty if it is none."""
    try:
        return datetime.fromisoformat(value).astimezone(UTC).strftime(MINUTES)
    except (ValueError, OverflowError):
        return ""


def _arrives(field: Field, written: Written) -> bool:
    """Whether a browser sends back exactly this."""
    if isinstance(written, list):
        texts = [text for entry in written for text in ([entry] if isinstance(entry, str) else entry)]
        return not any(_breaks(text) or "\n" in text for text in texts)
    several_lines = isinstance(field, (Lines, Free)) or (
        isinstance(field, Text) and field.look in ("lines", "condition")
    )
    return not _breaks(written) and (several_lines or "\n" not in written)


def _breaks(text: str) -> bool:
    return "\r" in text or "\0" in text


def _same(one: Any, other: Any) -> bool:
    return msgspec.json.encode(one, order="deterministic") == msgspec.json.encode(other, order="deterministic")
