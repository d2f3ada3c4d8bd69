"""One text as the detector looks at it: normalised, folded, cut into blocks, each block scored. Made by the kernel or, without it, in Python."""

from __future__ import annotations

from collections.abc import Sequence

from govern.enforcement import kernel, normalise
from govern.enforcement.clock import check
from govern.enforcement.injection import fold, ngrams, scorer
from govern.enforcement.injection.measures import MEASURES, logarithms, measures_of, weighed
from govern.enforcement.injection.scorer import Scores
from govern.enforcement.injection.views import leet_span
from govern.enforcement.injection.weights import Weights
from govern.enforcement.injection.windows import blocks
from govern.enforcement.kernel.reading import BlockRow, Reader, Sight
from govern.enforcement.normalise import Normalised, hidden_in


class Reading:
    """``folded`` is in UTF-8, as the patterns see it; ``leet`` is where letters are written as digits and signs.

    Unless ``encoded`` nothing in it can be one of the encodings that ``patterns`` looks for. ``plain``: nothing was hidden or in disguise.
    """

    __slots__ = ("_normalised", "_seen", "_text", "blocks", "encoded", "folded", "leet", "plain")

    def __init__(
        self,
        folded: bytes,
        blocks: list[BlockRow],
        leet: tuple[int, int] | None,
        *,
        encoded: bool,
        plain: bool,
        normalised: Normalised | None = None,
        seen: Sight | None = None,
        text: str = "",
    ) -> None:
        self.folded = folded
        self.blocks = blocks
        self.leet = leet
        self.encoded = encoded
        self.plain = plain
        self._normalised = normalised
        self._seen = seen
        self._text = text

    @property
    def moved(self) -> bool:
        """Whether places in its normal form are others than in the text."""
        return self._seen is None or self._seen.places is not None

    @property
    def normalised(self) -> Normalised:
        """Made where somebody asks."""
        if self._normalised is None:
            seen, text = self._seen, self._text
            assert seen is not None
            normal = text if seen.normal is None else seen.normal.decode("utf-32-le")
            hidden = hidden_in(text) if seen.smuggled else ()
            self._normalised = Normalised(normal, seen.places, hidden, seen.invisible, seen.lookalikes)
        return self._normalised

    @property
    def scores(self) -> Scores:
        """Those of the block with the best window."""
        return scores_of(max(self.blocks, key=lambda row: row[0]))


def scores_of(row: BlockRow) -> Scores:
    """The scores of a block."""
    best, top, mean, whole, _, words, start, end, *_ = row
    return Scores(best, top, mean, whole, words, start, end)


class TextReader:
    """Reads texts with one model. Linear in their length; never fails on a ``str``. ``measures`` are the meta model's weights for them."""

    def __init__(self, weights: Weights, measures: Sequence[float] = (0.0,) * len(MEASURES)) -> None:
        self._weights = weights
        self._measures = measures
        tables = {**normalise.tables(), **fold.tables(), "power": ngrams.POWER, "inverse": ngrams.INVERSE}
        self._reader = Reader(
            tables, weights.words, weights.characters, weights.scale, weights.bias, measures, logarithms()
        )

    def read(self, text: str, *, deadline: float | None = None) -> Reading:
        """Raises `OutOfTime` past the deadline."""
        compiled = kernel.library()
        seen = self._reader.read(compiled, text) if compiled is not None else None
        if seen is None:
            return self._interpret(text, deadline)
        plain = not (seen.invisible or seen.lookalikes)
        return Reading(seen.folded, seen.blocks, seen.leet, encoded=seen.encoded, plain=plain, seen=seen, text=text)

    def _interpret(self, text: str, deadline: float | None) -> Reading:
        normalised = normalise.normalise(text)
        folded = fold.fold(normalised.text)
        cut = list(blocks(folded))
        found: list[BlockRow] = []
        pieces: list[bytes] = []
        done = first = 0
        for offset, block in cut:
            check(deadline)
            pieces.append(folded.piece(done, offset).encode())
            first += len(pieces[-1])
            done = offset
            scores = scorer.score_block(block, offset, self._weights)
            best, top, mean, whole, words, start, end = scores
            logit = weighed(measures_of(scores, len(cut)), self._measures)
            found.append((best, top, mean, whole, logit, words, start, end, offset, first, first + len(block.encode())))
        pieces.append(folded.piece(done, len(folded.codes)).encode())
        plain = not (normalised.invisible or normalised.lookalikes)
        return Reading(b"".join(pieces), found, leet_span(folded), encoded=True, plain=plain, normalised=normalised)
