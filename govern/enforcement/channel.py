"""One channel of a streamed answer: what has not left yet, and what may."""

from __future__ import annotations

from collections.abc import Sequence

from govern.enforcement.bound import BoundGuard, run_guard
from govern.enforcement.calm import CalmText
from govern.enforcement.clock import Clock
from govern.enforcement.guards.base import Observation
from govern.enforcement.guards.output_check import OutputCheck
from govern.enforcement.pieces import Halves, Restoring, Whole
from govern.enforcement.prepared import PreparedText, inspected_text
from govern.enforcement.redaction import Replacement, merged, rewrite
from govern.enforcement.tally import Tally
from govern.enforcement.tool_arguments import quoted_where_bare
from govern.enforcement.values.kind import CONTEXT
from govern.enforcement.values.spans import before_straddling
from govern.enforcement.vault import Vault
from govern.enforcement.window import KEPT_OF_LONG, KEPT_TAIL, Window, context_from

LONGEST_HELD = 2048
"""Characters of an open candidate that are kept back at most; past it the candidate is redacted, or is none."""

Seen = list[tuple[BoundGuard, Observation]]


class Channel:
    """The text of one channel that has not left yet, after some that has, for context."""

    def __init__(
        self, guards: Sequence[BoundGuard], role: str, location: str, tally: Tally, vault: Vault | None, *, waits: bool
    ) -> None:
        self._windowed = tuple(bound for bound in guards if bound.guard.windowed)
        self._final = [bound for bound in guards if not bound.guard.windowed]
        self._role = role
        self._location = location
        self._tally = tally
        self._waits = waits
        self._window = Window()
        self._halves = Halves()
        self._restoring = Restoring(vault)
        self._whole = Whole() if self._final or waits else None
        self._calm = CalmText.of(self._windowed) if not waits else None

    def feed(self, text: str) -> str:
        """What may leave once this piece has come."""
        if self._halves.waiting or not text.isascii():
            text = self._halves.joined(text)
        if self._whole is not None:
            self._whole.add(text)
            self._note_doom(self._whole)
        if self._waits:
            return ""
        self._window = self._window.with_more(text)
        if self._calm is not None and (quiet := self._calm.read(self._window)) is not None:
            self._tally.add_quiet(quiet.looked, quiet.looked.size_bytes)
            released = self._window.text[self._window.left : quiet.held_from]
            self._window = self._window.left_until(quiet.held_from, quiet.context_from)
            return self._restoring.restored(released, complete=False) if released else ""
        return self._restoring.restored(self._release(Clock(), complete=False), complete=False)

    def _note_doom(self, whole: Whole) -> None:
        """Ends early what can satisfy a check no more."""
        for bound in self._final:
            if isinstance(bound.guard, OutputCheck) and bound.guard.action != "flag" and not bound.policy.observe:
                seen = bound.guard.doomed(whole.beginning, whole.size)
                if seen is not None:
                    self._tally.record(bound, seen, self._location, role=self._role)

    def finish(self, clock: Clock) -> str:
        """The rest."""
        last = self._halves.last()
        whole = self._whole.text(last) if self._whole is not None else ""
        self._window = (
            self._window.of_all(inspected_text(self._role, whole)) if self._waits else self._window.with_more(last)
        )
        window = self._window.text
        released = self._release(clock, complete=True)
        if self._waits and released == window:
            released = whole
        released = self._restoring.restored(released, complete=True)
        if self._final:
            text = PreparedText(inspected_text(self._role, whole), role=self._role)
            for bound in self._final:
                run = run_guard(bound, text, clock)
                self._tally.add_run(bound, run, len(text.text))
                for seen in run.observations:
                    self._tally.record(bound, seen, self._location, role=self._role)
        return released

    def _release(self, clock: Clock, *, complete: bool) -> str:
        window, left = self._window, self._window.left
        text = PreparedText(window.text, role=self._role, begins=window.begins, since=left, complete=complete)
        size = held_from = len(window.text)
        seen: Seen = []
        for bound in self._windowed:
            run = run_guard(bound, text, clock)
            self._tally.add_run(bound, run, size - left)
            held_from = min(held_from, run.open_from)
            seen += [(bound, observation) for observation in run.observations if observation.end > left]
        spans = [(max(left, observation.start - observation.lead), observation.end) for _, observation in seen]
        held_from = before_straddling(spans, max(held_from, left))
        grown: Seen = []
        if not complete and size - held_from > LONGEST_HELD:
            grown = _growing(_cluster(seen, held_from), size - LONGEST_HELD)
            if not grown:
                held_from = self._let_go(seen, size - LONGEST_HELD)
        released = self._rewritten([item for item in seen if item[1].end <= held_from], held_from)
        if grown and not self._window.replaced:
            released += self._replaced_now(grown, held_from)
            self._window = self._window.value_replaced(True)
        if grown and not any(_is_run(observation) for _, observation in grown):
            held_from = max(held_from, _last_settled(grown, size - CONTEXT))
        elif grown:
            self._window = self._window.without_middle(held_from, max(observation.end for _, observation in grown))
        self._window = self._window.left_until(held_from, context_from(text.folded, held_from))
        return released

    def _rewritten(self, final: Seen, held_from: int) -> str:
        left = self._window.left
        replacements = [observation.replaced(left) for bound, observation in final if _redacts(bound, observation)]
        already_to = 0
        if self._window.replaced:
            replaced = _cluster(final, left)
            already_to = max((observation.end for _, observation in replaced), default=left) - left
            if already_to:
                replacements = [item for item in replacements if item.start >= already_to]
                self._window = self._window.value_replaced(False)
        for bound, observation in final:
            if not already_to or observation.start - left >= already_to:
                self._tally.record(bound, observation, self._location, self._window.base, self._role)
        return rewrite(self._window.text[left:held_from], self._merged(replacements, already_to))

    def _merged(self, replacements: list[Replacement], already_to: int) -> list[Replacement]:
        if already_to:
            replacements = [Replacement(0, already_to, ""), *replacements]
        replacements = merged(replacements)
        return quoted_where_bare(self._window.text, replacements) if self._role == "tool_arguments" else replacements

    def _let_go(self, seen: Seen, limit: int) -> int:
        """Where to hold when what is held from further back turned out to be nothing, or something that may pass."""
        passing = [
            item for item in seen if not _redacts(*item) and _is_run(item[1]) and item[1].start < limit < item[1].end
        ]
        for bound, observation in passing:
            self._tally.record(bound, observation, self._location, self._window.base, self._role)
        staying = [(item[1].start - item[1].lead, item[1].end) for item in seen if item not in passing]
        return max(self._window.left, before_straddling(staying, limit))

    def _replaced_now(self, grown: Seen, held_from: int) -> str:
        """What stands for values of which one grew too long, before its end has come."""
        for bound, observation in grown:
            self._tally.record(bound, observation, self._location, self._window.base, self._role)
        replacements = merged([observation.replaced() for bound, observation in grown if _redacts(bound, observation)])
        return self._window.text[held_from : replacements[0].start] + replacements[0].text


def _redacts(bound: BoundGuard, seen: Observation) -> bool:
    return seen.action == "redact" and not bound.policy.observe


def _cluster(seen: Seen, position: int) -> Seen:
    """What is redacted as one: the first observation is held from ``position``, each of the others overlaps one before it."""
    cluster: Seen = []
    reach = position
    for bound, observation in sorted(seen, key=lambda item: item[1].start):
        if observation.start - observation.lead < position or not _redacts(bound, observation):
            continue
        if observation.start < reach or (not cluster and observation.start - observation.lead == position):
            cluster.append((bound, observation))
            reach = max(reach, observation.end)
        elif cluster:
            break
    return cluster


def _growing(cluster: Seen, limit: int) -> Seen:
    """``cluster`` if it reaches beyond ``limit``: a run, or a chain of values of which each begins in the one before."""
    reach = max((observation.end for _, observation in cluster), default=0)
    return cluster if reach > limit else []


def _last_settled(chain: Seen, limit: int) -> int:
    """Where the last value of a chain begins that ends before ``limit``, so that what follows decides nothing about it any more: what has
    been replaced already goes on from there."""
    return max((seen.start - seen.lead for _, seen in chain if seen.end <= limit), default=0)


def _is_run(seen: Observation) -> bool:
    """Whether a value is a beginning with a run behind it, so that leaving out the middle of it changes nothing."""
    return seen.end - seen.start > KEPT_OF_LONG + KEPT_TAIL
