"""C2SP tlog-tiles: where the hashes and entries of a log lie, and how to read proofs from them.

A tile of level L holds up to 256 hashes of complete subtrees of height 8·L. Only the rightmost
tile of a level may be partial, and its width is part of its path, so that every path's content is
fixed for ever.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from .merkle import HASH_SIZE, node_hash

HEIGHT: Final = 8
WIDTH: Final = 1 << HEIGHT
MAX_LEVEL: Final = 63
MAX_ENTRY: Final = 0xFFFF
ENTRIES: Final = -1
"""The level of entry bundles, which lie beside the tiles of level 0."""

_PATH = re.compile(
    r"tile/(?P<level>entries|[0-9]|[1-5][0-9]|6[0-3])"
    r"/(?P<index>(?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


class TileError(ValueError):
    """A tile, bundle or path that the format does not allow."""


@dataclass(frozen=True, order=True)
class Tile:
    """One tile or entry bundle; ``width`` 256 is a full one."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        return tile_path(self.level, self.index, self.width)


def tile_path(level: int, index: int, width: int = WIDTH) -> str:
    """Return the path of a tile, or of an entry bundle where ``level`` is :data:`ENTRIES`."""
    if not (ENTRIES <= level <= MAX_LEVEL and index >= 0 and 1 <= width <= WIDTH):
        raise TileError(f"no such tile: level {level}, index {index}, width {width}")
    digits = str(index)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    number = "/".join([f"x{group}" for group in groups[:-1]] + groups[-1:])
    name = "entries" if level == ENTRIES else str(level)
    return f"tile/{name}/{number}" + ("" if width == WIDTH else f".p/{width}")


def parse_path(path: str) -> Tile:
    """Read a path; only the one spelling that :func:`tile_path` writes is accepted."""
    match = _PATH.fullmatch(path)
    if match is None:
        raise TileError(f"not a tile path: {path!r}")
    level = ENTRIES if match["level"] == "entries" else int(match["level"])
    index = int(match["index"].replace("x", "").replace("/", ""))
    width = int(match["width"] or WIDTH)
    if match["width"] and width >= WIDTH:
        raise TileError(f"a partial tile has fewer than {WIDTH} hashes: {path!r}")
    tile = Tile(level, index, width)
    if tile.path != path:
        raise TileError(f"not the canonical path of a tile: {path!r}")
    return tile


def tiles_for(size: int) -> Iterator[Tile]:
    """Yield every hash tile of a tree of ``size`` leaves, level by level."""
    return new_tiles(0, size)


def new_tiles(old_size: int, new_size: int) -> Iterator[Tile]:
    """Yield the hash tiles that the tree of ``new_size`` leaves has and the old one has not."""
    for level in range(MAX_LEVEL + 1):
        had, has = old_size >> (HEIGHT * level), new_size >> (HEIGHT * level)
        if has == 0:
            return
        for index in range(had // WIDTH, -(-has // WIDTH)):
            width = min(WIDTH, has - index * WIDTH)
            if index * WIDTH + width > had:
                yield Tile(level, index, width)


def new_bundles(old_size: int, new_size: int) -> Iterator[Tile]:
    """Yield the entry bundles that grow or begin between the two sizes."""
    for index in range(old_size // WIDTH, -(-new_size // WIDTH)):
        width = min(WIDTH, new_size - index * WIDTH)
        if index * WIDTH + width > old_size:
            yield Tile(ENTRIES, index, width)


def tile_holding(level: int, index: int, size: int) -> tuple[Tile, slice]:
    """Return the tile that covers subtree ``(level, index)`` and its hashes within that tile."""
    tile_level, height = divmod(level, HEIGHT)
    first = index << height
    number = first // WIDTH
    present = (size >> (HEIGHT * tile_level)) - number * WIDTH
    start = first - number * WIDTH
    if start + (1 << height) > present:
        raise TileError(f"subtree ({level}, {index}) is not complete in a tree of {size}")
    return Tile(tile_level, number, min(WIDTH, present)), slice(start, start + (1 << height))


class TileReader:
    """Reads subtree hashes from the tiles of a tree of ``size`` leaves.

    ``fetch`` gives a tile's bytes by path. What it gives is not trusted: a proof built from it
    must still be verified against a signed root.
    """

    def __init__(self, size: int, fetch: Callable[[str], bytes]) -> None:
        self.size = size
        self._fetch = fetch
        self._tiles: dict[Tile, list[bytes]] = {}

    def hash_at(self, level: int, index: int, /) -> bytes:
        tile, part = tile_holding(level, index, self.size)
        hashes = self._hashes(tile)[part]
        while len(hashes) > 1:
            hashes = [node_hash(*hashes[at : at + 2]) for at in range(0, len(hashes), 2)]
        return hashes[0]

    def _hashes(self, tile: Tile) -> list[bytes]:
        if tile not in self._tiles:
            self._tiles[tile] = parse_tile(self._fetch(tile.path), tile.width)
        return self._tiles[tile]


def parse_tile(raw: bytes, width: int) -> list[bytes]:
    """Split a tile into its hashes; its length must be exactly that of ``width`` hashes."""
    if len(raw) != width * HASH_SIZE:
        raise TileError(f"a tile of {width} hashes has {width * HASH_SIZE} bytes, not {len(raw)}")
    return [raw[at : at + HASH_SIZE] for at in range(0, len(raw), HASH_SIZE)]


def entry_bundle(entries: Sequence[bytes]) -> bytes:
    """Join entries, each after its length as a big-endian uint16."""
    if not 1 <= len(entries) <= WIDTH:
        raise TileError(f"a bundle holds 1 to {WIDTH} entries, not {len(entries)}")
    parts: list[bytes] = []
    for entry in entries:
        if len(entry) > MAX_ENTRY:
            raise TileError(f"an entry has at most {MAX_ENTRY} bytes, not {len(entry)}")
        parts += [len(entry).to_bytes(2, "big"), entry]
    return b"".join(parts)


def parse_entry_bundle(raw: bytes, width: int | None = None) -> list[bytes]:
    """Split a bundle into its entries; ``width``, where known, must be their number."""
    entries: list[bytes] = []
    at = 0
    while at < len(raw):
        end = at + 2 + int.from_bytes(raw[at : at + 2], "big")
        if len(raw) < at + 2 or end > len(raw):
            raise TileError(f"the bundle ends inside entry {len(entries)}")
        entries.append(raw[at + 2 : end])
        at = end
    if not 1 <= len(entries) <= WIDTH or (width is not None and len(entries) != width):
        raise TileError(f"the bundle holds {len(entries)} entries, not {width or f'1 to {WIDTH}'}")
    return entries
