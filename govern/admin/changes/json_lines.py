"""The difference between two canonical bodies line by line, as programmers read it."""

import json
from difflib import SequenceMatcher
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CONTEXT = 3
"""Lines that stay around a change; longer runs of unchanged lines are counted and left out."""
MEANING: dict[str, str | Promise] = {"+": _("added"), "-": _("removed"), " ": "", "…": ""}


class Line(NamedTuple):
    """sign: `+`, `-`, a space, or `…` for lines that were left out (`skipped` of them). before and after: line numbers."""

    sign: str
    text: str = ""
    before: int | None = None
    after: int | None = None
    skipped: int = 0

    @property
    def meaning(self) -> str | Promise:
        """What the sign says, for who does not see it."""
        return MEANING[self.sign]


def json_lines(before: str, after: str) -> list[Line]:
    """Lines of two canonical JSON texts, indented; an empty text stands for no body."""
    old, new = (_indented(side) for side in (before, after))
    lines: list[Line] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            same = [Line(" ", text, a + i + 1, c + i + 1) for i, text in enumerate(old[a:b])]
            lines += _folded(same, first=a == 0, last=b == len(old))
        else:
            lines += [Line("-", text, before=a + i + 1) for i, text in enumerate(old[a:b])]
            lines += [Line("+", text, after=c + i + 1) for i, text in enumerate(new[c:d])]
    return lines


def _folded(same: list[Line], *, first: bool, last: bool) -> list[Line]:
    head, tail = (0 if first else CONTEXT), (0 if last else CONTEXT)
    skipped = len(same) - head - tail
    if skipped <= 1:
        return same
    return [*same[:head], Line("…", skipped=skipped), *same[len(same) - tail :]]


def _indented(canonical: str) -> list[str]:
    return json.dumps(json.loads(canonical), indent=2, ensure_ascii=False).splitlines() if canonical else []
