"""Inspection of an answer while it arrives.

Text leaves as soon as nothing in it can become part of a finding any more; what is kept back starts at the first *open candidate*, a
suffix that could still turn into a match. What leaves, joined, is what an inspection of the whole answer would have given.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from govern.enforcement.bound import BoundCallGuard, BoundGuard
from govern.enforcement.channel import Channel
from govern.enforcement.clock import Clock
from govern.enforcement.facts import judge_facts
from govern.enforcement.looking import Guards
from govern.enforcement.output_reading import SurfaceLike, read_output
from govern.enforcement.prepared import prepared_text
from govern.enforcement.tally import Tally
from govern.enforcement.vault import Vault
from govern.enforcement.verdict import Verdict


class StreamBlocked(Exception):
    """The answer must end here. ``released`` is text of the channel before the finding that may still leave."""

    def __init__(self, verdict: Verdict, released: str) -> None:
        super().__init__(verdict.code)
        self.verdict = verdict
        self.released = released


class StreamInspection:
    """One answer with all its channels: a choice's content, its reasoning, the arguments of each tool call."""

    def __init__(
        self,
        guards: Guards,
        rules: Sequence[BoundCallGuard],
        facts: Mapping[str, Any],
        *,
        buffered: bool,
        vault: Vault | None = None,
    ) -> None:
        self._guards = guards
        self._rules = rules
        self._facts = facts
        self._buffered = buffered or any(must_wait(bound) for bound in guards.all)
        self._vault = vault
        self._tally = Tally()
        self._channels: dict[Hashable, Channel] = {}
        self._clock: Clock | None = None
        """Of the end."""

    @property
    def buffered(self) -> bool:
        """Whether nothing leaves before ``finish``."""
        return self._buffered

    def feed(self, channel: Hashable, text: str, *, role: str = "assistant", location: str = "") -> str:
        """Takes the next piece of ``channel`` and gives the text that may leave now. Raises ``StreamBlocked``.

        ``role`` and ``location`` count when a channel is fed first; the text of role ``tool_arguments`` leaves as a whole at ``finish``.
        """
        stream = self._channels.get(channel)
        if stream is None:
            waits = self._buffered or role == "tool_arguments"
            stream = self._channels[channel] = Channel(
                self._guards.of(role), role, location or str(channel), self._tally, self._vault, waits=waits
            )
        released = stream.feed(text)
        if self._tally.blocked:
            raise StreamBlocked(self._tally.verdict(), released)
        return released

    def end(self, channel: Hashable) -> str:
        """The rest of a channel that has come to an end before the answer has; text that follows in it all the same is inspected apart.

        Nothing where the channel is to leave as a whole. Raises ``StreamBlocked``.
        """
        if self._buffered or channel not in self._channels:
            return ""
        released = self._channels.pop(channel).finish(Clock())
        if self._tally.blocked:
            raise StreamBlocked(self._tally.verdict(), released)
        return released

    def begin_end(self) -> None:
        """From now on one clock runs for all that is looked at, in the thread that calls."""
        self._clock = Clock()

    def look(self, surfaces: Iterable[SurfaceLike]) -> Mapping[str, str]:
        """Inspects texts that came whole, as ``inspect_output`` does. Returns what has to stand in their places, by location.

        Raises ``StreamBlocked``.
        """
        places, clock = [], self._clock or Clock()
        for surface in surfaces:
            read_output(surface, self._guards, self._tally, self._vault, prepared_text, clock)
            places.append(surface.location)
        if self._tally.blocked:
            raise StreamBlocked(self._tally.verdict(), "")
        replacements = self._tally.replacements
        return {place: replacements.pop(place) for place in places if place in replacements} if replacements else {}

    def finish(self, facts: Mapping[str, Any] | None = None) -> tuple[dict[Hashable, str], Verdict]:
        """The rest of every channel, and the verdict on the whole answer. Nothing of the rest may leave when the verdict blocks.

        ``facts`` replaces those given at the start, with what is known only now (``output_tokens``).
        """
        clock = self._clock or Clock()
        rest = {channel: stream.finish(clock) for channel, stream in self._channels.items()}
        judge_facts(self._rules, self._facts if facts is None else facts, self._tally)
        return rest, self._tally.verdict()


def must_wait(bound: BoundGuard) -> bool:
    """A check of the whole answer that may refuse it cannot take back what has left."""
    return not bound.guard.windowed and bound.guard.action != "flag" and not bound.policy.observe
