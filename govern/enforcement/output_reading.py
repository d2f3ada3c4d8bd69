"""One whole text of an answer under the guards: added to a tally, with the text that has to stand in its place."""

from __future__ import annotations

from typing import Protocol

from govern.enforcement.clock import Clock
from govern.enforcement.looking import Guards, Looked, look, size_of
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
    guards: Guards,
    tally: Tally,
    vault: Vault | None,
    prepare: Prepare,
    clock: Clock,
) -> bool:
    """Has the guards of an answer look at one of its texts. Values of the ``vault`` return in the replacements.

    True if all of them looked and saw nothing.
    """
    text = inspected_text(surface.role, surface.text)
    looked = look(guards.of(surface.role), prepare(surface.role, text), size_of(text), clock)
    if looked.runs:
        _note(surface, text, looked, tally)
    else:
        tally.add_quiet(looked, looked.size_bytes)
    if vault:
        now = tally.replacements.get(surface.location, surface.text)
        restored = vault.restore(now)
        if restored != now:
            tally.replacements[surface.location] = restored
    return not looked.runs


def _note(surface: SurfaceLike, text: str, looked: Looked, tally: Tally) -> None:
    replacements: list[Replacement] = []
    for bound, run in zip(looked.guards, looked.runs, strict=True):
        tally.add_run(bound, run, looked.size_bytes)
        tally.record_all(bound, run.observations, surface.location, role=surface.role)
        if not bound.policy.observe:
            replacements += [seen.replaced() for seen in run.observations if seen.action == "redact"]
    if replacements:
        new = merged(replacements)
        if surface.role == "tool_arguments":
            new = quoted_where_bare(text, new)
        tally.replacements[surface.location] = rewrite(text, new)
