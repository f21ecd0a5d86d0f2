"""The Merkle tree as the database holds it: full tiles are rows, partial ones are made from leaves."""

from __future__ import annotations

from alliance_node.proofs import tiles
from alliance_node.proofs.merkle import consistency_proof, inclusion_proof, node_hash, root_at

from transparency.models import Entry, Leaf, Tile


def tile_bytes(tile: tiles.Tile) -> bytes:
    """Return a hash tile; raises `Tile.DoesNotExist` where the log is not that long."""
    if tile.width == tiles.WIDTH and (kept := _full(tile.level, tile.index)):
        return kept
    hashes = b"".join(_hashes(tile))
    if len(hashes) != tile.width * 32:
        raise Tile.DoesNotExist(tile.path)
    return hashes


def _full(level: int, index: int) -> bytes | None:
    row = Tile.objects.filter(level=level, index=index).values_list("hashes", flat=True).first()
    return bytes(row) if row is not None else None


def _hashes(tile: tiles.Tile) -> list[bytes]:
    begin = tile.index * tiles.WIDTH
    if tile.level == 0:
        leaves = Leaf.objects.filter(index__gte=begin, index__lt=begin + tile.width).order_by(
            "index"
        )
        return [bytes(leaf) for leaf in leaves.values_list("entry__leaf_hash", flat=True)]
    below = Tile.objects.filter(
        level=tile.level - 1, index__gte=begin, index__lt=begin + tile.width
    )
    rows = below.order_by("index").values_list("hashes", flat=True)
    return [root_at(tiles.WIDTH, tiles.parse_tile(bytes(row), tiles.WIDTH)) for row in rows]


def bundle_bytes(index: int, width: int) -> bytes:
    """Return an entry bundle; raises `Tile.DoesNotExist` where the log is not that long."""
    begin = index * tiles.WIDTH
    bodies = list(Entry.objects.in_range(begin, begin + width).values_list("body", flat=True))
    if len(bodies) != width:
        raise Tile.DoesNotExist(f"entries {index} of width {width}")
    return tiles.entry_bundle([bytes(body) for body in bodies])


def reader(size: int) -> tiles.TileReader:
    """Return a hash reader over the tree of that size."""
    return tiles.TileReader(size, lambda path: tile_bytes(tiles.parse_path(path)))


class Grown:
    """A hash reader over a stored tree and new leaf hashes after it that are not taken from the database."""

    def __init__(self, size: int, added: list[bytes]) -> None:
        self._size = size
        self._added = added
        self._stored = reader(size)

    def hash_at(self, level: int, index: int, /) -> bytes:
        """Return the hash of a complete subtree; what lies wholly in the stored tree is read from it."""
        if (index + 1) << level <= self._size:
            return self._stored.hash_at(level, index)
        if level == 0:
            return self._added[index - self._size]
        return node_hash(self.hash_at(level - 1, 2 * index), self.hash_at(level - 1, 2 * index + 1))


def root_of(size: int) -> bytes:
    """Return the root of the tree of that size."""
    return root_at(size, reader(size))


def inclusion_path(index: int, size: int) -> list[bytes]:
    """Return the sibling hashes that lead from a leaf to the root."""
    return inclusion_proof(index, reader(size), size)


def consistency_path(old: int, new: int) -> list[bytes]:
    """Return the hashes that show that the tree of `new` leaves only added to that of `old`."""
    return consistency_proof(old, new, reader(new))
