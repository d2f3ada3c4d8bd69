"""One text as the detector looks at it: normalised, folded, cut into blocks, each block scored. Made by the kernel or, without it, in Python."""

from __future__ import annotations

from typing import NamedTuple

from govern.enforcement import kernel, normalise
from govern.enforcement.clock import check
from govern.enforcement.injection import fold, ngrams, scorer
from govern.enforcement.injection.scorer import Scores
from govern.enforcement.injection.views import leet_span
from govern.enforcement.injection.weights import Weights
from govern.enforcement.injection.windows import blocks
from govern.enforcement.kernel.reading import Reader
from govern.enforcement.normalise import Normalised, hidden_in


class Block(NamedTuple):
    """A stretch of the normalised text from ``offset`` on, which is ``first_byte:last_byte`` of the folded one."""

    scores: Scores
    offset: int
    first_byte: int
    last_byte: int


class Reading(NamedTuple):
    """``folded`` is in UTF-8, as the patterns see it; ``leet`` is where letters are written as digits and signs.

    Unless ``encoded`` nothing in it can be one of the encodings that ``patterns`` looks for.
    """

    normalised: Normalised
    folded: bytes
    blocks: list[Block]
    leet: tuple[int, int] | None
    encoded: bool

    @property
    def scores(self) -> Scores:
        """Those of the block with the best window."""
        return max((block.scores for block in self.blocks), key=lambda scores: scores.best)


class TextReader:
    """Reads texts with one model. Linear in their length; never fails on a ``str``."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        tables = {**normalise.tables(), **fold.tables(), "power": ngrams.POWER, "inverse": ngrams.INVERSE}
        self._reader = Reader(tables, weights.words, weights.characters, weights.scale, weights.bias)

    def read(self, text: str, *, deadline: float | None = None) -> Reading:
        """Raises `OutOfTime` past the deadline."""
        compiled = kernel.library()
        seen = self._reader.read(compiled, text) if compiled is not None else None
        if seen is None:
            return self._interpret(text, deadline)
        normal = text if seen.normal is None else seen.normal.decode("utf-32-le")
        hidden = hidden_in(text) if seen.smuggled else ()
        normalised = Normalised(normal, seen.places, hidden, seen.invisible, seen.lookalikes)
        found = [Block(Scores(*row[:7]), *row[7:]) for row in seen.blocks]
        return Reading(normalised, seen.folded, found, seen.leet, seen.encoded)

    def _interpret(self, text: str, deadline: float | None) -> Reading:
        normalised = normalise.normalise(text)
        folded = fold.fold(normalised.text)
        found: list[Block] = []
        pieces: list[bytes] = []
        done = start = 0
        for offset, block in blocks(folded):
            check(deadline)
            pieces.append(folded.piece(done, offset).encode())
            start += len(pieces[-1])
            done = offset
            end = start + len(block.encode())
            found.append(Block(scorer.score_block(block, offset, self._weights), offset, start, end))
        pieces.append(folded.piece(done, len(folded.codes)).encode())
        return Reading(normalised, b"".join(pieces), found, leet_span(folded), True)
