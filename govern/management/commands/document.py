"""Writes what the documentation takes from the code."""

import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from govern.gateway.refusal_codes import CODES

ROW = re.compile(r"^\| \d+ \| `.*\|\n", re.MULTILINE)
RECORD_ONLY = "On the record only"
"""Rows of what nobody is told: they are no refusals and stay as they are."""


def with_codes(text: str) -> str:
    """The page of errors with a row for each cause of each code, by status. Raises `ValueError` where the page has no table."""
    found = list(ROW.finditer(text))
    if not found:
        raise ValueError("docs/errors.md has no table of codes to write into.")
    kept = [row[0] for row in found if RECORD_ONLY in row[0]]
    rows = sorted([*(f"{row}\n" for code in CODES.values() for row in code.rows()), *kept], key=_status)
    return text[: found[0].start()] + "".join(rows) + text[found[-1].end() :]


def _status(row: str) -> int:
    return int(row.split("|")[1])


class Command(BaseCommand):
    """`manage.py document`."""

    help = "Writes the table of docs/errors.md from the codes (govern/gateway/refusal_codes.py)."

    def handle(self, *args: Any, **options: Any) -> None:
        page = Path(settings.BASE_DIR) / "docs/errors.md"
        page.write_text(with_codes(page.read_text(encoding="utf-8")), encoding="utf-8")
        self.stdout.write(f"Wrote the table of {page}.")
