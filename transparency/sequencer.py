"""Give waiting entries their places and sign the new tree: one at a time, all or nothing."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from uuid import UUID

from alliance_node.proofs import note, tiles
from alliance_node.proofs.merkle import leaf_hash
from django.conf import settings
from django.db import connection, transaction

from alliance.pages import announce, purge
from transparency import signing, tree
from transparency.errors import LogError
from transparency.models import Checkpoint, Entry, Leaf, Tile, Waiting

LOCK = 0x414C4C49414E4345  # one sequencer at a time, over every process that shares the database
BATCH = 2048


def sequence(limit: int = BATCH) -> Checkpoint | None:
    """Place up to `limit` waiting entries and sign the tree that results; None when there was nothing to do.

    Everything happens in one transaction: a crash at any step leaves the old tree. What was written is read back and
    hashed again before it is signed. Raises `LogError` when the record does not add up or is older than the checkpoint
    kept outside the database (a restored backup): signing then would be equivocation.
    """
    with transaction.atomic():
        if not _take_lock():
            return None
        waiting = list(Entry.objects.filter(pk__in=_queue(limit)).order_by("created_at", "pk"))
        if not waiting:
            return None
        before = Checkpoint.objects.latest_or_none()
        start = before.size if before else 0
        _refuse_restored_backup(start)
        _place(waiting, start)
        size = start + len(waiting)
        _store_full_tiles(start, size)
        if before and tree.root_of(start) != bytes(before.root):
            raise LogError(f"The stored tree of {start} entries does not hash to its signed root.")
        root = tree.root_of(size)
        checkpoint = Checkpoint.objects.create(
            size=size, root=root, note=signing.sign_checkpoint(size, root)
        )
        purge("log", *(f"entry:{entry.pk}" for entry in waiting))
        announce("log:main", size=size)
        transaction.on_commit(lambda: _keep_outside(checkpoint))
    return checkpoint


def _take_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _queue(limit: int) -> list[UUID]:
    waiting = Waiting.objects.order_by("entry__created_at", "entry_id")[:limit]
    return list(waiting.values_list("entry_id", flat=True))


def _place(entries: list[Entry], start: int) -> None:
    for entry in entries:
        if leaf_hash(bytes(entry.body)) != bytes(entry.leaf_hash):
            raise LogError(f"Entry {entry.pk} does not hash to its leaf hash.")
    Leaf.objects.bulk_create(
        [Leaf(index=start + n, entry=entry) for n, entry in enumerate(entries)]
    )
    Waiting.objects.filter(entry__in=entries).delete()


def _store_full_tiles(start: int, size: int) -> None:
    """Store each tile that became full, level by level: a level reads the full tiles below it."""
    for tile in tiles.new_tiles(start, size):
        if tile.width == tiles.WIDTH:
            Tile.objects.create(level=tile.level, index=tile.index, hashes=tree.tile_bytes(tile))


def _refuse_restored_backup(size: int) -> None:
    kept = kept_outside()
    if kept and kept.size > size:
        raise LogError(
            f"The checkpoint kept outside the database has {kept.size} entries, the database {size}: it looks like a "
            "restored backup. Nothing is signed until the missing entries are back; see docs/operations.md."
        )


def kept_outside() -> note.Checkpoint | None:
    """Return the newest checkpoint kept in a file, verified, or None."""
    path: Path | None = settings.LOG_CHECKPOINT_FILE
    if path is None or not path.exists():
        return None
    return note.verify_checkpoint(
        path.read_text(), [signing.verifier()], origin=settings.LOG_ORIGIN
    )


def _keep_outside(checkpoint: Checkpoint) -> None:
    path: Path | None = settings.LOG_CHECKPOINT_FILE
    if path is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = kept_outside()
    if kept and kept.size >= checkpoint.size:
        return
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as stream:
        stream.write(checkpoint.note)
        stream.flush()
        os.fsync(stream.fileno())
    Path(stream.name).replace(path)
