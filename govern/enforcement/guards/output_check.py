"""What the checks of the form of an answer have in common: they judge it as a whole, and may know early that it cannot do."""

from __future__ import annotations

from govern.enforcement.guards.base import Observation


class OutputCheck:
    """``action`` is flag, retry or block; a retry is a block that carries the sentence for the repair turn."""

    code = "output_invalid"
    version = "1"
    windowed = False

    def __init__(self, action: str) -> None:
        self.action = action

    def applies_to(self, role: str) -> bool:
        return role == "assistant"

    def doomed(self, beginning: str, size: int) -> Observation | None:
        """What is wrong whatever may follow the first ``size`` characters, of which ``beginning`` are the first few."""
        return None

    def invalid(self, rule: str, size: int, retry: str) -> Observation:
        """An answer of ``size`` characters that has the wrong form as a whole."""
        asks = self.action == "retry"
        return Observation(rule, 0, size, 1.0, "medium", "block" if asks else self.action, retry=retry if asks else "")
