"""The tree of RFC 6962 against published vectors, a naive twin, and every small tree."""

from hashlib import sha256

import pytest
from alliance_node.proofs import merkle
from hypothesis import given
from hypothesis import strategies as st

# The eight leaves and their heads that the Certificate Transparency project tests with.
CT_LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
CT_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def naive_root(leaves: list[bytes]) -> bytes:
    """Follow the RFC's recursion word for word, over the data itself."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\0" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\1" + naive_root(leaves[:split]) + naive_root(leaves[split:])).digest()


def hashes_of(leaves: list[bytes]) -> list[bytes]:
    return [merkle.leaf_hash(leaf) for leaf in leaves]


def numbered(size: int) -> list[bytes]:
    return [str(at).encode() for at in range(size)]


@pytest.mark.parametrize("size", range(9))
def test_published_roots(size: int) -> None:
    assert merkle.root(hashes_of(CT_LEAVES[:size])).hex() == CT_ROOTS[size]
    assert naive_root(CT_LEAVES[:size]).hex() == CT_ROOTS[size]


def test_published_audit_path() -> None:
    path = merkle.inclusion_proof(0, hashes_of(CT_LEAVES))
    assert [value.hex() for value in path] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_root_is_that_of_the_naive_recursion(leaves: list[bytes]) -> None:
    assert merkle.root(hashes_of(leaves)) == naive_root(leaves)


def test_every_inclusion_in_every_small_tree() -> None:
    for size in range(1, 34):
        hashes = hashes_of(numbered(size))
        root = merkle.root(hashes)
        for index in range(size):
            proof = merkle.inclusion_proof(index, hashes)
            assert merkle.verify_inclusion(hashes[index], index, size, proof, root)
            for other in range(size + 1):
                if other != index:
                    assert not merkle.verify_inclusion(hashes[index], other, size, proof, root)


def test_every_consistency_in_every_small_tree() -> None:
    hashes = hashes_of(numbered(33))
    roots = [merkle.root(hashes[:size]) for size in range(34)]
    for new in range(34):
        for old in range(new + 1):
            proof = merkle.consistency_proof(old, new, hashes[:new])
            assert merkle.verify_consistency(old, roots[old], new, roots[new], proof)
            assert not merkle.verify_consistency(
                old, merkle.leaf_hash(b"other"), new, roots[new], proof
            )
            if old:
                assert not merkle.verify_consistency(
                    old, roots[old], new, merkle.leaf_hash(b"other"), proof
                )


@given(st.integers(1, 300), st.data())
def test_a_changed_proof_is_refused(size: int, data: st.DataObject) -> None:
    hashes = hashes_of(numbered(size))
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(index, hashes)
    root = merkle.root(hashes)
    assert not merkle.verify_inclusion(hashes[index], index, size, [*proof, root], root)
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        changed = [*proof]
        changed[at] = bytes([changed[at][0] ^ 1]) + changed[at][1:]
        assert not merkle.verify_inclusion(hashes[index], index, size, changed, root)
        assert not merkle.verify_inclusion(hashes[index], index, size, proof[:-1], root)


@given(st.integers(2, 200), st.data())
def test_a_rewritten_history_has_no_consistency_proof(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size - 1))
    rewritten = data.draw(st.integers(0, old - 1))
    honest = hashes_of(numbered(size))
    forged = [*honest]
    forged[rewritten] = merkle.leaf_hash(b"better score")
    proof = merkle.consistency_proof(old, size, forged)
    assert not merkle.verify_consistency(
        old, merkle.root(honest[:old]), size, merkle.root(forged), proof
    )


def test_the_empty_tree_is_a_prefix_of_all_but_only_with_its_own_root() -> None:
    root = merkle.root(hashes_of(numbered(3)))
    assert merkle.verify_consistency(0, merkle.EMPTY_ROOT, 3, root, [])
    assert not merkle.verify_consistency(0, root, 3, root, [])
    assert not merkle.verify_consistency(0, merkle.EMPTY_ROOT, 0, root, [])
    assert not merkle.verify_consistency(4, root, 3, root, [])


@pytest.mark.parametrize(("begin", "end"), [(1, 3), (2, 2), (4, 3), (4, 9)])
def test_a_range_that_is_no_subtree_is_refused(begin: int, end: int) -> None:
    with pytest.raises(ValueError, match="not a subtree"):
        merkle.range_hash(begin, end, hashes_of(numbered(16)))


def test_proofs_read_logarithmically() -> None:
    """A proof over a million leaves reads a few dozen subtree hashes, not a million."""

    class Counting:
        reads = 0

        def hash_at(self, level: int, index: int, /) -> bytes:
            self.reads += 1
            return sha256(b"%d/%d" % (level, index)).digest()

    reader = Counting()
    merkle.inclusion_proof(123_456, reader, 1_000_003)
    merkle.consistency_proof(654_321, 1_000_003, reader)
    assert reader.reads < 80


def test_an_index_outside_the_tree_is_refused() -> None:
    with pytest.raises(ValueError, match="not in a tree"):
        merkle.inclusion_proof(3, hashes_of(numbered(3)))
    with pytest.raises(ValueError, match="cannot be a prefix"):
        merkle.consistency_proof(4, 3, hashes_of(numbered(3)))
