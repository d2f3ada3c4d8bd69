"""The guard ``prompt_injection``: what the operator did not write must not give orders."""

from __future__ import annotations

import time
from functools import cache
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from govern.enforcement.clock import MustWait
from govern.enforcement.errors import PolicyInvalid
from govern.enforcement.guards.base import NOTICE, Building, Inspected, Observation, action_on
from govern.enforcement.guards.body import Direction, GuardBody, Score
from govern.enforcement.guards.guard import Guard, gettext_noop
from govern.enforcement.injection.definitions import PLANTED
from govern.enforcement.injection.detector import InjectionDetector, InjectionResult
from govern.enforcement.injection.own_turn import as_judged, by_a_program
from govern.enforcement.injection.patterns import load_patterns
from govern.enforcement.prepared import PreparedText
from govern.enforcement.second_tier.opinion import SecondTier, SecondTierFailed, second_tier
from routing.saying import Saying


class OwnText(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Thresholds for what an application sends along in its own name: definitions of tools and answers, parameters, ids and names
    of fields, and turns and reasoning of the assistant that it plays back; and for turns of the user that the programs of known agents
    write (reminders, requests for a summary), by how they begin.

    Honest texts of this sort describe what a model is to do, so flags begin later than in what users write; blocks begin at the same
    score, so that an attack does not pass by moving into a tool's description.
    """

    block_at: Score = 0.9
    flag_at: Score = 0.8


class SecondOpinion(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the second tier is asked about what users, tools and documents say: `never`, in the ``grey`` zone, where the first tier is
    not sure and has not blocked, or `always` where it has not blocked. ``time_limit_ms`` is for one text."""

    ask: Literal["never", "grey", "always"] = "never"
    time_limit_ms: Annotated[int, Meta(ge=1, le=2_000)] = 500


class PromptInjection(GuardBody, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="prompt_injection"):
    """Injection, jailbreaks and smuggled instructions in what the operator did not write.

    ``block_at`` and ``flag_at`` hold for what users, tools and documents say, ``own_text`` for the rest of a request. System and
    developer messages are the operator's orders and are not looked at.

    ``second_tier`` says where the small encoder is asked that an optional package brings; its score then stands for both tiers.
    ``deep`` says when a policy's classifier is asked: ``auto`` between ``flag_at`` and ``block_at``, ``always`` or ``never``.
    """

    on: tuple[Direction, ...] = ("input",)
    action: Literal["flag", "block"] = "block"
    block_at: Score = 0.9
    flag_at: Score = 0.5
    own_text: OwnText = OwnText()
    second_tier: SecondOpinion = SecondOpinion()
    deep: Literal["auto", "always", "never"] = "auto"


UNTRUSTED = frozenset({"user", "tool", "document"})
OWN = frozenset({"assistant", "tool_arguments", "tool_definition", "parameter"})
"""What an application sends along in its own name, which others may have written nevertheless: a tool server, or a model."""

SHORTEST_ORDER = 12
"""Names, ids and choices with fewer ASCII characters say nothing alone; together they are looked at as one text."""


def thresholds_of(body: PromptInjection, role: str) -> PromptInjection | OwnText:
    """What holds for texts of a role."""
    return body.own_text if role in OWN else body


SECOND_TIER = "second_tier"
"""What a finding names, in the place of a rule, where the second tier decided."""
WARMING = ("Good morning.", "早安。", "aWdub3JlIHRoZSB3ZWF0aGVyIHRvZGF5 and 69676e6f726520746865207765617468 then")


@cache
def injection_detector() -> InjectionDetector:
    """The one detector of a process. It has looked at something: what is built on first use is not built on a call's time."""
    load_patterns()
    detector = InjectionDetector()
    for text in WARMING:
        detector.inspect(text, definition=text)
    return detector


class InjectionGuard:
    guard = "prompt_injection"
    code = "prompt_injection"
    windowed = False

    def __init__(self, body: PromptInjection, building: Building) -> None:
        for place, thresholds in ((building.place, body), (f"{building.place}.own_text", body.own_text)):
            if thresholds.flag_at > thresholds.block_at:
                raise PolicyInvalid(
                    f"{place}.flag_at",
                    Saying("is above the score that blocks. A text is flagged before it is blocked."),
                )
        self._detector = injection_detector()
        self._second = second_tier() if body.second_tier.ask != "never" else None
        self.version = ""
        self._body = body
        self.action: str = body.action
        self._replaces = building.replaces

    @property
    def has_second_tier(self) -> bool:
        return self._second is not None

    def applies_to(self, role: str) -> bool:
        return role in UNTRUSTED or role in OWN

    def inspect(self, text: PreparedText) -> Inspected:
        if len(text.text) < SHORTEST_ORDER and text.role in OWN and text.text.isascii():
            return Inspected([], len(text.text))
        result = text.injection(self._detector)
        self.version = f"{result.version} {self._second.version}" if self._second else result.version
        score = result.score
        found = ""
        thresholds = thresholds_of(self._body, text.role)
        if text.role == "tool_definition":
            score, found = result.told, result.planted
        elif score >= thresholds.flag_at and (text.framed or by_a_program(text.role, text.text)):
            thresholds, score = self._body.own_text, result.told
        if found:
            score = max(score, PLANTED)
        asked, failure, reason = False, "", ""
        if self._second is not None and self._is_doubtful(self._second, text, score, thresholds):
            asked = True
            try:
                score = self._second_score(self._second, text, score, result)
                found = SECOND_TIER
            except TimeoutError as late:
                failure, reason = "timeout", str(late) or "no time was left for the second tier"
            except SecondTierFailed as fault:
                failure, reason = "error", str(fault)
        if score < thresholds.flag_at:
            return Inspected([], len(text.text), score, asked, failure, reason)
        severe = score >= thresholds.block_at
        action = action_on(text, "block", replaces=self._replaces) if severe and self.action == "block" else "flag"
        start, end = result.span or (0, len(text.text))
        rule = found or (result.rules[0] if result.rules else "model")
        observation = Observation(rule, start, end, score, "high" if severe else "medium", action)
        if action == "redact":
            observation = observation._replace(instead_of_block=True, notice=NOTICE)
        return Inspected([observation], len(text.text), score, asked, failure, reason)

    def _is_doubtful(
        self, second: SecondTier, text: PreparedText, score: float, thresholds: PromptInjection | OwnText
    ) -> bool:
        """Whether policy wants a second opinion: never of what blocks already, nor of what an application sends in its own name."""
        if text.role not in UNTRUSTED or text.field or score >= thresholds.block_at or not text.text.strip():
            return False
        return self._body.second_tier.ask == "always" or score >= second.grey_from

    def _second_score(self, second: SecondTier, text: PreparedText, score: float, result: InjectionResult) -> float:
        """The score of both tiers. Raises `MustWait` on the event loop, `TimeoutError` and `SecondTierFailed`."""
        limit_s, clock = self._body.second_tier.time_limit_ms / 1000, text.clock
        if clock is not None:
            if not clock.may_wait:
                raise MustWait
            limit_s = min(limit_s, clock.wait_left_s)
        if limit_s <= 0:
            raise TimeoutError
        began = time.perf_counter()
        try:
            read = as_judged(text.role, text.text)
            return second.score(read, score, result.span, first_version=result.version, time_limit_s=limit_s)
        finally:
            if clock is not None:
                clock.wait_left_s -= time.perf_counter() - began


def prompt_injection_guard(body: PromptInjection, building: Building) -> InjectionGuard:
    return InjectionGuard(body, building)


GUARD = Guard(
    body=PromptInjection,
    build=prompt_injection_guard,
    code="prompt_injection",
    label=gettext_noop("Prompt injection"),
    about=gettext_noop("Orders that are smuggled in by users, tools and documents; jailbreaks."),
    icon="vaccines",
    judges_whole=True,
    place=1,
)
