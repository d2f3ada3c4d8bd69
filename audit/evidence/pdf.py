"""A pack as PDF, with its charts as vectors. Chinese is set in a font that readers bring (MSung, Adobe's for Traditional Chinese)."""

import io
import re
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from django.utils import translation
from django.utils.translation import gettext as _
from reportlab.graphics.shapes import Drawing, Line, Rect, String
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate, Spacer, TableStyle

from audit.evidence.answers import Answer, Chart, Table
from audit.evidence.drawing import COLOURS, HEIGHT, WIDTH, drawn
from audit.evidence.in_force import software
from audit.evidence.packs import Pack, ShownControl, ShownStatement

_HAN = "MSung-Light"
_LATIN, _BOLD = "Helvetica", "Helvetica-Bold"
_MARGIN = 18 * mm
_ROOM = A4[0] - 2 * _MARGIN
_OTHER = re.compile(r"[^\x20-\x7e\xa0-\xff–—‘’“”…·]+")
"""What Helvetica does not have."""
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Controls and marks of direction: a name must not turn the words around it."""
_BEYOND = re.compile(r"[\U00010000-\U0010ffff\ud800-\udfff]")
"""What the Chinese font cannot name."""
_LINE = HexColor("#bbbbbb")
_STYLES = {
    "title": ParagraphStyle("title", fontName=_BOLD, fontSize=16, leading=21, spaceAfter=4),
    "control": ParagraphStyle(
        "control", fontName=_BOLD, fontSize=12, leading=16, spaceBefore=14, spaceAfter=2, keepWithNext=1
    ),
    "statement": ParagraphStyle(
        "statement", fontName=_BOLD, fontSize=9.5, leading=13, spaceBefore=9, spaceAfter=3, keepWithNext=1
    ),
    "text": ParagraphStyle("text", fontName=_LATIN, fontSize=9, leading=12.5, spaceAfter=3),
    "small": ParagraphStyle(
        "small", fontName=_LATIN, fontSize=7.5, leading=10, textColor=HexColor("#555555"), spaceAfter=2
    ),
    "cell": ParagraphStyle("cell", fontName=_LATIN, fontSize=7.5, leading=9.5),
    "head": ParagraphStyle("head", fontName=_BOLD, fontSize=7.5, leading=9.5),
}


def pack_pdf(pack: Pack, base: str) -> bytes:
    """The document; of the same pack always the same bytes. base: the public address of this installation."""
    if _HAN not in pdfmetrics.getRegisteredFontNames():
        font = UnicodeCIDFont(_HAN)
        font.encodingName = (
            "UniCNS-UCS2-H"  # ReportLab names the map of simplified Chinese, by which readers show other characters
        )
        pdfmetrics.registerFont(font)
    written = io.BytesIO()
    document = SimpleDocTemplate(
        written,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=_plain(pack.name),
        author=software(),
        lang=pack.language,
        invariant=1,
    )
    with translation.override(pack.language):
        document.build(list(_flow(pack, base)), onFirstPage=_foot(pack), onLaterPages=_foot(pack))
    return written.getvalue()


def _flow(pack: Pack, base: str) -> Iterator[Any]:
    yield _text(pack.name, "title")
    yield _text(pack.about)
    yield _text(
        _(
            "This pack supports evidence for the controls below: it shows what is on record. "
            "Whether a control is met is for people to judge."
        )
    )
    yield _text(_("Span") + ": " + _("%(start)s up to %(end)s") % {"start": pack.start, "end": pack.end})
    yield _text(_("Checkpoint") + ": " + _sealed(pack))
    yield _text(_("Made by") + ": " + software())
    verified = "" if pack.verified else _("Not verified against the text.") + " "
    yield _text(f"{_('What the controls ask')}: {verified}{pack.checked} ({pack.checked_on}) {pack.source}", "small")
    yield _text(
        _("Statements")
        + ": "
        + _("%(all)s, of which %(without)s without data in this span")
        % {"all": pack.statements, "without": pack.without_data}
    )
    for control in pack.controls:
        yield from _control(control, base)


def _control(control: ShownControl, base: str) -> Iterator[Any]:
    yield _text(f"{control.id}  {control.title}", "control")
    yield _text(control.asks)
    for said in control.statements:
        yield from _statement(said, base)
    if control.not_covered:
        yield Spacer(1, 4)
        yield _text(f"{_('Nothing here shows:')} {control.not_covered}")


def _statement(said: ShownStatement, base: str) -> Iterator[Any]:
    yield _text(said.text, "statement")
    if said.answer is None:
        yield _text(_("No data in this span."))
    else:
        yield from _answer(said.answer, base)
    behind = f"{_marked(_('Query:'))} {_marked(said.query)}"
    if said.answer and said.answer.address:
        behind += f" · {_link(_('The records behind it'), base + said.answer.address)}"
    yield Paragraph(behind, _STYLES["small"])


def _answer(answer: Answer, base: str) -> Iterator[Any]:
    yield _grid([[_text(str(f.label), "cell"), _text(f.value, "head")] for f in answer.figures], [0.65, 0.35])
    if answer.chart is not None:
        yield _chart(answer.chart)
    if answer.table is not None:
        yield Spacer(1, 4)
        yield _records(answer.table, base)
        if answer.table.total > len(answer.table.rows):
            shown = {"shown": len(answer.table.rows), "total": answer.table.total}
            yield _text(_("%(shown)s of %(total)s records.") % shown, "small")
    if answer.note:
        yield _text(str(answer.note), "small")


def _records(table: Table, base: str) -> Any:
    head = [_text(str(column), "head") for column in table.columns]
    rows = [
        [
            Paragraph(_link(cell.text, base + cell.address) if cell.address else _marked(cell.text), _STYLES["cell"])
            for cell in row
        ]
        for row in table.rows
    ]
    return _grid([head, *rows], [1 / len(head)] * len(head), head=1)


def _grid(rows: list[list[Any]], shares: list[float], head: int = 0) -> Any:
    style = TableStyle(
        [
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 5),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
        ]
    )
    return LongTable(rows, colWidths=[share * _ROOM for share in shares], repeatRows=head, style=style, hAlign="LEFT")


def _chart(chart: Chart) -> Any:
    found, scale = drawn(chart), _ROOM / WIDTH
    drawing = Drawing(_ROOM, HEIGHT * scale + 16)
    top = HEIGHT * scale + 16
    for y in found.lines:
        drawing.add(
            Line(found.left * scale, top - y * scale, _ROOM, top - y * scale, strokeColor=_LINE, strokeWidth=0.4)
        )
    for rect in found.rects:
        colour = HexColor(COLOURS[rect.tone])
        drawing.add(
            Rect(
                rect.x * scale,
                top - (rect.y + rect.height) * scale,
                rect.width * scale,
                rect.height * scale,
                fillColor=colour,
                strokeColor=None,
            )
        )
    for label in found.labels:
        anchor = "end" if label.right else "start"
        drawing.add(
            String(label.x * scale, top - label.y * scale, label.text, fontName=_LATIN, fontSize=6.5, textAnchor=anchor)
        )
    x = found.left * scale
    for word, tone in found.legend:
        said = _plain(str(word))
        font = _HAN if _OTHER.search(said) else _LATIN
        drawing.add(Rect(x, 2, 7, 7, fillColor=HexColor(COLOURS[tone]), strokeColor=None))
        drawing.add(String(x + 10, 3, said, fontName=font, fontSize=7))
        x += 10 + pdfmetrics.stringWidth(said, font, 7) + 14
    return drawing


def _foot(pack: Pack) -> Any:
    """What stands below every page, so that a page that was taken out still says what it is of."""

    def draw(canvas: Any, document: Any) -> None:
        said = Paragraph(_marked(f"{pack.name} · {pack.start} – {pack.end} · {document.page}"), _STYLES["small"])
        said.wrapOn(canvas, _ROOM, 20)
        said.drawOn(canvas, _MARGIN, 9 * mm)

    return draw


def _sealed(pack: Pack) -> str:
    found = pack.checkpoint
    if found is None:
        return _("None: nothing is sealed yet, so these figures rest on the database alone.")
    said = _("%(number)s, over %(size)s events, of %(at)s")
    return said % {"number": found.number, "size": found.size, "at": found.at} + f" ({found.root})"


def _text(text: str, style: str = "text") -> Any:
    return Paragraph(_marked(text), _STYLES[style])


def _link(text: str, address: str) -> str:
    return f'<a href={quoteattr(address)} color="#1d4f7c">{_marked(text)}</a>'


def _marked(text: str) -> str:
    """A text as the markup of paragraphs, with nothing of it taken for markup, and what is not Latin in the Chinese font."""
    pieces, end = [], 0
    plain = _plain(text)
    for found in _OTHER.finditer(plain):
        pieces += [escape(plain[end : found.start()]), f'<font name="{_HAN}">{escape(found[0])}</font>']
        end = found.end()
    return "".join([*pieces, escape(plain[end:])])


def _plain(text: str) -> str:
    return _BEYOND.sub("□", _UNSEEN.sub("", text))
