"""Texts with every value of personal data and every secret masked, whatever the policies of a call look for.

For what is kept as redacted, and for words of callers and providers that the record repeats.
"""

import re
from functools import cache

from govern.enforcement import Enforcement, GuardPolicyBody, compile_enforcement
from govern.enforcement.guards.pii import Pii
from govern.enforcement.guards.secrets import Secrets
from govern.gateway.callers.callers_words import bounded
from govern.policy.conditions import compile_condition
from routing.calls import Surface

HIDDEN = "…"
"""Stands for words that could not be searched in time."""
_PLAIN = re.compile(r"[A-Za-z_]{1,40}")
"""Without a digit, a mark or a blank a word holds no value of any kind."""


@cache
def masking() -> Enforcement:
    """Finds every value of every kind."""
    policy = GuardPolicyBody(name="payload", time_limit_ms=2_000, guards=(Pii(), Secrets(action="redact")))
    return compile_enforcement([(policy.name, policy)], compile_condition=compile_condition)


def for_record(words: str) -> str:
    """Words that a caller or a provider chose, made safe for the record: bounded, of visible characters, every value masked."""
    return words if _PLAIN.fullmatch(words) else bounded(masked(bounded(words)))


def masked(words: str) -> str:
    """A short text with every value masked."""
    verdict = masking().inspect_input([Surface("parameter", "words", words)], {}, remember=False)
    if any(run.unscanned_reason for run in verdict.runs):
        return HIDDEN
    return verdict.replacements.get("words", words)
