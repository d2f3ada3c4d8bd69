"""The guard ``prompt_injection``: what the operator did not write must not give orders."""

from __future__ import annotations

from functools import cache

from govern.enforcement import bodies
from govern.enforcement.errors import PolicyInvalid
from govern.enforcement.guards.base import Building, Observation, Sighting
from govern.enforcement.injection.detector import InjectionDetector
from govern.enforcement.prepared import PreparedText

UNTRUSTED = frozenset({"user", "tool", "document"})


@cache
def injection_detector() -> InjectionDetector:
    """The one detector of a process."""
    return InjectionDetector()


class InjectionGuard:
    guard = "prompt_injection"
    code = "prompt_injection"
    windowed = False

    def __init__(self, body: bodies.PromptInjection, building: Building) -> None:
        if body.flag_at > body.block_at:
            raise PolicyInvalid(
                f"{building.place}.flag_at", "is above block_at.", "A text is flagged before it is blocked."
            )
        self._detector = injection_detector()
        self.version = ""
        self._block_at = body.block_at
        self._flag_at = body.flag_at
        self.action: str = body.action

    def applies_to(self, role: str) -> bool:
        return role in UNTRUSTED

    def inspect(self, text: PreparedText) -> Sighting:
        result = text.injection(self._detector)
        self.version = result.version
        score = result.score
        if score < self._flag_at:
            return Sighting([], len(text.text), score)
        blocks = score >= self._block_at and self.action == "block"
        start, end = result.span or (0, len(text.text))
        rule = result.rules[0] if result.rules else "model"
        observation = Observation(
            rule, start, end, score, "high" if score >= self._block_at else "medium", "block" if blocks else "flag"
        )
        return Sighting([observation], len(text.text), score)


def prompt_injection_guard(body: bodies.PromptInjection, building: Building) -> InjectionGuard:
    return InjectionGuard(body, building)
