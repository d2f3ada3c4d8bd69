"""Conditions over the facts of a call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from govern.enforcement.bound import BoundCallGuard, Run
from govern.enforcement.tally import Tally


def judge_facts(rules: Iterable[BoundCallGuard], facts: Mapping[str, Any], tally: Tally) -> None:
    """Conditions over the facts; one that cannot be evaluated takes its policy's ``on_error``."""
    for bound in rules:
        try:
            seen = bound.guard.judge(facts)
        except Exception as fault:
            tally.add_run(bound, Run((), 0, 0.0, 0, "error", type(fault).__name__), 0)
            continue
        tally.add_run(bound, Run((seen,) if seen else (), 0, 0.0, 0), 0)
        if seen is not None:
            tally.record(bound, seen, "")
