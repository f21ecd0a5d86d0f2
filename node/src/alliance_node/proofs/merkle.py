"""The Merkle tree of RFC 6962: root, inclusion and consistency proofs, and their verification.

Proofs are computed through a :class:`HashReader`, which knows the hashes of *complete* subtrees
only, so a proof over a log of any size costs O(log n) reads wherever those hashes are kept.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Protocol

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()


class HashReader(Protocol):
    """Gives the hash of the complete subtree ``index`` of height ``level``.

    Level 0 is the leaf hashes; subtree ``(level, index)`` covers the leaves
    ``index << level`` to ``(index + 1) << level``.
    """

    def hash_at(self, level: int, index: int, /) -> bytes: ...


class LeafHashes:
    """A reader over leaf hashes held in memory; interior hashes are computed once and kept."""

    def __init__(self, leaf_hashes: Sequence[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = [[]]
        for leaf in leaf_hashes:
            self.append(leaf)

    def __len__(self) -> int:
        return len(self._levels[0])

    def append(self, hashed_leaf: bytes) -> None:
        """Add a leaf hash and every interior hash it completes."""
        level, value = 0, hashed_leaf
        while True:
            if level == len(self._levels):
                self._levels.append([])
            row = self._levels[level]
            row.append(value)
            if len(row) % 2:
                return
            value = node_hash(row[-2], row[-1])
            level += 1

    def hash_at(self, level: int, index: int, /) -> bytes:
        return self._levels[level][index]


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def root(leaf_hashes: Sequence[bytes]) -> bytes:
    """Return the tree head over the given leaf hashes."""
    return root_at(len(leaf_hashes), LeafHashes(leaf_hashes))


def root_at(size: int, source: "HashReader | Sequence[bytes]") -> bytes:
    """Return the tree head over the first ``size`` leaves."""
    return range_hash(0, size, source) if size else EMPTY_ROOT


def range_hash(begin: int, end: int, source: "HashReader | Sequence[bytes]") -> bytes:
    """Return MTH(D[begin:end]) for a range that is a node of some RFC 6962 tree.

    Such a range begins at a multiple of the smallest power of two that covers it.
    """
    count = end - begin
    if count < 1 or begin % (1 << (count - 1).bit_length()):
        raise ValueError(f"[{begin}, {end}) is not a subtree of an RFC 6962 tree")
    reader = _reader(source)
    parts: list[bytes] = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        parts.append(reader.hash_at(level, begin >> level))
        begin += 1 << level
    value = parts.pop()
    while parts:
        value = node_hash(parts.pop(), value)
    return value


def inclusion_proof(
    index: int, source: "HashReader | Sequence[bytes]", size: int | None = None
) -> list[bytes]:
    """Return the audit path of leaf ``index`` in the tree of ``size`` leaves.

    ``source`` is a hash reader (then ``size`` is needed) or the sequence of leaf hashes.
    """
    if size is None:
        if not isinstance(source, Sequence):
            raise ValueError("a hash reader does not know the size of the tree")
        size = len(source)
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    reader = _reader(source)
    proof: list[bytes] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            proof.append(range_hash(middle, end, reader))
            end = middle
        else:
            proof.append(range_hash(begin, middle, reader))
            begin = middle
    return proof[::-1]


def consistency_proof(old: int, new: int, source: "HashReader | Sequence[bytes]") -> list[bytes]:
    """Return the proof that the tree of ``old`` leaves is a prefix of that of ``new`` leaves.

    From the empty tree and to the same tree the proof is empty, as in RFC 6962.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {old} cannot be a prefix of one of {new}")
    if old in (0, new):
        return []
    reader = _reader(source)
    proof: list[bytes] = []
    begin, end, whole = 0, new, True
    while old != end:
        middle = begin + _split(end - begin)
        if old <= middle:
            proof.append(range_hash(middle, end, reader))
            end = middle
        else:
            proof.append(range_hash(begin, middle, reader))
            begin, whole = middle, False
    if not whole:
        proof.append(range_hash(begin, end, reader))
    return proof[::-1]


def verify_inclusion(
    hashed_leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Tell whether the leaf is at ``index`` of the tree with this size and root."""
    if not 0 <= index < size or not _well_formed(hashed_leaf, root, *proof):
        return False
    position, last, value = index, size - 1, hashed_leaf
    for sibling in proof:
        if last == 0:
            return False
        if position % 2 or position == last:
            value = node_hash(sibling, value)
            while not position % 2 and position:
                position, last = position >> 1, last >> 1
        else:
            value = node_hash(value, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and value == root


def verify_consistency(
    old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Tell whether the new tree begins with the whole old tree, unchanged."""
    if not 0 <= old_size <= new_size or not _well_formed(old_root, new_root, *proof):
        return False
    if old_size == 0:
        return not proof and old_root == EMPTY_ROOT and (new_size > 0 or new_root == EMPTY_ROOT)
    if old_size == new_size:
        return not proof and old_root == new_root
    # A complete old tree is itself the first node of the path, and so left out of the proof.
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    if not path:
        return False
    position, last = old_size - 1, new_size - 1
    while position % 2:
        position, last = position >> 1, last >> 1
    old_value = new_value = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if position % 2 or position == last:
            old_value = node_hash(sibling, old_value)
            new_value = node_hash(sibling, new_value)
            while not position % 2 and position:
                position, last = position >> 1, last >> 1
        else:
            new_value = node_hash(new_value, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and old_value == old_root and new_value == new_root


def _reader(source: "HashReader | Sequence[bytes]") -> HashReader:
    return LeafHashes(source) if isinstance(source, Sequence) else source


def _split(count: int) -> int:
    """Return the largest power of two below ``count``."""
    return 1 << ((count - 1).bit_length() - 1)


def _well_formed(*hashes: bytes) -> bool:
    return all(len(value) == HASH_SIZE for value in hashes)
