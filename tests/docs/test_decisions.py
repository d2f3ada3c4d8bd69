"""Decision records are numbered once, without gaps, and say their number."""

import re

from tests.docs.test_docs import ROOT


def test_records_are_numbered_in_a_row() -> None:
    records = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(record.name[:4]) for record in records] == list(range(1, len(records) + 1))
    for record in records:
        title = re.match(r"# (\d+)\. ", record.read_text(encoding="utf-8"))
        assert title is not None, record.name
        assert int(title[1]) == int(record.name[:4]), record.name
