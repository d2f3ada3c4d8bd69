"""One channel of a streamed answer: what has not left yet, and what may."""

from __future__ import annotations

from collections.abc import Sequence

from govern.enforcement.bound import BoundGuard, run_guard
from govern.enforcement.clock import Clock
from govern.enforcement.guards.base import Observation
from govern.enforcement.guards.output_check import OutputCheck
from govern.enforcement.prepared import PreparedText, inspected_text
from govern.enforcement.redaction import Replacement, merged, rewrite
from govern.enforcement.tally import Tally
from govern.enforcement.tool_arguments import quoted_where_bare
from govern.enforcement.values.kind import CONTEXT
from govern.enforcement.values.spans import before_straddling
from govern.enforcement.vault import Vault

LONGEST_HELD = 2048
"""Characters of an open candidate that are kept back at most; past it the candidate is redacted, or is none."""

_KEPT_OF_LONG = 1024  # characters of the beginning of a candidate that grew beyond the limit…
_BEGINNING = 64
_KEPT_TAIL = 256  # …and of its end, which stand for the whole from then on


Seen = list[tuple[BoundGuard, Observation]]


class Channel:
    """The text of one channel that has not left yet, after some that has, for context."""

    def __init__(
        self, guards: Sequence[BoundGuard], role: str, location: str, tally: Tally, vault: Vault | None, *, waits: bool
    ) -> None:
        self._windowed = [bound for bound in guards if bound.guard.windowed]
        self._final = [bound for bound in guards if not bound.guard.windowed]
        self._role = role
        self._location = location
        self._tally = tally
        self._vault = vault
        self._waits = waits
        self._window = ""
        self._left = 0  # characters of the window that have left already
        self._base = 0  # where the window starts in the text
        self._begins = True
        self._replaced = (
            False  # the candidate that the held text starts with grew too long and has been replaced already
        )
        self._whole: list[str] | None = [] if self._final or waits else None
        self._beginning = ""
        self._size = 0
        self._surrogate = ""
        self._restoring = ""

    def feed(self, text: str) -> str:
        text = self._joined(text)
        if self._whole is not None:
            self._whole.append(text)
            self._note_doom(text)
        if self._waits:
            return ""
        self._window += text
        return self._restored(self._release(Clock(), complete=False), complete=False)

    def _note_doom(self, text: str) -> None:
        """Ends early what can satisfy a check no more."""
        self._size += len(text)
        if len(self._beginning) < _BEGINNING:
            self._beginning += text[:_BEGINNING]
        for bound in self._final:
            if isinstance(bound.guard, OutputCheck) and bound.guard.action != "flag" and not bound.policy.observe:
                seen = bound.guard.doomed(self._beginning, self._size)
                if seen is not None:
                    self._tally.record(bound, seen, self._location, role=self._role)

    def finish(self, clock: Clock) -> str:
        """The rest."""
        last, self._surrogate = self._surrogate, ""
        if self._whole is not None:
            self._whole.append(last)
        self._window += last
        whole = "".join(self._whole or ())
        if self._waits:
            self._window = inspected_text(self._role, whole)
        window = self._window
        released = self._release(clock, complete=True)
        if self._waits and released == window:
            released = whole
        released = self._restored(released, complete=True)
        if self._final:
            text = PreparedText(inspected_text(self._role, whole), role=self._role)
            for bound in self._final:
                run = run_guard(bound, text, clock)
                self._tally.add_run(bound, run, len(text.text))
                for seen in run.observations:
                    self._tally.record(bound, seen, self._location, role=self._role)
        return released

    def _joined(self, text: str) -> str:
        """Halves of a surrogate pair that arrived in two pieces become one character."""
        text = self._surrogate + text
        self._surrogate = ""
        if text and "\ud800" <= text[-1] <= "\udbff":
            text, self._surrogate = text[:-1], text[-1]
        if not text.isascii() and any("\ud800" <= character <= "\udbff" for character in text):
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
        return text

    def _release(self, clock: Clock, *, complete: bool) -> str:
        window = self._window
        text = PreparedText(window, role=self._role, begins=self._begins, since=self._left, complete=complete)
        held_from = len(window)
        seen: Seen = []
        for bound in self._windowed:
            run = run_guard(bound, text, clock)
            self._tally.add_run(bound, run, len(window) - self._left)
            held_from = min(held_from, run.open_from)
            seen += [(bound, observation) for observation in run.observations if observation.end > self._left]
        spans = [(max(self._left, observation.start - observation.lead), observation.end) for _, observation in seen]
        held_from = before_straddling(spans, max(held_from, self._left))
        grown: Seen = []
        if not complete and len(window) - held_from > LONGEST_HELD:
            grown = _growing(_cluster(seen, held_from), len(window) - LONGEST_HELD)
            if not grown:
                held_from = self._let_go(seen, len(window) - LONGEST_HELD)
        released = self._rewritten([item for item in seen if item[1].end <= held_from], held_from)
        if grown and not self._replaced:
            released += self._replaced_now(grown, window, held_from)
            self._replaced = True
        if grown and not any(_is_run(observation) for _, observation in grown):
            self._forget(text, max(held_from, _last_settled(grown, len(window) - CONTEXT)), 0)
        else:
            self._forget(text, held_from, max((observation.end for _, observation in grown), default=0))
        return released

    def _rewritten(self, final: Seen, held_from: int) -> str:
        left = self._left
        replacements = [observation.replaced(left) for bound, observation in final if _redacts(bound, observation)]
        already_to = 0
        if self._replaced:
            replaced = _cluster(final, left)
            already_to = max((observation.end for _, observation in replaced), default=left) - left
            if already_to:
                replacements = [item for item in replacements if item.start >= already_to]
                self._replaced = False
        for bound, observation in final:
            if not already_to or observation.start - left >= already_to:
                self._tally.record(bound, observation, self._location, self._base, self._role)
        return rewrite(
            self._window[left:held_from],
            self._merged(replacements, already_to),
        )

    def _merged(self, replacements: list[Replacement], already_to: int) -> list[Replacement]:
        if already_to:
            replacements = [Replacement(0, already_to, ""), *replacements]
        replacements = merged(replacements)
        return quoted_where_bare(self._window, replacements) if self._role == "tool_arguments" else replacements

    def _let_go(self, seen: Seen, limit: int) -> int:
        """Where to hold when what is held from further back turned out to be nothing, or something that may pass."""
        passing = [
            item for item in seen if not _redacts(*item) and _is_run(item[1]) and item[1].start < limit < item[1].end
        ]
        for bound, observation in passing:
            self._tally.record(bound, observation, self._location, self._base, self._role)
        staying = [(item[1].start - item[1].lead, item[1].end) for item in seen if item not in passing]
        return max(self._left, before_straddling(staying, limit))

    def _replaced_now(self, grown: Seen, window: str, held_from: int) -> str:
        """What stands for values of which one grew too long, before its end has come."""
        for bound, observation in grown:
            self._tally.record(bound, observation, self._location, self._base, self._role)
        replacements = merged([observation.replaced() for bound, observation in grown if _redacts(bound, observation)])
        return window[held_from : replacements[0].start] + replacements[0].text

    def _forget(self, text: PreparedText, held_from: int, run_end: int) -> None:
        """Keeps what is held and the context before it; of a run that grew too long and ends at ``run_end``, its beginning and end."""
        window = self._window
        context_from = _context_from(text, held_from)
        held = window[held_from:]
        if run_end:
            held = window[held_from : held_from + _KEPT_OF_LONG] + window[run_end - _KEPT_TAIL :]
            self._base += len(window) - held_from - len(held)
        self._window = window[context_from:held_from] + held
        self._left = held_from - context_from
        self._base += context_from
        self._begins = self._begins and context_from == 0

    def _restored(self, text: str, *, complete: bool) -> str:
        """Placeholders of the input's vault turned back, across pieces."""
        if not self._vault:
            return text
        text = self._restoring + text
        until = len(text) if complete else self._vault.open_from(text)
        self._restoring = text[until:]
        return self._vault.restore(text[:until])


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
    return seen.end - seen.start > _KEPT_OF_LONG + _KEPT_TAIL


def _context_from(text: PreparedText, held_from: int) -> int:
    """The place in the text from which ``CONTEXT`` visible characters stand before ``held_from``."""
    folded = text.folded
    if len(folded.characters) == len(folded.text):
        return max(0, held_from - CONTEXT)
    low, high = 0, len(folded.characters)
    while low < high:
        middle = (low + high) // 2
        if folded.text_offset(middle) < held_from:
            low = middle + 1
        else:
            high = middle
    return folded.text_offset(low - CONTEXT) if low > CONTEXT else 0
