"""Derive the log again from its entries and compare with what is stored and signed."""

from __future__ import annotations

from collections.abc import Iterator

from alliance_node.proofs import note, tiles
from alliance_node.proofs.merkle import LeafHashes, leaf_hash, root_at
from django.conf import settings

from transparency import outside, signing, sources
from transparency.models import Checkpoint, Entry, Leaf, Tile, Waiting


def faults() -> Iterator[str]:
    """Yield every disagreement, a sentence each; nothing when the log is sound."""
    hashes = LeafHashes()
    yield from _leaves(hashes)
    yield from _tiles(hashes)
    yield from _checkpoints(hashes)
    yield from _waiting()
    yield from _sources()
    yield from _outside(hashes)


def _leaves(hashes: LeafHashes) -> Iterator[str]:
    for leaf in Leaf.objects.select_related("entry").order_by("index").iterator(chunk_size=1000):
        if leaf.index != len(hashes):
            yield f"Leaf {len(hashes)} is missing: the next one is {leaf.index}."
            return
        derived = leaf_hash(bytes(leaf.entry.body))
        if derived != bytes(leaf.entry.leaf_hash):
            yield f"Leaf {leaf.index}: the body does not hash to the stored leaf hash."
        hashes.append(derived)


def _tiles(hashes: LeafHashes) -> Iterator[str]:
    expected = {
        (tile.level, tile.index)
        for tile in tiles.tiles_for(len(hashes))
        if tile.width == tiles.WIDTH
    }
    found = set()
    for row in Tile.objects.order_by("level", "index").iterator(chunk_size=100):
        place = (row.level, row.index)
        found.add(place)
        if place not in expected:
            yield f"Tile {row.level}/{row.index} is stored, but the log is not that long."
            continue
        first = row.index * tiles.WIDTH
        height = tiles.HEIGHT * row.level
        derived = b"".join(hashes.hash_at(height, first + n) for n in range(tiles.WIDTH))
        if derived != bytes(row.hashes):
            yield f"Tile {row.level}/{row.index} does not hold the hashes of its entries."
    for level, index in sorted(expected - found):
        yield f"Tile {level}/{index} is full but not stored."


def _checkpoints(hashes: LeafHashes) -> Iterator[str]:
    verifier = signing.verifier()
    for row in Checkpoint.objects.order_by("size").iterator():
        try:
            signed = note.verify_checkpoint(row.note, [verifier], origin=settings.LOG_ORIGIN)
        except note.NoteError as error:
            yield f"Checkpoint {row.size}: {error}."
            continue
        if (signed.size, signed.root) != (row.size, bytes(row.root)):
            yield f"Checkpoint {row.size}: the signed note says something else than the row."
        if row.size > len(hashes):
            yield f"Checkpoint {row.size}: there are only {len(hashes)} leaves."
        elif root_at(row.size, hashes) != bytes(row.root):
            yield f"Checkpoint {row.size}: the entries do not hash to its root."

    newest = Checkpoint.objects.latest_or_none()
    if len(hashes) > (newest.size if newest else 0):
        yield f"{len(hashes)} entries have places, but no checkpoint says so."


def _outside(hashes: LeafHashes) -> Iterator[str]:
    try:
        kept = outside.kept()
    except (note.NoteError, UnicodeDecodeError) as error:
        yield f"The checkpoint kept outside the database can't be read or is not this log's: {error}."
        return
    if kept and kept.size > len(hashes):
        yield f"The checkpoint kept outside the database ({kept.size}) is newer than the newest inside."
    elif kept and root_at(kept.size, hashes) != kept.root:
        yield f"The entries do not hash to the checkpoint kept outside the database ({kept.size})."


def _waiting() -> Iterator[str]:
    lost = Entry.objects.filter(leaf=None).exclude(pk__in=Waiting.objects.values("entry_id"))
    for entry in lost.iterator():
        yield f"Entry {entry.pk} has no place and does not wait for one."


def _sources() -> Iterator[str]:
    for name, expected in sources.expectations():
        entry = Entry.objects.filter(pk=expected.entry_id).first() if expected.entry_id else None
        if entry is None:
            yield f"{name}: {expected.what} has no entry in the log."
        elif expected.body is not None and bytes(entry.body) != expected.body:
            yield f"{name}: {expected.what} differs from its entry in the log."
