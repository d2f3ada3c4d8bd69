"""The policies that apply to a caller, ready to inspect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from govern.enforcement.bound import BoundCallGuard, BoundGuard, not_begun
from govern.enforcement.clock import Clock, OutOfTime
from govern.enforcement.facts import judge_facts
from govern.enforcement.guards.leak import LeakGuard
from govern.enforcement.guards.prompt_injection import InjectionGuard
from govern.enforcement.input_reading import InputReading
from govern.enforcement.joined import Group, Kind, Read, groups, joined
from govern.enforcement.known_definitions import ROLE, KnownDefinitions
from govern.enforcement.looking import Guards, Looked, look, size_of
from govern.enforcement.output_reading import SurfaceLike, read_output
from govern.enforcement.prepared import Prepare, PreparedText, inspected_text, prepared_text
from govern.enforcement.sighted import SightedTexts
from govern.enforcement.streaming import StreamInspection, must_wait
from govern.enforcement.tally import Tally
from govern.enforcement.vault import Vault
from govern.enforcement.verdict import ALLOWED, Surface, Verdict
from govern.enforcement.verdict_cache import VerdictCache

_BESIDE = frozenset(("parameter", "sealed"))
_BRIEF_CHARACTERS = 64
_MOST_HARMLESS = 4_096
_NOT_TOGETHER = "no time was left to look at several texts as one"


class Enforcement:
    """Immutable apart from its cache; share it between calls and threads.

    Inspections are synchronous. They use the processor only, unless ``blocking`` says that a policy asks a classifier, which may wait
    for the network, or a guard has a second tier to ask: then, and for texts beyond some 100 KB, ``inspect_input`` belongs in a thread.
    The scanning engine works without the interpreter lock.
    """

    def __init__(
        self,
        *,
        on_input: Sequence[BoundGuard],
        on_output: Sequence[BoundGuard],
        input_rules: Sequence[BoundCallGuard],
        output_rules: Sequence[BoundCallGuard],
        buffered: bool,
        blocking: bool,
        payload: str = "metadata",
    ) -> None:
        self._on_input = Guards(on_input)
        self._on_output = Guards(on_output)
        self._input_rules = tuple(input_rules)
        self._output_rules = tuple(output_rules)
        self._buffered = buffered
        self.blocking = blocking
        self.payload = payload
        """How much of prompts and answers is kept: `metadata`, `redacted` or `full`."""
        self.has_second_tier = any(
            isinstance(bound.guard, InjectionGuard) and bound.guard.has_second_tier for bound in on_input
        )
        """Whether a second tier is asked about some texts of a request."""
        self._harmless: set[tuple[str, str]] = set()
        """Brief texts beside what answers say, such as a fingerprint of a system, in which nothing was found."""
        self.sighted = SightedTexts()
        self._cache: VerdictCache[Looked] = VerdictCache()

    def warm_up(self) -> None:
        """Has every guard look at something once, so that what it builds on its first use is not built on a call's time."""
        for text in ("Good morning.", "早安。"):
            said = [Surface(role, "warm up", text) for role in ("user", "assistant", "tool")]
            self.inspect_input(said, {})
            self.inspect_output(said, {}, system_prompt=None)

    @property
    def answers_whole(self) -> bool:
        """Whether nothing of an answer may leave before all of it is inspected."""
        return self._buffered or any(must_wait(bound) for bound in self._on_output.all)

    @property
    def hides_canary(self) -> bool:
        """Whether a policy wants a word of its own in the system prompt, by which the prompt is known wherever it comes out."""
        return any(isinstance(bound.guard, LeakGuard) and bound.guard.hides_canary for bound in self._on_output.all)

    @property
    def acts_on_texts(self) -> bool:
        """Whether a guard may block a call, or change it, for what its texts say: then nothing may be sent that cannot be read."""
        return any(
            bound.guard.action in ("block", "redact") and not bound.policy.observe for bound in self._on_input.all
        )

    def judge_rules(self, facts: Mapping[str, Any]) -> Verdict:
        """What the rules on input alone say, such as about another region that the call might go to. No text is looked at."""
        if not self._input_rules:
            return ALLOWED
        tally = Tally()
        judge_facts(self._input_rules, facts, tally)
        return tally.verdict(None)

    def inspect_input(
        self,
        surfaces: Sequence[SurfaceLike],
        facts: Mapping[str, Any],
        *,
        remember: bool = True,
        prepare: Prepare = prepared_text,
        may_wait: bool = True,
    ) -> Verdict:
        """What the policies say about the texts of a request. ``facts`` are the names that conditions may use.

        Without ``remember`` nothing is taken from the cache or put into it. ``prepare`` as for ``inspect_output``. Raises `MustWait`
        where a guard would wait for its second tier, unless it ``may_wait``: do it again in a thread; what was seen is remembered.
        """
        if not self._on_input and not self._input_rules:
            return ALLOWED
        tally = Tally()
        vault, clock = Vault(), Clock(may_wait=may_wait)
        judge_facts(self._input_rules, facts, tally)

        reading = InputReading(tally)
        definitions = KnownDefinitions(surfaces if remember else (), self._cache)
        known, told = definitions.known, False
        for surface in surfaces:
            if known is not None and surface.role == ROLE:
                if not told:
                    tally.add_quiet(known, known.size_bytes, cached=True)
                    told = True
                continue
            read = Read(surface.role, surface.location, inspected_text(surface.role, surface.text))
            kind: Kind = "field" if read.is_field else ""
            looked, cached = self._looked(read.role, read.text, kind, clock, prepare if not remember else None)
            reading.add(read, looked, cached)
            if read.role == ROLE:
                definitions.add(looked)
        try:
            for group in groups(reading.texts):
                anything, score = self._read_together(group, reading, clock, prepare if not remember else None)
                tally.add_score(score)
                if group.texts[0].role == ROLE:
                    definitions.add_together(anything, score)
            definitions.remember()
        except OutOfTime:
            for bound in self._on_input.all:
                tally.add_run(bound, not_begun(_NOT_TOGETHER), 0)
        reading.finish(vault)
        return tally.verdict(vault or None)

    def inspect_output(
        self,
        surfaces: Iterable[SurfaceLike],
        facts: Mapping[str, Any],
        *,
        system_prompt: str | None,
        vault: Vault | None = None,
        prepare: Prepare = prepared_text,
    ) -> Verdict:
        """What the policies say about an answer. ``vault`` is the one of the input's verdict: its values return in ``replacements``.

        ``prepare`` makes the prepared text of a role and a text. One that gives several enforcements the same saves most of the work of
        all but the first.
        """
        guards = for_prompt(self._on_output, system_prompt)
        if not guards and not self._output_rules and not vault:
            return ALLOWED
        tally, clock = Tally(), Clock()
        judge_facts(self._output_rules, facts, tally)
        for surface in surfaces:
            brief = guards is self._on_output and not vault and surface.role in _BESIDE
            known = (surface.role, surface.text) if brief and len(surface.text) <= _BRIEF_CHARACTERS else None
            if known in self._harmless:
                continue
            if read_output(surface, guards, tally, vault, prepare, clock) and known is not None:
                if len(self._harmless) >= _MOST_HARMLESS:
                    self._harmless.clear()
                self._harmless.add(known)
        return tally.verdict()

    def open_stream(
        self, facts: Mapping[str, Any], *, system_prompt: str | None, vault: Vault | None = None
    ) -> StreamInspection | None:
        """Inspection of an answer while it arrives; None when nothing applies, so that its bytes may pass as they are."""
        guards = for_prompt(self._on_output, system_prompt)
        if not guards and not self._output_rules and not vault:
            return None
        return StreamInspection(guards, self._output_rules, facts, buffered=self._buffered, vault=vault)

    def _read_together(
        self, group: Group, reading: InputReading, clock: Clock, prepare: Prepare | None
    ) -> tuple[bool, float]:
        """Looks at texts as one, unless it is known that nothing is to be found. Whether there was anything, and how much they look like
        an injection. Raises `OutOfTime`."""
        digest = self._cache.digest("together", group.content()) if prepare is None else None
        if digest is not None and (nothing := self._cache.get(digest)) is not None:
            return False, nothing.score
        anything, score = False, 0.0
        for piece in joined(group, deadline=clock.end):
            looked, known = self._looked(piece.role, piece.text, piece.kind, clock, prepare)
            score = max(score, looked.score)
            anything = reading.add_joined(piece, looked, known, deadline=clock.end) or anything
        if digest is not None and not anything:
            self._cache.put(digest, Looked((), 0, (), score, ()))
        return anything, score

    def _looked(self, role: str, text: str, kind: Kind, clock: Clock, prepare: Prepare | None) -> tuple[Looked, bool]:
        """What the guards see in a text, and whether that was known. With ``prepare`` nothing is remembered."""
        if prepare is not None:
            return self._look(prepare(role, text), text, kind, clock), False
        digest = self._cache.digest(f"{role} {kind}" if kind else role, text)
        known = self._cache.get(digest)
        if known is not None:
            return known, True
        looked = self._look(prepared_text(role, text), text, kind, clock)
        if not looked.failed:
            self._cache.put(digest, looked)
        return looked, False

    def _look(self, prepared: PreparedText, text: str, kind: Kind, clock: Clock) -> Looked:
        prepared.alone = kind in ("", "framed")
        prepared.framed = kind == "framed"
        prepared.field = kind == "field"
        guards = self._on_input.of(prepared.role, windowed=kind == "values")
        return look(guards, prepared, size_of(text), clock)


def for_prompt(guards: Guards, system_prompt: str | None) -> Guards:
    """The guards of one answer: those that compare it with the system prompt get the prompt, or leave when there is none."""
    if not any(isinstance(bound.guard, LeakGuard) for bound in guards.all):
        return guards
    return Guards(
        bound._replace(guard=bound.guard.for_prompt(system_prompt)) if isinstance(bound.guard, LeakGuard) else bound
        for bound in guards.all
        if system_prompt or not isinstance(bound.guard, LeakGuard)
    )
