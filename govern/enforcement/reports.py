"""Reports of what guards did wrong: texts with the verdict that somebody expected, one JSON object a line.

`{"id": "r-17", "text": "…", "guard": "secrets", "expected": "allow", "note": "an example of our manual"}`. What is told about them names
ids, never texts nor notes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Annotated, Literal, get_args

import msgspec

from govern.enforcement.inspection import Enforcement
from govern.enforcement.regression import done, is_right
from govern.enforcement.verdict import Surface

Expected = Literal["allow", "flag", "redact", "block", "found"]
EXPECTED: tuple[str, ...] = get_args(Expected)


class Report(msgspec.Struct, frozen=True):
    """``expected``: what should have been done, ``found`` for anything but ``allow``. ``guard``: the name of the guard that is meant;
    empty for the policy as a whole. ``role`` says who wrote the text, ``call`` in which call it stood, if anybody knows."""

    id: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._:\-]{1,64}$")]
    text: str
    expected: Expected
    guard: str = ""
    note: str = ""
    role: str = "user"
    call: str = ""


class Judged(msgspec.Struct, frozen=True):
    """A report and what the guards do today. ``done`` is the strictest action of the guard that it is about."""

    report: Report
    done: str

    @property
    def id(self) -> str:
        return self.report.id

    @property
    def guard(self) -> str:
        return self.report.guard

    @property
    def expected(self) -> Expected:
        return self.report.expected

    @property
    def right(self) -> bool:
        return is_right(self.expected, self.done)


class Refused(msgspec.Struct, frozen=True):
    """Line ``line`` (the first is 1) is no report; ``why`` says what is wrong with it."""

    line: int
    why: str


def judge_reports(
    lines: Iterable[bytes], enforcement: Enforcement, guards: Collection[str]
) -> Iterator[Judged | Refused]:
    """One for each line that is not empty, in order. ``guards``: the names of those that the enforcement was made of."""
    decode = msgspec.json.Decoder(Report).decode
    for number, raw in enumerate(lines, start=1):
        if not raw.strip():
            continue
        try:
            report = decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError) as fault:
            yield Refused(number, _why(fault))
            continue
        if report.guard and report.guard not in guards:
            yield Refused(
                number, f"the policy has no guard of the name at `$.guard`; it has {', '.join(sorted(guards))}"
            )
            continue
        verdict = enforcement.inspect_input((Surface(report.role, "text", report.text),), {}, remember=False)
        yield Judged(report, done(verdict, report.guard))


def _why(fault: Exception) -> str:
    """Without what stands in the line: of a value that is none of those expected the decoder tells the value."""
    where = str(fault).rpartition(" - at ")[2]
    if "enum" in str(fault):
        return f"expected one of {', '.join(EXPECTED)} - at {where}"
    return str(fault)
