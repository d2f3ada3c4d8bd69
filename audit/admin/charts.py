"""Charts as the page draws them: computed here, so that no script is needed and every value can be read."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.presentation.scale import round_up, tick
from audit.selectors.day import CallNumbers

WIDTH, HEIGHT = 760, 230
_LEFT, _TOP, _BOTTOM = 34, 8, 24

SERIES: tuple[tuple[str, str, str | Promise], ...] = (
    ("clean", "ok", _("answered")),
    ("answered_flagged", "warn", _("answered, flagged")),
    ("answered_redacted", "mask", _("answered, redacted")),
    ("refused_by_guards", "bad", _("refused by guards")),
    ("refused_otherwise", "stop", _("refused otherwise")),
    ("failed", "calm", _("failed")),
)
"""Every call is in exactly one."""


class Block(NamedTuple):
    """A part of a bar."""

    y: float
    height: float
    tone: str


class Bar(NamedTuple):
    """One hour. x and width are of its column, bar_x and bar_width of what is drawn in it."""

    x: float
    width: float
    bar_x: float
    bar_width: float
    label: str
    numbers: CallNumbers
    blocks: list[Block]


class Line(NamedTuple):
    """A line of the grid."""

    y: float
    label: str


class HourChart(NamedTuple):
    """A day's calls by hour, stacked by how they ended."""

    bars: list[Bar]
    lines: list[Line]
    now_x: float
    baseline: float


def hour_chart(hours: Sequence[CallNumbers], now_hour: float) -> HourChart:
    """Lays a day out. `now_hour` is how many hours of it have passed."""
    most = max((numbers.calls for numbers in hours), default=0)
    top = round_up(most)
    plot = HEIGHT - _TOP - _BOTTOM
    column = (WIDTH - _LEFT) / max(1, len(hours))
    bars = []
    for hour, numbers in enumerate(hours):
        x = _LEFT + hour * column
        bars.append(Bar(round(x, 1), round(column, 1), round(x + column * 0.16, 1), round(column * 0.68, 1),
                        f"{hour:02d}:00", numbers, _blocks(numbers, plot / top)))  # fmt: skip
    lines = [Line(round(_TOP + plot * (1 - part), 1), tick(top * part)) for part in (0, 0.5, 1)]
    return HourChart(bars, lines, round(_LEFT + now_hour * column, 1), _TOP + plot)


def _blocks(numbers: CallNumbers, scale: float) -> list[Block]:
    blocks = []
    y = float(HEIGHT - _BOTTOM)
    for name, tone, _label in SERIES:
        height = getattr(numbers, name) * scale
        if height:
            y -= height
            blocks.append(Block(round(y, 1), round(max(height, 1), 1), tone))
    return blocks
