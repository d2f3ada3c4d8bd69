"""CSV as RFC 4180 has it, in UTF-8 with a byte order mark, by which spreadsheets know the encoding. Cells are safe to open (`cells.py`)."""

import csv
from pathlib import Path
from typing import Any

from audit.exports.cells import cells_of
from audit.exports.event_row import NAMES, EventRow
from audit.exports.formats import Context, Format


class _Table:
    def __init__(self, path: Path, _context: Context) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._rows = csv.writer(self._file, lineterminator="\r\n")
        self._rows.writerow(NAMES)

    def write(self, row: EventRow) -> None:
        self._rows.writerow(cells_of(row))

    def close(self) -> dict[str, Any]:
        self._file.close()
        return {}


FORMAT = Format("csv", "CSV", "csv", True, _Table)
