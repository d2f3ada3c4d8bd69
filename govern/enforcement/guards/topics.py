"""The guard ``topics``: words and patterns that an organisation watches for."""

from __future__ import annotations

from re import _parser as parser  # type: ignore[attr-defined]
from re import error as broken_syntax
from typing import Literal

import hyperscan

from govern.enforcement.errors import PolicyInvalid
from govern.enforcement.folding import Folded
from govern.enforcement.guards.base import Building, Inspected, Observation, action_on
from govern.enforcement.guards.body import Direction, Expression, GuardBody, Term
from govern.enforcement.guards.guard import Guard, gettext_noop
from govern.enforcement.open_candidates import open_expression
from govern.enforcement.prepared import PreparedText
from govern.enforcement.scanner import CASELESS, START, Found, Pattern, PatternDatabase, PatternRefused
from routing.saying import Saying


class Topics(GuardBody, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="topics"):
    """An organisation's words: ``terms`` are literal, without regard to case, on word boundaries; ``patterns`` are linear-time regular
    expressions. A match longer than 2,048 characters is no match."""

    on: tuple[Direction, ...] = ("input", "output")
    action: Literal["flag", "redact", "block"] = "flag"
    topic: str = "topic"
    terms: tuple[Term, ...] = ()
    patterns: tuple[Expression, ...] = ()


LONGEST_MATCH = 2048
_FLAGS = CASELESS | START | hyperscan.HS_FLAG_UTF8


class TopicsGuard:
    guard = "topics"
    code = "topic_blocked"
    windowed = True

    def __init__(self, body: Topics, building: Building) -> None:
        expressions = [(f"{building.place}.terms[{index}]", _term(term)) for index, term in enumerate(body.terms)]
        expressions += [
            (f"{building.place}.patterns[{index}]", Folded(pattern).characters)
            for index, pattern in enumerate(body.patterns)
        ]
        if not expressions:
            raise PolicyInvalid(
                building.place,
                Saying("a topics guard needs terms or patterns. Write terms, such as insider information."),
            )
        self._closed = _database(expressions, building, opened=False)
        self._opened = _database(expressions, building, opened=True)
        self.version = self._closed.version[:12]
        self.action: str = body.action
        self._replaces = building.replaces
        self._topic = body.topic

    def applies_to(self, role: str) -> bool:
        return role != "sealed"

    def inspect(self, text: PreparedText) -> Inspected:
        folded = text.folded
        characters = folded.characters
        data = folded.data if folded.is_ascii else characters.encode("utf-8", "replace")
        matches = self._closed.find(data, deadline=text.deadline)
        size = len(characters)
        opened = [] if text.complete else self._opened.find(data)
        position = _positions(data, characters, [*matches, *opened])
        open_from = min(
            (position[start] for _, start, _ in opened if size - position[start] <= LONGEST_MATCH), default=size
        )
        longest: dict[int, int] = {}
        for _, start, end in matches:
            first, last = position[start], position[end]
            if last - first <= LONGEST_MATCH and (text.begins or first > 0):
                longest[first] = max(longest.get(first, 0), last)
                if not text.complete and last == size:
                    open_from = min(open_from, first)
        observations = []
        action = action_on(text, self.action, replaces=self._replaces)
        instead = action != self.action
        for first, last in longest.items():
            start, end = folded.text_span(first, last)
            observations.append(
                Observation(
                    self._topic,
                    start,
                    end,
                    1.0,
                    "medium",
                    action,
                    f"<{self._topic.upper()}>",
                    instead_of_block=instead,
                )
            )
        return Inspected(observations, folded.text_offset(open_from))


def topics_guard(body: Topics, building: Building) -> TopicsGuard:
    return TopicsGuard(body, building)


def _term(term: str) -> str:
    folded = Folded(term.strip()).characters
    body = r"\s{1,3}".join("".join(_literal(character) for character in word) for word in folded.split())
    left = r"\b" if folded[:1].isascii() and folded[:1].isalnum() else ""
    right = r"\b" if folded[-1:].isascii() and folded[-1:].isalnum() else ""
    return f"{left}{body}{right}"


def _literal(character: str) -> str:
    return character if character.isalnum() or not character.isascii() else f"\\x{ord(character):02x}"


def _database(expressions: list[tuple[str, str]], building: Building, *, opened: bool) -> PatternDatabase:
    patterns = []
    for place, expression in expressions:
        try:
            _, most = parser.parse(expression, 0).getwidth()
            beginnings = open_expression(expression)
        except (broken_syntax, ValueError, OverflowError) as fault:
            raise PolicyInvalid(
                place,
                Saying(
                    "this is not a regular expression that can be matched in linear time: %(fault)s. "
                    "Look-around and back-references cannot be used.",
                    fault=str(fault),
                ),
            ) from None
        patterns.append(Pattern(place, beginnings if opened else expression, _FLAGS))
        if int(most) > LONGEST_MATCH:
            raise PolicyInvalid(
                place,
                Saying(
                    "a match could be longer than %(most)d characters. Bound the repeats: .{0,200} instead of .*",
                    most=LONGEST_MATCH,
                ),
            )
    try:
        return PatternDatabase(patterns, cache_directory=building.cache_directory)
    except PatternRefused as refused:
        place = expressions[max(refused.index, 0)][0]
        raise PolicyInvalid(
            place,
            Saying(
                "the engine refuses it: %(said)s Make the pattern shorter or its repeats smaller.",
                said=str(refused.reason),
            ),
        ) from None


def _positions(data: bytes, characters: str, matches: list[Found]) -> dict[int, int]:
    """Character positions of byte offsets."""
    offsets = sorted({edge for match in matches for edge in match[1:]})
    if len(data) == len(characters):
        return {offset: offset for offset in offsets}
    positions: dict[int, int] = {}
    last = count = 0
    for offset in offsets:
        count += len(data[last:offset].decode("utf-8", "ignore"))
        positions[offset] = count
        last = offset
    return positions


GUARD = Guard(
    body=Topics,
    build=topics_guard,
    code="topic_blocked",
    label=gettext_noop("Topics"),
    about=gettext_noop("Words and patterns of your organisation."),
    icon="label",
    judges_whole=False,
    place=4,
)
