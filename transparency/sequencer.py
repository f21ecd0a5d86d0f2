"""Give waiting entries their places and sign the new tree: one at a time, all or nothing."""

from __future__ import annotations

from uuid import UUID

from alliance_node.proofs import tiles
from alliance_node.proofs.merkle import leaf_hash, root_at
from django.db import connection, transaction

from alliance.pages import announce, purge
from transparency import outside, signing, tree
from transparency.errors import LogError
from transparency.models import Checkpoint, Entry, Leaf, Tile, Waiting

LOCK = 0x414C4C49414E4345  # one sequencer at a time, over every process that shares the database
BATCH = 2048


def sequence(limit: int = BATCH) -> Checkpoint | None:
    """Place up to `limit` waiting entries and sign the tree that results; None when there was nothing to do.

    Everything happens in one transaction: a crash at any step leaves the old tree. What was written is read back and
    hashed again before it is signed. Raises `LogError` when the record does not add up or is not the one that the
    checkpoint kept outside the database stands on (a restored backup): signing then would be equivocation.
    """
    with transaction.atomic():
        if not _take_lock():
            return None
        waiting = _take_waiting(limit)
        if not waiting:
            return None
        if len(waiting) == limit:
            _look_at_sizes()
        before = Checkpoint.objects.latest_or_none()
        start = before.size if before else 0
        _refuse_another_history(before)
        _place(waiting, start)
        _store_full_tiles(start, start + len(waiting))
        root = _read_back(start, start + len(waiting))
        checkpoint = _sign(before, start + len(waiting), root)
        purge("log", *(f"entry:{entry.pk}" for entry in waiting))
        announce("log:main", size=checkpoint.size)
        transaction.on_commit(lambda: outside.keep(checkpoint.note))
    return checkpoint


def _take_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _look_at_sizes() -> None:
    """Let PostgreSQL count again: a backlog grows the tables faster than autovacuum looks at them.

    With the statistics of an empty table it walks all entries for each leaf of a tile, and 20,000 leaves take minutes.
    """
    with connection.cursor() as cursor:
        for model in (Entry, Leaf, Waiting):
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def _take_waiting(limit: int) -> list[Entry]:
    """Return the entries that waited longest, in the order in which they get their places."""
    queue = Waiting.objects.order_by("entry__created_at", "entry_id")[:limit]
    keys: list[UUID] = list(queue.values_list("entry_id", flat=True))
    return list(Entry.objects.filter(pk__in=keys).order_by("created_at", "pk"))


def _refuse_another_history(before: Checkpoint | None) -> None:
    """Stop where the database does not hold the tree that was signed, in it or as kept outside it."""
    if before and tree.root_of(before.size) != bytes(before.root):
        raise LogError(
            f"The stored tree of {before.size} entries does not hash to its signed root."
        )
    fault = outside.fault(before.size if before else 0)
    if fault:
        raise LogError(fault)


def _place(entries: list[Entry], start: int) -> None:
    Leaf.objects.bulk_create(
        [Leaf(index=start + n, entry=entry) for n, entry in enumerate(entries)]
    )
    Waiting.objects.filter(entry__in=entries).delete()


def _store_full_tiles(start: int, size: int) -> None:
    """Store each tile that became full, level by level: a level reads the full tiles below it."""
    for tile in tiles.new_tiles(start, size):
        if tile.width == tiles.WIDTH:
            Tile.objects.create(level=tile.level, index=tile.index, hashes=tree.tile_bytes(tile))


def _read_back(start: int, size: int) -> bytes:
    """Return the new root, from the stored tiles and, on its own way, from the bodies as they were stored.

    The old tree and the new bodies, hashed here again, must lead to the same root as the tiles and leaves just
    written; a wrong leaf hash, a lost row or a wrong tile makes them differ.
    """
    bodies = list(Entry.objects.in_range(start, size).values_list("body", flat=True))
    if len(bodies) != size - start:
        raise LogError(f"{size - start} entries were placed, {len(bodies)} can be read.")
    grown = tree.Grown(start, [leaf_hash(bytes(body)) for body in bodies])
    root = tree.root_of(size)
    if root != root_at(size, grown):
        raise LogError(f"The bodies of the new entries do not hash to the tree of {size} entries.")
    return root


def _sign(before: Checkpoint | None, size: int, root: bytes) -> Checkpoint:
    """Write the new checkpoint, if the newest is still the one this tree grew from."""
    if Checkpoint.objects.latest_or_none() != before:
        raise LogError("Another sequencer has signed a newer tree meanwhile.")
    return Checkpoint.objects.create(size=size, root=root, note=signing.sign_checkpoint(size, root))
