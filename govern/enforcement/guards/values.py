"""The guards ``pii`` and ``secrets``: values that are recognised by their form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Protocol

from govern.enforcement import pii, secrets
from govern.enforcement.clock import EVERY, check
from govern.enforcement.errors import PolicyInvalid
from govern.enforcement.folding import Folded
from govern.enforcement.guards.base import Building, Inspected, Observation, action_on
from govern.enforcement.guards.body import Redaction
from govern.enforcement.prepared import PreparedText
from govern.enforcement.redaction import rewriter
from govern.enforcement.values.detector import ValueDetector
from govern.enforcement.values.judging import Hit
from govern.enforcement.values.kind import ValueKind
from routing.saying import Saying


@cache
def value_detector(cache_directory: Path | None) -> ValueDetector:
    """The one detector of a process, for personal data and secrets together. It has looked at something already."""
    detector = ValueDetector((*pii.KINDS, *secrets.KINDS), cache_directory=cache_directory)
    detector.find(Folded("Write to amy at example dot com, card 4111 1111 1111 1111."))
    return detector


class ValueBody(Protocol):
    """What the bodies of guards that look for values have in common."""

    @property
    def action(self) -> str: ...

    @property
    def types(self) -> tuple[str, ...]: ...

    @property
    def redaction(self) -> Redaction: ...

    @property
    def min_score(self) -> float: ...


class ValueGuard:
    """Reports the values of the kinds that a policy names."""

    windowed = True

    def __init__(self, guard: str, code: str, body: ValueBody, kinds: Iterable[str], building: Building) -> None:
        self.guard = guard
        self.code = code
        self.detector = value_detector(building.cache_directory)
        self.version = self.detector.version
        self._kinds = frozenset(kinds)
        self.action: str = body.action
        self._replaces = building.replaces
        self._min_score = body.min_score
        self._rewrite = rewriter(body.redaction, building.hash_key)
        self._vault = body.redaction == "vault"

    def applies_to(self, role: str) -> bool:
        return role != "sealed" or self.guard == "secrets"

    def inspect(self, text: PreparedText) -> Inspected:
        hits, open_from = text.values(self.detector)
        folded = text.folded
        observations: list[Observation] = []
        if hits:
            action = action_on(text, self.action, replaces=self._replaces)
            for first in range(0, len(hits), EVERY):
                check(text.deadline)
                observations += self._observed(hits[first : first + EVERY], text, action)
        return Inspected(observations, folded.text_offset(open_from))

    def _observed(self, hits: list[Hit], text: PreparedText, action: str) -> Iterator[Observation]:
        folded, said = text.folded, text.text
        kinds, least, vault = self._kinds, self._min_score, self._vault
        rewrite = self._rewrite if action == "redact" else _nothing
        instead = action != self.action
        for kind, start, end, score, _, anchor in hits:
            if kind.id in kinds and score >= least:
                lead = start - anchor
                if folded.is_moved:
                    start, end = folded.text_span(start, end)
                    lead = start - folded.text_offset(anchor)
                new = rewrite(kind, said[start:end])
                yield Observation(kind.id, start, end, score, kind.severity, action, new, vault, "", "", lead, instead)


def _nothing(_kind: ValueKind, _value: str) -> str:
    return ""


def pii_guard(body: ValueBody, building: Building) -> ValueGuard:
    return ValueGuard("pii", "pii_leak", body, _chosen(body.types, pii.kind_id, pii.KIND_IDS, building.place), building)


def secrets_guard(body: ValueBody, building: Building) -> ValueGuard:
    return ValueGuard(
        "secrets", "secret_leak", body, _chosen(body.types, secrets.kind_id, secrets.KIND_IDS, building.place), building
    )


def _chosen(
    names: tuple[str, ...], resolve: Callable[[str], str | None], known: tuple[str, ...], place: str
) -> tuple[str, ...]:
    if not names:
        return known
    chosen = []
    for index, name in enumerate(names):
        found = resolve(name)
        if found is None:
            near = get_close_matches(name.lower(), [identifier.lower() for identifier in known], 1)
            raise PolicyInvalid(
                f"{place}.types[{index}]",
                Saying("`%(name)s` is not a known kind. Did you mean `%(near)s`?", name=name, near=near[0])
                if near
                else Saying("`%(name)s` is not a known kind. See the list of kinds.", name=name),
            )
        chosen.append(found)
    return tuple(chosen)
