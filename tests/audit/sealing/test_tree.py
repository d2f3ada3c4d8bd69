"""The Merkle tree against RFC 6962's own definition, written down as it stands there."""

import random
from hashlib import sha256

import pytest

from audit.sealing.tree import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
)
from audit.verification.verify import grew, root_of_inclusion


def defined(hashes: list[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return sha256(b"\x01" + defined(hashes[:k]) + defined(hashes[k:])).digest()


LEAVES = [leaf_hash(bytes([number])) for number in range(70)]


def over(start: int, end: int) -> bytes:
    return defined(LEAVES[start:end])


def test_a_growing_tree_has_the_root_of_the_definition() -> None:
    tree = Frontier()
    assert tree.root() == EMPTY_ROOT == defined([])
    for size, leaf in enumerate(LEAVES, 1):
        tree.append(leaf)
        assert tree.root() == defined(LEAVES[:size])
        assert Frontier(size, tree.roots()).root() == tree.root()


def test_complete_nodes_are_told_once() -> None:
    seen = {}
    tree = Frontier()
    for leaf in LEAVES:
        tree.append(leaf, lambda height, position, digest: seen.update({(height, position): digest}))
    assert len(seen) == 35 + 17 + 8 + 4 + 2 + 1
    for (height, position), digest in seen.items():
        assert digest == over(position << height, (position + 1) << height)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 33, 64, 70])
def test_inclusion_leads_to_the_root_and_nothing_else_does(size: int) -> None:
    root = defined(LEAVES[:size])
    for index in range(size):
        proof = inclusion_proof(index, size, over)
        assert root_of_inclusion(LEAVES[index], index, size, proof) == root
        assert root_of_inclusion(LEAVES[(index + 1) % 70], index, size, proof) != root
        assert root_of_inclusion(LEAVES[index], (index + 1) % size, size, proof) != root or size == 1
        assert root_of_inclusion(LEAVES[index], index, size, [*proof, root]) != root
        if proof:
            assert root_of_inclusion(LEAVES[index], index, size, proof[:-1]) != root
    assert root_of_inclusion(LEAVES[0], size, size, []) is None


def test_consistency_holds_between_all_sizes_and_between_no_others() -> None:
    drawn = random.Random(6962)
    for old in range(1, 70):
        for new in range(old, 71):
            proof = consistency_proof(old, new, over)
            old_root, new_root = defined(LEAVES[:old]), defined(LEAVES[:new])
            assert grew(old, old_root, new, new_root, proof)
            assert not grew(old, leaf_hash(old_root), new, new_root, proof)
            if proof:
                at = drawn.randrange(len(proof))
                assert not grew(old, old_root, new, new_root, [*proof[:at], leaf_hash(proof[at]), *proof[at + 1 :]])
                assert not grew(old, old_root, new, new_root, proof[:-1])


def test_a_size_that_does_not_fit_its_roots_is_refused() -> None:
    with pytest.raises(ValueError, match="complete subtrees"):
        Frontier(3, LEAVES[0])
    with pytest.raises(ValueError, match="not among"):
        inclusion_proof(3, 3, over)
    with pytest.raises(ValueError, match="does not grow"):
        consistency_proof(4, 3, over)
