"""Every row of the threat model names a test that tries it, and the test is there."""

import re
from pathlib import Path

PROJECT = Path(__file__).parents[2]
MODEL = (PROJECT / "THREAT_MODEL.md").read_text(encoding="utf-8")


def rows() -> list[list[str]]:
    """Cells of the rows of the tables whose last column says by what they are tried."""
    found: list[list[str]] = []
    tried = False
    for line in MODEL.splitlines():
        if not line.startswith("|"):
            tried = False
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[-1] == "Tried by":
            tried = True
        elif tried and set(cells[0]) != {"-"}:
            found.append(cells)
    return found


def test_every_row_names_tests_that_are_there() -> None:
    assert len(rows()) > 15
    for attempt, _stands, tried in rows():
        named = re.findall(r"`([^`]+)`", tried)
        assert named, attempt
        folder = PROJECT
        for name in named:
            place = PROJECT / name if name.startswith("tests/") else folder / name
            assert place.exists(), f"{attempt}: {name}"
            folder = place if place.is_dir() else place.parent
