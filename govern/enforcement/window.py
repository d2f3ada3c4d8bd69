"""The part of a channel's text that guards still look at, as a value with the few moves that it makes."""

from __future__ import annotations

from typing import NamedTuple

from govern.enforcement.folding import Folded
from govern.enforcement.values.kind import CONTEXT

KEPT_OF_LONG = 1024
"""Characters of the beginning of a candidate that grew beyond the limit…"""
KEPT_TAIL = 256
"""…and of its end, which stand for the whole from then on."""


class Window(NamedTuple):
    """Text that has not left yet, behind some that has, for context. Places are counted from the beginning of `text`."""

    text: str = ""
    left: int = 0
    """Up to here it has left: context alone."""
    base: int = 0
    """Where it begins in all of the channel's text."""
    begins: bool = True
    """Whether the channel begins where it does."""
    replaced: bool = False
    """The value that the held text begins with grew too long, and what stands in its place has left already."""

    def with_more(self, text: str) -> Window:
        """More has arrived."""
        return Window(self.text + text, self.left, self.base, self.begins, self.replaced)

    def of_all(self, text: str) -> Window:
        """Nothing has left, and this is all there is."""
        return self._replace(text=text)

    def value_replaced(self, replaced: bool) -> Window:
        """Whether what it begins with has been replaced already."""
        return self._replace(replaced=replaced)

    def without_middle(self, start: int, end: int) -> Window:
        """Of the run from `start` to `end` its beginning and its end stay, which is all that decides about it."""
        kept = self.text[: start + KEPT_OF_LONG] + self.text[end - KEPT_TAIL :]
        return self._replace(text=kept, base=self.base + len(self.text) - len(kept))

    def left_until(self, held_from: int, context_from: int) -> Window:
        """All before `held_from` has left; what stands before `context_from` is not needed any more."""
        return Window(
            self.text[context_from:],
            held_from - context_from,
            self.base + context_from,
            self.begins and context_from == 0,
            self.replaced,
        )


def context_from(folded: Folded, held_from: int) -> int:
    """The place in the text from which ``CONTEXT`` visible characters stand before ``held_from``."""
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
