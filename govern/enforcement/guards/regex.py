"""The guard ``regex``: the form of an answer, by a regular expression in linear time."""

from __future__ import annotations

from typing import Literal

import re2

from govern.enforcement.errors import PolicyInvalid
from govern.enforcement.guards.base import Building, Inspected
from govern.enforcement.guards.body import Expression, GuardBody
from govern.enforcement.guards.guard import Guard, gettext_noop
from govern.enforcement.guards.output_check import OutputCheck
from govern.enforcement.prepared import PreparedText
from routing.saying import Saying


class Regex(GuardBody, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="regex"):
    """The whole answer matches ``pattern`` (``must: match``), or ``pattern`` is found nowhere in it (``must: not_match``)."""

    on: tuple[Literal["output"], ...] = ("output",)
    action: Literal["flag", "retry", "block"] = "retry"
    pattern: Expression
    must: Literal["match", "not_match"] = "match"


class RegexGuard(OutputCheck):
    guard = "regex"

    def __init__(self, body: Regex, building: Building) -> None:
        super().__init__(body.action)
        options = re2.Options()
        options.log_errors = False
        options.dot_nl = True
        options.max_mem = 8 << 20
        try:
            self._pattern = re2.compile(body.pattern, options)
        except re2.error as fault:
            raise PolicyInvalid(
                f"{building.place}.pattern",
                Saying(
                    "the engine refuses it: %(said)s. Look-around and back-references cannot be used.",
                    said=str(fault.args[0]),
                ),
            ) from None
        self._must_match = body.must == "match"

    def inspect(self, text: PreparedText) -> Inspected:
        readable, size = _encodable(text.text), len(text.text)
        if self._must_match:
            fits = self._pattern.fullmatch(readable) is not None
            return Inspected([] if fits else [self.invalid("must_match", size, "Answer in the required format.")], size)
        found = self._pattern.search(readable)
        if found is None:
            return Inspected([], size)
        seen = self.invalid(
            "must_not_match", size, "The answer contains something that it must not contain; leave it out."
        )
        return Inspected([seen._replace(start=found.start(), end=found.end())], size)


def regex_guard(body: Regex, building: Building) -> RegexGuard:
    return RegexGuard(body, building)


def _encodable(text: str) -> str:
    """Lone surrogates cannot be encoded for the engine; they match like the character that stands for unknown ones."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


GUARD = Guard(
    body=Regex,
    build=regex_guard,
    code="output_invalid",
    label=gettext_noop("Pattern"),
    about=gettext_noop("Answers must match a pattern, or must not contain it."),
    icon="regular_expression",
    judges_whole=True,
    place=7,
)
