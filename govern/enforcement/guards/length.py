"""The guard ``length``: bounds of an answer in characters and words."""

from __future__ import annotations

from typing import Literal

from govern.enforcement.errors import PolicyInvalid
from govern.enforcement.guards.base import Building, Inspected, Observation
from govern.enforcement.guards.body import Count, GuardBody, Positive
from govern.enforcement.guards.guard import Guard, gettext_noop
from govern.enforcement.guards.output_check import OutputCheck
from govern.enforcement.prepared import PreparedText
from routing.saying import Saying


class Length(GuardBody, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="length"):
    """Bounds of an answer, in characters and words."""

    on: tuple[Literal["output"], ...] = ("output",)
    action: Literal["flag", "retry", "block"] = "retry"
    min_chars: Count = 0
    max_chars: Positive | None = None
    min_words: Count = 0
    max_words: Positive | None = None


class LengthGuard(OutputCheck):
    guard = "length"

    def __init__(self, body: Length, building: Building) -> None:
        super().__init__(body.action)
        for unit, least, most in (("chars", body.min_chars, body.max_chars), ("words", body.min_words, body.max_words)):
            if most is not None and least > most:
                raise PolicyInvalid(
                    f"{building.place}.min_{unit}", Saying("is above the most. No answer could satisfy both.")
                )
        self._body = body

    def inspect(self, text: PreparedText) -> Inspected:
        body, size = self._body, len(text.text)
        words = len(text.text.split()) if body.min_words or body.max_words is not None else 0
        faults = (
            ("min_chars", size < body.min_chars, f"Answer with at least {body.min_chars} characters."),
            ("max_chars", self._too_long(size), f"Answer with at most {body.max_chars} characters."),
            ("min_words", words < body.min_words, f"Answer with at least {body.min_words} words."),
            (
                "max_words",
                body.max_words is not None and words > body.max_words,
                f"Answer with at most {body.max_words} words.",
            ),
        )
        return Inspected([self.invalid(rule, size, retry) for rule, broken, retry in faults if broken], size)

    def doomed(self, beginning: str, size: int) -> Observation | None:
        if not self._too_long(size):
            return None
        return self.invalid("max_chars", size, f"Answer with at most {self._body.max_chars} characters.")

    def _too_long(self, size: int) -> bool:
        return self._body.max_chars is not None and size > self._body.max_chars


def length_guard(body: Length, building: Building) -> LengthGuard:
    return LengthGuard(body, building)


GUARD = Guard(
    body=Length,
    build=length_guard,
    code="output_invalid",
    label=gettext_noop("Length"),
    about=gettext_noop("Bounds of an answer in characters and words."),
    icon="straighten",
    judges_whole=True,
    place=8,
)
