"""Values that are safe to open in a spreadsheet: no formula, nothing invisible, nothing that turns the line around.

A cell that a spreadsheet could take for a formula is preceded by an apostrophe. Control characters are shown by their pictures (U+2400
and on), characters without a width or that change the direction of writing as `<U+202E>`. A row is one line.
"""

import re

from audit.exports.event_row import EventRow

_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufffb\U000e0000-\U000e0fff]"
)
_FORMULA = re.compile(r"\s*[=+\-@|%＝＋－＠\t\r\n]")
_DELETE, _PICTURES, _DELETE_PICTURE = 0x7F, 0x2400, "\u2421"


def _shown(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < ord(" "):
        return chr(_PICTURES + code)
    return _DELETE_PICTURE if code == _DELETE else f"<U+{code:04X}>"


def safe_text(text: str) -> str:
    """The text as a cell."""
    first = text[:1]
    if text.isascii() and text.isprintable() and (first.isalnum() or first in "{["):
        return text
    formula = _FORMULA.match(_INVISIBLE.sub("", text)) is not None or _FORMULA.match(text) is not None
    shown = _INVISIBLE.sub(_shown, text)
    return f"'{shown}" if formula else shown


def cells_of(row: EventRow) -> list[str | int | None]:
    """The row's values as cells; the time in UTC."""
    return [
        row.seq,
        row.id,
        utc(row),
        safe_text(row.type),
        row.call_id,
        *(None if value is None else safe_text(value) for value in row[5:10]),
        row.status,
        *(None if value is None else safe_text(value) for value in row[11:13]),
        row.cost_nano_usd,
        row.revision,
        row.answer_digest,
        safe_text(row.body.decode()),
    ]


def utc(row: EventRow) -> str:
    """When it was, as 2026-11-28T01:02:03.000004Z."""
    return row.at.isoformat(timespec="microseconds").replace("+00:00", "Z")
