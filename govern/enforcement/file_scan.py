"""Runs guards over a file of texts, one JSON object a line."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

import msgspec

from govern.enforcement.inspection import Enforcement
from govern.enforcement.verdict import Surface


class Line(msgspec.Struct):
    """One line of input; other fields are ignored. ``role`` says who wrote the text."""

    text: str
    role: str = "user"


class LineFinding(msgspec.Struct):
    guard: str
    type: str
    start: int
    end: int
    score: float


class Scanned(msgspec.Struct):
    verdict: str
    severity: str
    injection_score: float
    findings: list[LineFinding]
    microseconds: int


class Fault(msgspec.Struct):
    code: str
    message: str


class Unreadable(msgspec.Struct):
    """Stands in the output for line ``line`` (the first is 1) of the input."""

    line: int
    error: Fault


def scan_lines(lines: Iterable[bytes], enforcement: Enforcement) -> Iterator[Scanned | Unreadable]:
    """One result for each line, in order. A line that cannot be read gives ``Unreadable`` and the scan goes on."""
    decode = msgspec.json.Decoder(Line).decode
    for number, raw in enumerate(lines, start=1):
        try:
            line = decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError) as fault:
            yield Unreadable(number, Fault("invalid_line", f'expected one JSON object with a string "text": {fault}'))
            continue
        started = time.perf_counter_ns()
        verdict = enforcement.inspect_input((Surface(line.role, "text", line.text),), {})
        microseconds = (time.perf_counter_ns() - started) // 1000
        findings = [
            LineFinding(seen.guard, seen.type, seen.start, seen.end, round(seen.score, 4)) for seen in verdict.findings
        ]
        yield Scanned(verdict.action, verdict.severity, round(verdict.injection_score, 6), findings, microseconds)
