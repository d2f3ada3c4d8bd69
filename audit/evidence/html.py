"""A pack as HTML: within a page of the admin, and as one file that needs nothing beside it."""

from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString

from audit.evidence.drawing import drawn
from audit.evidence.in_force import software
from audit.evidence.packs import Pack, ShownStatement

_FILE_STYLE = """
body { font-family: system-ui, 'Noto Sans TC', 'Microsoft JhengHei', sans-serif; margin: 32px auto; padding: 0 20px; max-width: 980px; }
"""


def pack_article(pack: Pack, base: str = "") -> SafeString:
    """The pack itself. base: what stands before the paths of the admin's pages; empty within the admin."""
    with translation.override(pack.language):
        controls = [
            {**control._asdict(), "statements": [_said(said) for said in control.statements]}
            for control in pack.controls
        ]
        shown = {
            **pack._asdict(),
            "controls": controls,
            "statements": pack.statements,
            "without_data": pack.without_data,
        }
        return render_to_string("audit/evidence/pack.html", {"pack": shown, "base": base, "software": software()})


def pack_file(pack: Pack, base: str) -> str:
    """A whole document. base: the public address of this installation, such as `https://govern.example`."""
    with translation.override(pack.language):
        context = {"pack": pack, "article": pack_article(pack, base), "style": _FILE_STYLE + _style()}
        return render_to_string("audit/evidence/file.html", context)


def _said(said: ShownStatement) -> dict[str, Any]:
    table = said.answer.table if said.answer else None
    return {
        **said._asdict(),
        "chart": drawn(said.answer.chart) if said.answer and said.answer.chart else None,
        "more": table is not None and table.total > len(table.rows),
    }


def _style() -> str:
    found = finders.find("govern/evidence.css")
    assert isinstance(found, str), "the style of packs belongs to the sources"
    return Path(found).read_text("utf-8")
