"""Bar and line charts as SVG text; no library, the same bytes for the same numbers."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

_FONT = 'font-family="system-ui, sans-serif" font-size="12"'


def bars(title: str, rows: Sequence[tuple[str, float, float]], names: tuple[str, str]) -> str:
    """Two horizontal bars a row; values are shares between 0 and 1."""
    left, width, step = 210, 420, 34
    height = 60 + step * len(rows)
    parts = [_open(left + width + 70, height, title)]
    for number, (colour, name) in enumerate(zip(("#2f6f9f", "#9fc3dc"), names, strict=True)):
        parts.append(
            f'<rect x="{left + 190 * number}" y="28" width="12" height="12" fill="{colour}"/><text x="{left + 18 + 190 * number}" y="38">{escape(name)}</text>'
        )
    for number, (label, first, second) in enumerate(rows):
        top = 52 + step * number
        parts.append(f'<text x="{left - 8}" y="{top + 17}" text-anchor="end">{escape(label)}</text>')
        for place, (value, colour) in enumerate(((first, "#2f6f9f"), (second, "#9fc3dc"))):
            y = top + 13 * place
            parts.append(
                f'<rect x="{left}" y="{y}" width="{value * width:.1f}" height="11" fill="{colour}"/><text x="{left + value * width + 5:.1f}" y="{y + 10}" font-size="10">{value:.2f}</text>'
            )
    return "\n".join([*parts, "</svg>\n"])


def lines(title: str, columns: Sequence[str], series: Sequence[tuple[str, Sequence[float]]], unit: str) -> str:
    """One line a series over named columns, values from zero to the highest."""
    left, top, width, height = 60, 40, 460, 220
    highest = max(max(values) for _, values in series) * 1.1
    colours = ("#2f6f9f", "#c46a2b", "#4d8a4d", "#8a4d86", "#777777")
    parts = [_open(left + width + 150, top + height + 50, title)]
    for share in (0.0, 0.5, 1.0):
        y = top + height * (1 - share)
        parts.append(
            f'<line x1="{left}" y1="{y:.0f}" x2="{left + width}" y2="{y:.0f}" stroke="#ddd"/><text x="{left - 6}" y="{y + 4:.0f}" text-anchor="end">{highest * share:.2g}</text>'
        )
    parts.append(f'<text x="{left - 6}" y="{top - 8}" text-anchor="end">{escape(unit)}</text>')
    spread = width / max(1, len(columns) - 1)
    for number, column in enumerate(columns):
        parts.append(
            f'<text x="{left + spread * number:.0f}" y="{top + height + 20}" text-anchor="middle">{escape(column)}</text>'
        )
    for (name, values), colour in zip(series, colours, strict=False):
        points = " ".join(
            f"{left + spread * number:.1f},{top + height * (1 - value / highest):.1f}"
            for number, value in enumerate(values)
        )
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(
            f'<text x="{left + width + 8}" y="{top + height * (1 - values[-1] / highest) + 4:.0f}" fill="{colour}">{escape(name)}</text>'
        )
    return "\n".join([*parts, "</svg>\n"])


def _open(width: int, height: int, title: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" {_FONT} role="img" aria-label="{escape(title)}"><rect width="100%" height="100%" fill="white"/><text x="12" y="18" font-weight="bold">{escape(title)}</text>'
