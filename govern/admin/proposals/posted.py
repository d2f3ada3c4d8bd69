"""From what a browser posts to what stands in the form.

The name of a field is `body.` and its place. Rows say their order themselves (`body.rules[]` lists them), so that they may be moved and
left out; a group that may be absent says that it is there (`body.rules[0].canary?`); what is written verbatim ends in `!json`.
"""

from django.http import QueryDict

from govern.admin.proposals.schema import Choices, Field, Group, Names, Pairs, Rows
from govern.admin.proposals.written import Row, Verbatim, Written

PREFIX = "body."
MOST_ROWS = 500


def collect(field: Field, data: QueryDict, place: str = "") -> Written:
    """What stands in a field and all fields within. What was not posted is empty."""
    name = PREFIX + place
    if f"{name}!json" in data:
        return Verbatim(_text(data.get(f"{name}!json")))
    match field:
        case Group():
            if field.optional and f"{name}?" not in data:
                return None
            inside = f"{place}." if place else ""
            return {key: collect(inner, data, inside + key) for key, inner in field.fields.items()}
        case Rows():
            found = (_row(field, data, f"{place}[{key}]") for key in data.getlist(f"{name}[]")[:MOST_ROWS])
            return [row for row in found if row is not None]
        case Choices():
            return [_text(text) for text in data.getlist(name)]
        case Names():  # the field in which the next one is written is blank
            return [_text(text) for text in data.getlist(name) if text]
        case Pairs():
            names, values = data.getlist(f"{name}{{}}name"), data.getlist(f"{name}{{}}value")
            return [[_text(key), _text(value)] for key, value in zip(names, values, strict=False)]
    return _text(data.get(name))


def _row(field: Rows, data: QueryDict, place: str) -> Row | None:
    sort = data.get(f"{PREFIX}{place}#sort", "")
    if sort not in field.sorts:
        return None
    return Row(sort, collect(field.sorts[sort], data, place), bool(data.get(f"{PREFIX}{place}#open")))


def _text(text: str | None) -> str:
    """Without the line breaks that browsers put in place of plain ones."""
    return (text or "").replace("\r\n", "\n")
