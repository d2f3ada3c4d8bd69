"""The order of an assistant's blocks, which the message form keeps in one list for each kind.

Anthropic wants the blocks of its latest answer back as they stood. The order travels as one more block beside those that only their
provider knows, and so comes back from wherever they do; it is left out where the lists one after the other are the order.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Any, Literal, TypeVar

from routing.calls.messages import NativePart

KIND = "order"
"""Of the block; no provider is sent it."""
_RANKS = {"thought": 0, "own": 1, "text": 2, "call": 3}

Block = TypeVar("Block")
Kind = Literal["thought", "own", "call"]


class BlockOrder:
    """Notes blocks as they come."""

    def __init__(self) -> None:
        self._kinds: list[str] = []
        self._lengths: list[int] = []
        """Characters of each stretch of text."""

    def __bool__(self) -> bool:
        return bool(self._kinds)

    def add(self, kind: Kind) -> None:
        """A block that is no text."""
        self._kinds.append(kind)

    def say(self, characters: int) -> None:
        """Text; what follows on text belongs to it."""
        if characters and self._kinds and self._kinds[-1] == "text":
            self._lengths[-1] += characters
        elif characters:
            self._kinds.append("text")
            self._lengths.append(characters)

    def part(self) -> dict[str, Any] | None:
        """The block that tells the order, as plain values; None where nobody needs to be told."""
        if all(_RANKS[one] <= _RANKS[next_] for one, next_ in pairwise(self._kinds)):
            return None
        lengths = iter(self._lengths)
        words = [f"{kind}:{next(lengths)}" if kind == "text" else kind for kind in self._kinds]
        return {"type": "native", "kind": KIND, "block": {"content": " ".join(words)}}

    def parts(self) -> list[NativePart]:
        """The same, as a part of an answer."""
        part = self.part()
        return [NativePart(kind=KIND, block=part["block"])] if part else []


def in_order(
    told: Sequence[NativePart],
    *,
    thoughts: Sequence[Block],
    own: Sequence[Block],
    said: Sequence[Block],
    calls: Sequence[Block],
    cut: Callable[[list[int]], Sequence[Sequence[Block]] | None] | None = None,
) -> list[Block]:
    """The blocks in the order that a block among those `told` tells, and what it does not speak of in the order of the lists.

    `cut` gives the blocks of each stretch of text from their lengths; where it cannot, all of `said` stands where text was first.
    """
    words = _words(told)
    lengths = [int(word[5:]) for word in words if word.startswith("text:") and word[5:].isdecimal() and len(word) < 15]
    stretches = cut(lengths) if cut is not None and len(lengths) > 1 else None
    left = {"thought": iter(thoughts), "own": iter(own), "call": iter(calls)}
    pieces: Iterator[Sequence[Block]] = iter(stretches if stretches is not None else [said])
    blocks: list[Block] = []
    for word in words:
        if word.startswith("text:"):
            blocks += next(pieces, ())
        elif word in left and (block := next(left[word], None)) is not None:
            blocks.append(block)
    rest = [block for piece in pieces for block in piece]
    return [*blocks, *left["thought"], *left["own"], *rest, *left["call"]]


def is_order(part: NativePart) -> bool:
    """Whether it tells the order of the others."""
    return part.kind == KIND


def stretches_of(text: str, lengths: Sequence[int]) -> list[str] | None:
    """The text in stretches of these lengths in characters; None where they are those of another text."""
    if sum(lengths) != len(text):
        return None
    ends = list(accumulate(lengths))
    return [text[end - length : end] for end, length in zip(ends, lengths, strict=True)]


def _words(told: Sequence[NativePart]) -> list[str]:
    for part in told:
        content = part.block.get("content") if part.kind == KIND else None
        if type(content) is str:
            return content.split()
    return []
