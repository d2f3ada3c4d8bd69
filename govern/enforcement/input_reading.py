"""What the guards saw in the texts of one request, one by one and joined, added up to findings and replacements."""

from __future__ import annotations

from govern.enforcement.bound import BoundGuard
from govern.enforcement.clock import EVERY, check
from govern.enforcement.guards.base import Observation
from govern.enforcement.joined import Joined, Read
from govern.enforcement.looking import Looked
from govern.enforcement.redaction import Replacement, merged, rewrite
from govern.enforcement.tally import Tally
from govern.enforcement.tool_arguments import is_json, quoted_where_bare
from govern.enforcement.vault import Vault
from govern.enforcement.verdict import ACTIONS


class InputReading:
    """Collects what was seen. ``texts`` are those that were added, in order."""

    def __init__(self, tally: Tally) -> None:
        self.texts: list[Read] = []
        self._tally = tally
        self._texts: dict[str, str] = {}
        self._seen: list[tuple[str, BoundGuard, tuple[Observation, ...]]] = []
        """What is not in the next two yet, which only texts that are read together need."""
        self._known: dict[tuple[str, int], list[Observation]] = {}
        self._exactly: set[tuple[str, int, str, int, int]] = set()
        """Place, guard, kind and span of what is known: most of what is seen again is seen exactly so."""
        self._replacements: dict[str, list[Replacement]] = {}

    def add(self, read: Read, looked: Looked, cached: bool) -> None:
        """What the guards saw in a text."""
        self.texts.append(read)
        if not looked.runs:
            self._tally.add_quiet(looked, looked.size_bytes, cached=cached)
            return
        for bound, run in zip(looked.guards, looked.runs, strict=True):
            self._tally.add_run(bound, run, looked.size_bytes, cached=cached)
            if not run.observations:
                continue
            self._seen.append((read.location, bound, run.observations))
            self._tally.record_all(bound, run.observations, read.location, role=read.role)
            if not bound.policy.observe:
                new = [seen.in_text(read.text) for seen in run.observations if seen.action == "redact"]
                if new:
                    self._replacements.setdefault(read.location, []).extend(new)

    def add_joined(self, joined: Joined, looked: Looked, cached: bool, *, deadline: float | None = None) -> bool:
        """What the guards saw in texts as one, where they did not see it in one of them. Whether there was anything at all.

        Raises `OutOfTime` past the deadline.
        """
        if not looked.runs:
            self._tally.add_quiet(looked, 0, cached=cached)
            return False
        for bound, run in zip(looked.guards, looked.runs, strict=True):
            self._tally.add_run(bound, run, 0, cached=cached)
            if run.observations and self._seen:
                self._remember_seen()
            for step, seen in enumerate(run.observations):
                if not step % EVERY:
                    check(deadline)
                places = joined.spread(seen.start, seen.end)
                if places and not self._is_known(bound, seen, places):
                    self._note(bound, seen, places, joined.role)
        return True

    def _is_known(self, bound: BoundGuard, seen: Observation, places: list[tuple[str, int, int]]) -> bool:
        if not bound.guard.windowed:  # its findings are about the whole of a text
            known = [each for place, _, _ in places for each in self._known.get((place, id(bound)), ())]
            return any(ACTIONS.index(each.action) >= ACTIONS.index(seen.action) for each in known)
        if all((place, id(bound), seen.type, start, end) in self._exactly for place, start, end in places):
            return True
        # what was found in one text alone is not longer because another text stands beside it
        return any(
            each.start <= start and end <= each.end and (len(places) == 1 or each.type == seen.type)
            for place, start, end in places
            for each in self._known.get((place, id(bound)), ())
        )

    def _note(self, bound: BoundGuard, seen: Observation, places: list[tuple[str, int, int]], role: str) -> None:
        for number, (place, start, end) in enumerate(places):
            here = seen._replace(start=start, end=end, replacement=seen.replacement if number == 0 else "", vault=False)
            text = self._text_at(place) if seen.notice else ""
            self._remember(bound, here, place)
            if number == 0:
                self._tally.record(bound, here, place, role=role)
            if seen.action == "redact" and not bound.policy.observe:
                self._replacements.setdefault(place, []).append(here.in_text(text))

    def _text_at(self, place: str) -> str:
        if len(self._texts) < len(self.texts):
            self._texts = {read.location: read.text for read in self.texts}
        return self._texts[place]

    def _remember_seen(self) -> None:
        for place, bound, observations in self._seen:
            for seen in observations:
                self._remember(bound, seen, place)
        self._seen.clear()

    def _remember(self, bound: BoundGuard, seen: Observation, place: str) -> None:
        self._known.setdefault((place, id(bound)), []).append(seen)
        self._exactly.add((place, id(bound), seen.type, seen.start, seen.end))

    def finish(self, vault: Vault) -> None:
        """Gives the tally the new text of every place where something is redacted."""
        if not self._replacements:
            return
        for read in self.texts:
            if found := self._replacements.get(read.location):
                new = merged(found)
                if is_json(read.role, read.text):
                    new = quoted_where_bare(read.text, new)
                self._tally.replacements[read.location] = rewrite(read.text, new, vault)
