"""C2SP tiles: paths, bundles, and proofs read from tiles equal those read from the leaves."""

import pytest
from alliance_node.proofs import merkle, tiles
from alliance_node.proofs.tiles import ENTRIES, Tile, TileError, TileReader
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(1, 273, 112), "tile/1/273.p/112"),
        (Tile(ENTRIES, 5, 1), "tile/entries/005.p/1"),
        (Tile(63, 999), "tile/63/999"),
        (Tile(0, 1000), "tile/0/x001/000"),
    ],
)
def test_paths_both_ways(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert tiles.parse_path(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/1",
        "tile/00/001",
        "tile/64/001",
        "tile/0/001.p/0",
        "tile/0/001.p/256",
        "tile/0/001.p/01",
        "tile/0/x000/001",
        "tile/0/x01/001",
        "tile/0/001/002",
        "tile/entries/001/",
        "/tile/0/001",
        "tile/0/../000",
        "tile/0/٠٠١",
    ],
)
def test_other_spellings_are_refused(path: str) -> None:
    with pytest.raises(TileError):
        tiles.parse_path(path)


def test_the_specification_s_example_of_seventy_thousand() -> None:
    found = list(tiles.tiles_for(70_000))
    assert len([tile for tile in found if tile.level == 0 and tile.width == 256]) == 273
    assert [tile for tile in found if tile.width < 256 or tile.level] == [
        Tile(0, 273, 112),
        Tile(1, 0),
        Tile(1, 1, 17),
        Tile(2, 0, 1),
    ]
    assert list(tiles.tiles_for(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles.tiles_for(0)) == []


def written(hashes: list[bytes]) -> dict[str, bytes]:
    """Write every tile of the tree the plain way."""
    row, level, files = hashes, 0, {}
    while row:
        for at in range(0, len(row), 256):
            part = row[at : at + 256]
            files[Tile(level, at // 256, len(part)).path] = b"".join(part)
        row = [merkle.root(row[at : at + 256]) for at in range(0, len(row) - 255, 256)]
        level += 1
    return files


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 1400), st.data())
def test_proofs_from_tiles_are_those_from_leaves(size: int, data: st.DataObject) -> None:
    hashes = [merkle.leaf_hash(b"%d" % at) for at in range(size)]
    files = written(hashes)
    assert sorted(files) == sorted(tile.path for tile in tiles.tiles_for(size))
    reader = TileReader(size, files.__getitem__)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size))
    assert merkle.root_at(size, reader) == merkle.root(hashes)
    assert merkle.inclusion_proof(index, reader, size) == merkle.inclusion_proof(index, hashes)
    assert merkle.consistency_proof(old, size, reader) == merkle.consistency_proof(
        old, size, hashes
    )


@given(st.integers(0, 3000), st.integers(0, 700))
def test_new_tiles_are_the_difference(old: int, more: int) -> None:
    had, has = set(tiles.tiles_for(old)), set(tiles.tiles_for(old + more))
    assert set(tiles.new_tiles(old, old + more)) == has - had


def test_a_subtree_that_is_not_complete_is_refused() -> None:
    reader = TileReader(5, lambda path: b"")
    with pytest.raises(TileError, match="not complete"):
        reader.hash_at(2, 1)
    with pytest.raises(TileError, match="has 160 bytes"):
        reader.hash_at(0, 4)


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_bundles_both_ways(entries: list[bytes]) -> None:
    raw = tiles.entry_bundle(entries)
    assert tiles.parse_entry_bundle(raw, len(entries)) == entries


@given(st.lists(st.binary(max_size=30), min_size=1, max_size=20), st.data())
def test_a_bundle_cut_short_is_refused(entries: list[bytes], data: st.DataObject) -> None:
    raw = tiles.entry_bundle(entries)
    cut = data.draw(st.integers(0, len(raw) - 1))
    with pytest.raises(TileError):
        tiles.parse_entry_bundle(raw[:cut], len(entries))


def test_bundles_have_limits() -> None:
    with pytest.raises(TileError, match="at most 65535"):
        tiles.entry_bundle([bytes(0x10000)])
    with pytest.raises(TileError, match="1 to 256"):
        tiles.entry_bundle([b"x"] * 257)
    with pytest.raises(TileError):
        tiles.parse_entry_bundle(b"")
