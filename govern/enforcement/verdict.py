"""What an inspection reports. Nothing here ever holds the matched text, except the vault, which lives and ends with its call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from audit.trail import sightings
from govern.enforcement.vault import Vault

ACTIONS = ("allow", "flag", "redact", "block")
"""From mildest to strictest; the strictest action of all findings is the verdict's."""
STRENGTH = ("allow", "flag", "redact", "retry", "block")
"""The same, with what only a check of an answer may ask for."""

SEVERITIES = ("none", *sightings.SEVERITIES)
"""Ascending."""


class Surface(NamedTuple):
    """One piece of text of a call. ``role``: system, developer, user, assistant, tool, document, tool_arguments,
    tool_definition, parameter or sealed.

    ``location`` names the place in the call (``messages[2].content``); replacements come back under it.
    """

    role: str
    location: str
    text: str


class Finding(msgspec.Struct, frozen=True):
    """One thing found. ``start`` and ``end`` are character offsets into the text at ``location``, as the caller sent it.

    ``role`` is who wrote it. ``action`` is what the policy asks for; where the policy only observes, ``observed`` is true and nothing was
    done. ``instead_of_block``: it was taken out of a tool result, and anywhere else it would have blocked the call.
    """

    guard: str
    type: str
    start: int
    end: int
    score: float
    severity: str
    location: str
    action: str
    policy: str = ""
    observed: bool = False
    role: str = ""
    instead_of_block: bool = False


class GuardRun(msgspec.Struct, frozen=True):
    """Evidence that one guard of a policy ran. ``result`` is its action, or ``error`` or ``timeout`` with ``unscanned_reason`` filled.

    ``bytes_remembered`` of those that it read stood in a text that it had judged before: what it said then was taken again.
    ``asked``: about how many texts it asked its second tier.
    """

    guard: str
    version: str
    bytes_scanned: int
    microseconds: int
    result: str
    unscanned_reason: str = ""
    policy: str = ""
    bytes_remembered: int = 0
    asked: int = 0


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of one inspection.

    ``code`` is the contract's error code of the guard that decided, ``rule`` the kind or rule id it decided on; both are empty when the
    action is ``allow``. ``retry`` is a sentence for the model when an output check asks for one repair turn before it blocks.
    ``replacements`` holds the new text of every location that redaction changed.
    """

    action: str = "allow"
    severity: str = "none"
    code: str = ""
    rule: str = ""
    guard: str = ""
    policy: str = ""
    message: str = ""
    retry: str = ""
    injection_score: float = 0.0
    findings: tuple[Finding, ...] = ()
    runs: tuple[GuardRun, ...] = ()
    replacements: Mapping[str, str] = {}
    vault: Vault | None = None

    @property
    def replaced_tool_results(self) -> int:
        """In how many texts of tool results something was taken out so that the call could go on."""
        return len({found.location for found in self.findings if found.instead_of_block and not found.observed})


ALLOWED = Verdict()
