"""The Merkle tree of RFC 6962: leaf hashes in, roots and proofs out (`audit/verification/verify.py` checks them). https://www.rfc-editor.org/rfc/rfc6962#section-2

A leaf's hash is SHA-256 of 0x00 and its bytes, an inner node's that of 0x01 and its two children's.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

NodeSeen = Callable[[int, int, bytes], None]
"""Told of every complete inner node once: its height above the leaves, its position among the nodes of that height, its hash."""

RangeHash = Callable[[int, int], bytes]
"""The root over the leaves from the first to before the second number."""


def leaf_hash(leaf: bytes) -> bytes:
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """A tree that only grows, kept as the roots of its complete subtrees from the largest to the smallest: one for each bit of its size."""

    def __init__(self, size: int = 0, roots: bytes = b"") -> None:
        if len(roots) != HASH_BYTES * size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} complete subtrees")
        self.size = size
        self._roots = [roots[start : start + HASH_BYTES] for start in range(0, len(roots), HASH_BYTES)]

    def append(self, leaf: bytes, seen: NodeSeen | None = None) -> None:
        """Add a leaf by its hash."""
        roots, position, height = self._roots, self.size, 0
        while position & 1:
            leaf = sha256(b"\x01" + roots.pop() + leaf).digest()
            position >>= 1
            height += 1
            if seen is not None:
                seen(height, position, leaf)
        roots.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        return folded(self._roots)

    def roots(self) -> bytes:
        """What the constructor takes."""
        return b"".join(self._roots)


def is_frontier(size: int, roots: bytes, root: bytes) -> bool:
    """Whether these are the roots of the complete subtrees of the tree with that size and root."""
    return len(roots) == HASH_BYTES * size.bit_count() and Frontier(size, roots).root() == root


def folded(roots: Sequence[bytes]) -> bytes:
    """The root over neighbouring complete subtrees, given from the largest to the smallest."""
    if not roots:
        return EMPTY_ROOT
    root = roots[-1]
    for left in reversed(roots[:-1]):
        root = node_hash(left, root)
    return root


def inclusion_proof(index: int, size: int, over: RangeHash) -> list[bytes]:
    """The hashes that lead from leaf `index` to the root of the first `size` leaves, the lowest first."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not among {size}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _largest_power_below(end - start)
        if index < middle:
            path.append(over(middle, end))
            end = middle
        else:
            path.append(over(start, middle))
            start = middle
    return path[::-1]


def consistency_proof(old: int, new: int, over: RangeHash) -> list[bytes]:
    """The hashes that show that the tree of `new` leaves begins with the one of `old`."""
    if not 0 < old <= new:
        raise ValueError(f"a tree of {new} leaves does not grow from one of {old}")
    proof: list[bytes] = []
    start, end, whole = 0, new, True
    while old - start != end - start:
        middle = start + _largest_power_below(end - start)
        if old <= middle:
            proof.append(over(middle, end))
            end = middle
        else:
            proof.append(over(start, middle))
            start, whole = middle, False
    if not whole:
        proof.append(over(start, end))
    return proof[::-1]


def _largest_power_below(size: int) -> int:
    return 1 << ((size - 1).bit_length() - 1)
