"""A workbook, written row by row. A cell of a sheet holds 32,767 characters: what is longer is cut and says so, and the manifest counts it.

A part has fewer rows than a sheet holds, so a workbook has one sheet.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from audit.exports.cells import cells_of
from audit.exports.event_row import NAMES, EventRow
from audit.exports.formats import Context, Format

MOST_CHARACTERS = 32_767
_ANY_DAY = datetime(2000, 1, 1)  # noqa: DTZ001 (of the file, which is the same whenever it is written)
_CUT = " … [cut: the value has {0} characters]"
_LARGEST_EXACT = 10**15
"""A spreadsheet's numbers are floats: whole ones of more digits are written as text."""


class _Sheet:
    def __init__(self, path: Path, _context: Context) -> None:
        options = {"constant_memory": True, "tmpdir": str(path.parent)}
        self._book = xlsxwriter.Workbook(path, options)
        self._book.set_properties({"created": _ANY_DAY})
        self._sheet = self._book.add_worksheet("events")
        self._sheet.freeze_panes(1, 0)
        self._next = 0
        self._cut = 0
        self._write(NAMES)

    def write(self, row: EventRow) -> None:
        self._write(cells_of(row))

    def _write(self, cells: Any) -> None:
        for column, value in enumerate(cells):
            if value is None:
                continue
            if isinstance(value, int) and -_LARGEST_EXACT < value < _LARGEST_EXACT:
                self._sheet.write_number(self._next, column, value)
            else:
                self._sheet.write_string(self._next, column, self._fitting(str(value)))
        self._next += 1

    def _fitting(self, text: str) -> str:
        characters = len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2
        if characters <= MOST_CHARACTERS:
            return text
        self._cut += 1
        said = _CUT.format(len(text))
        kept = text.encode("utf-16-le")[: 2 * (MOST_CHARACTERS - len(said))].decode("utf-16-le", "ignore")
        return kept + said

    def close(self) -> dict[str, Any]:
        self._book.close()
        return {"cut_cells": self._cut} if self._cut else {}


FORMAT = Format("xlsx", "Excel", "xlsx", False, _Sheet)
