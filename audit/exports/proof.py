"""The hashes that lead from rows to the root of a checkpoint's tree, for any number of rows at once.

Rows and gaps between them cover the tree from its first leaf to its last. A gap stands as the roots of the largest complete subtrees
that it parts into, from left to right; which ones those are follows from where it begins and ends. Who folds all of it from left to right
gets the root. A row beside the last one costs nothing, one far from others some hashes more.

`proof.bin` holds for each row, in order: its index in 8 bytes, its leaf's hash, the hashes of the gap before it; at the end those of the
gap behind the last row. A hash has 32 bytes.
"""

from collections.abc import Iterator

from audit.sealing.proofs import leaf_hashes, subtree
from audit.sealing.sealer import KEPT_HEIGHT
from audit.sealing.tree import Frontier

_BLOCK = 1 << KEPT_HEIGHT


def subtrees(start: int, end: int) -> Iterator[tuple[int, int]]:
    """(first leaf, height) of the complete subtrees that leaves from `start` to before `end` part into."""
    while start < end:
        height = (end - start).bit_length() - 1
        if start:
            height = min(height, (start & -start).bit_length() - 1)
        yield start, height
        start += 1 << height


class Gaps:
    """The hashes of gaps in the tree of a checkpoint with so many leaves; asked for from left to right."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._block = -1
        self._hashes: list[bytes] = []

    def between(self, start: int, end: int) -> bytes:
        """The hashes of the gap from leaf `start` to before `end`, joined."""
        return b"".join(self._hash(first, height) for first, height in subtrees(start, end))

    def _hash(self, first: int, height: int) -> bytes:
        if height >= KEPT_HEIGHT:
            return subtree(first >> height, height)
        block, place = divmod(first, _BLOCK)
        if block != self._block:
            begin = block * _BLOCK
            self._hashes = leaf_hashes(begin, min(_BLOCK, self._size - begin))
            self._block = block
        tree = Frontier()
        for digest in self._hashes[place : place + (1 << height)]:
            tree.append(digest)
        return tree.root()
