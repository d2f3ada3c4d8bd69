"""The guard policy that ships: what a new installation starts with and what ``guard_scan`` runs when it is given no other."""

from __future__ import annotations

from govern.enforcement.bodies import GuardPolicyBody
from govern.enforcement.guards.pii import Pii
from govern.enforcement.guards.prompt_injection import PromptInjection
from govern.enforcement.guards.secrets import Secrets

BASELINE = GuardPolicyBody(
    name="baseline",
    tool_results="replace",
    tool_calls="flag",
    guards=(
        PromptInjection(),
        Pii(on=("input", "output"), action="redact"),
        Secrets(on=("input", "output"), action="block"),
    ),
)
