"""One whole text of an answer under the guards: added to a tally, with the text that has to stand in its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from govern.enforcement.bound import BoundGuard, run_guard
from govern.enforcement.clock import Clock
from govern.enforcement.prepared import Prepare, inspected_text
from govern.enforcement.redaction import Replacement, merged, rewrite
from govern.enforcement.tally import Tally
from govern.enforcement.tool_arguments import quoted_where_bare
from govern.enforcement.vault import Vault


class SurfaceLike(Protocol):
    """What ``Surface`` has; any object with these attributes will do."""

    @property
    def role(self) -> str: ...
    @property
    def location(self) -> str: ...
    @property
    def text(self) -> str: ...


def read_output(
    surface: SurfaceLike,
    guards: Sequence[BoundGuard],
    tally: Tally,
    vault: Vault | None,
    prepare: Prepare,
    clock: Clock,
) -> bool:
    """Has the guards of an answer look at one of its texts. Values of the ``vault`` return in the replacements.

    True if all of them looked and saw nothing.
    """
    text = inspected_text(surface.role, surface.text)
    prepared = prepare(surface.role, text)
    size_bytes = len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
    replacements: list[Replacement] = []
    quiet = True
    for bound in guards:
        if not bound.guard.applies_to(surface.role):
            continue
        run = run_guard(bound, prepared, clock)
        tally.add_run(bound, run, size_bytes)
        quiet = quiet and not run.failure and not run.observations
        for seen in run.observations:
            tally.record(bound, seen, surface.location, role=surface.role)
            if seen.action == "redact" and not bound.policy.observe:
                replacements.append(seen.replaced())
    if replacements:
        new = merged(replacements)
        if surface.role == "tool_arguments":
            new = quoted_where_bare(text, new)
        tally.replacements[surface.location] = rewrite(text, new)
    if vault:
        now = tally.replacements.get(surface.location, surface.text)
        restored = vault.restore(now)
        if restored != now:
            tally.replacements[surface.location] = restored
    return quiet
