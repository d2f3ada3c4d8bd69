"""What an anchor is."""

from collections.abc import Iterable, Iterator
from typing import Protocol

import msgspec

MOST_NOTE_BYTES = 64 * 1024
"""No checkpoint is longer; what is longer in an anchor is not read."""

Evidence = dict[str, str]
"""What an anchor answered, by name: whatever finds the checkpoint there again, or proves that it was there."""


class _Told(Exception):
    """A sentence for people, kept as a template and what it names, so that it can be said in the reader's language."""

    def __init__(self, template: str, **facts: object) -> None:
        super().__init__(template % facts if facts else template)
        self.template, self.facts = template, {name: str(value) for name, value in facts.items()}


class AnchorFailed(_Told):
    """The checkpoint was not kept, or that cannot be seen. The sentence says why and what to do; it is tried again."""


class AnchorDiffers(_Told):
    """The anchor holds another checkpoint in this one's place: the trail was rebuilt, or the database was put back from a backup."""


class Kept(msgspec.Struct, frozen=True):
    """A delivery as the database remembers it."""

    number: int
    note: str
    evidence: Evidence


class Anchor(Protocol):
    """A place that keeps signed notes."""

    def publish(self, number: int, note: str) -> Evidence:
        """Keeps the note of checkpoint `number`, reads it back, and returns what proves it. May be asked again for the same one.

        Raises `AnchorFailed` and `AnchorDiffers`.
        """

    def held(self, kept: Iterable[Kept]) -> Iterator[str]:
        """The notes that it vouches for, read from it. Only what keeps nothing by itself looks at `kept`.

        Raises `AnchorFailed`, and `AnchorDiffers` where `kept` is not what it signed.
        """


class ConfiguredAnchor(msgspec.Struct, frozen=True):
    """One anchor of the setting.

    place: where it is, in words that hold no secret.
    every_s: at most one checkpoint is published in this time, the newest.
    """

    name: str
    kind: str
    place: str
    every_s: int
    anchor: Anchor
