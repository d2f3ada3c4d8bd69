"""A chart laid out: the same shapes are written as SVG and drawn into a PDF."""

from typing import NamedTuple

from audit.evidence.answers import Chart, Text
from audit.presentation.amounts import count
from audit.presentation.scale import round_up, tick

WIDTH, HEIGHT = 680, 150
_LEFT, _TOP, _BOTTOM = 40, 8, 22
_MOST_LABELS = 8
_A_DAY_WIDE = 62
"""What a label needs; closer to the edge it ends there."""
COLOURS = {
    "ok": "#2e7d4f",
    "info": "#2f6fa8",
    "mask": "#7a5ea8",
    "warn": "#b7791f",
    "bad": "#b3372f",
    "stop": "#8a4b2a",
    "calm": "#6b7280",
}
"""Tone → colour on paper."""


class Rect(NamedTuple):
    """A part of a bar. y counts from above."""

    x: float
    y: float
    width: float
    height: float
    tone: str
    title: str


class Label(NamedTuple):
    """A word; `right`: it ends at x."""

    x: float
    y: float
    text: str
    right: bool = False


class Drawn(NamedTuple):
    """What is to be drawn. lines: heights of the grid. legend: (word, tone)."""

    rects: list[Rect]
    labels: list[Label]
    lines: list[float]
    left: float
    legend: list[tuple[Text, str]]


def drawn(chart: Chart) -> Drawn:
    """Lays a chart out."""
    totals = [sum(series.values[place] for series in chart.series) for place in range(len(chart.labels))]
    top = round_up(max(totals, default=0))
    plot = HEIGHT - _TOP - _BOTTOM
    column = (WIDTH - _LEFT) / max(1, len(chart.labels))
    rects, labels = [], []
    every = -(-len(chart.labels) // _MOST_LABELS) or 1
    for place, label in enumerate(chart.labels):
        x, y = _LEFT + place * column, float(HEIGHT - _BOTTOM)
        for series in chart.series:
            height = series.values[place] * plot / top
            if height:
                y -= height
                title = f"{label} · {series.label}: {count(series.values[place])}"
                rects.append(
                    Rect(
                        round(x + column * 0.15, 1),
                        round(y, 1),
                        round(column * 0.7, 1),
                        round(max(height, 0.5), 1),
                        series.tone,
                        title,
                    )
                )
        if place % every == 0:
            cut = WIDTH - x < _A_DAY_WIDE
            labels.append(Label(WIDTH if cut else round(x + column * 0.15, 1), HEIGHT - 6, label, cut))
    lines = [round(_TOP + plot * (1 - part), 1) for part in (0, 0.5, 1)]
    labels += [
        Label(_LEFT - 6, line + 4, tick(top * part), True) for line, part in zip(lines, (0, 0.5, 1), strict=True)
    ]
    return Drawn(rects, labels, lines, _LEFT, [(series.label, series.tone) for series in chart.series])
