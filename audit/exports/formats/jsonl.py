"""JSON Lines: an event a line, its body as JSON inside. https://jsonlines.org"""

from pathlib import Path
from typing import Any

import msgspec

from audit.exports.cells import utc
from audit.exports.event_row import NAMES, EventRow
from audit.exports.formats import Context, Format

_encode = msgspec.json.Encoder().encode


class _Lines:
    def __init__(self, path: Path, _context: Context) -> None:
        self._file = path.open("wb")

    def write(self, row: EventRow) -> None:
        values = dict(zip(NAMES, row, strict=True))
        values["at"], values["body"] = utc(row), msgspec.Raw(row.body)
        self._file.write(_encode(values) + b"\n")

    def close(self) -> dict[str, Any]:
        self._file.close()
        return {}


FORMAT = Format("jsonl", "JSON Lines", "jsonl", True, _Lines)
