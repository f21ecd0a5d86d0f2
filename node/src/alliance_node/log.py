"""The node's append-only log on disk: entry bundles, hash tiles, and the signed checkpoint.

A bundle or tile is one file that grows; a partial one of an earlier size is a prefix of it. The
checkpoint is written last and alone decides what the log is: whatever an append that did not
come that far has left in the other files is cut off by the next one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .disk import Disk
from .errors import Corrupt
from .keys import SigningKey
from .proofs import merkle, note, tiles
from .proofs.note import Checkpoint, NoteError
from .proofs.tiles import ENTRIES, WIDTH, Tile


@dataclass(frozen=True)
class Log:
    """A log in ``folder``; writers must hold the store's lock."""

    folder: Path
    origin: str
    disk: Disk

    @property
    def checkpoint_path(self) -> Path:
        return self.folder / "checkpoint"

    def checkpoint_bytes(self) -> bytes:
        try:
            return self.checkpoint_path.read_bytes()
        except FileNotFoundError:
            raise Corrupt(f"the log has no checkpoint: {self.checkpoint_path}") from None

    def checkpoint(self) -> Checkpoint:
        """Return the current head, unverified: it is our own file."""
        try:
            return Checkpoint.parse(note.parse(self.checkpoint_bytes()).text)
        except NoteError as error:
            raise Corrupt(f"{self.checkpoint_path}: {error}") from error

    def begin(self, keys: Sequence[SigningKey]) -> None:
        """Sign the empty log."""
        self._publish(Checkpoint(self.origin, 0, merkle.EMPTY_ROOT), keys)

    def append(self, entries: Sequence[bytes], keys: Sequence[SigningKey]) -> Checkpoint:
        """Add entries and sign the new head; return it."""
        old = self.checkpoint()
        if not entries:
            return old
        size = old.size + len(entries)
        self._write_bundles(old.size, entries)
        self._write_tiles(old.size, [merkle.leaf_hash(entry) for entry in entries])
        head = self._read_back(old, size, entries)
        self._publish(head, keys)
        return head

    def entries(self, start: int, stop: int) -> list[bytes]:
        """Return the entries from ``start`` up to, not including, ``stop``."""
        found: list[bytes] = []
        for index in range(start // WIDTH, -(-stop // WIDTH)):
            first = index * WIDTH
            bundle = tiles.parse_entry_bundle(self._file(ENTRIES, index).read_bytes())
            found += bundle[max(0, start - first) : stop - first]
        if len(found) != max(0, stop - start):
            raise Corrupt(f"the log holds fewer than {stop} entries")
        return found

    def reader(self, size: int) -> tiles.TileReader:
        """Return a hash reader over the tree of the first ``size`` entries."""
        return tiles.TileReader(size, lambda path: self.tile(tiles.parse_path(path)))

    def tile(self, tile: Tile) -> bytes:
        """Return a tile or bundle of exactly the width asked for."""
        try:
            raw = self._file(tile.level, tile.index).read_bytes()
        except FileNotFoundError:
            raise Corrupt(f"the log has no {tile.path}") from None
        if tile.level == ENTRIES:
            return tiles.entry_bundle(tiles.parse_entry_bundle(raw)[: tile.width])
        return raw[: tile.width * merkle.HASH_SIZE]

    def has(self, tile: Tile) -> bool:
        """Tell whether the published tree has this tile, whatever else lies on the disk."""
        size = self.checkpoint().size >> (tiles.HEIGHT * max(0, tile.level))
        return tile.index * WIDTH + tile.width <= size

    def verify(self, *verifiers: note.Verifier) -> Checkpoint:
        """Check the signature and every entry and tile of the log against it."""
        try:
            head = note.verify_checkpoint(self.checkpoint_bytes(), verifiers, origin=self.origin)
        except NoteError as error:
            raise Corrupt(f"the checkpoint does not verify: {error}") from error
        hashes = [merkle.leaf_hash(entry) for entry in self.entries(0, head.size)]
        if merkle.root(hashes) != head.root or self._root(head.size) != head.root:
            raise Corrupt("the entries are not those that were signed")
        return head

    def _file(self, level: int, index: int) -> Path:
        return self.folder / tiles.tile_path(level, index)

    def _root(self, size: int) -> bytes:
        try:
            return merkle.root_at(size, self.reader(size))
        except tiles.TileError as error:
            raise Corrupt(f"the log's tiles are damaged: {error}") from error

    def _write_bundles(self, old_size: int, entries: Sequence[bytes]) -> None:
        size = old_size + len(entries)
        for tile in tiles.new_bundles(old_size, size):
            first = tile.index * WIDTH
            kept = self.entries(first, old_size) if first < old_size else []
            added = entries[max(0, first - old_size) : first + tile.width - old_size]
            self.disk.write(self._file(ENTRIES, tile.index), tiles.entry_bundle([*kept, *added]))

    def _write_tiles(self, old_size: int, hashes: Sequence[bytes]) -> None:
        """Extend each level's tiles; a level's new hashes are the full tiles of the one below."""
        level, count, added = 0, old_size, list(hashes)
        while added:
            row_start = count // WIDTH
            for tile in self._grown(level, count, count + len(added)):
                first = tile.index * WIDTH
                kept = self._hashes(level, tile.index, count - first) if first < count else []
                part = added[max(0, first - count) : first + tile.width - count]
                self.disk.write(self._file(level, tile.index), b"".join([*kept, *part]))
            above, total = count // WIDTH, (count + len(added)) // WIDTH
            added = [
                merkle.root(self._hashes(level, index, WIDTH)) for index in range(above, total)
            ]
            assert row_start == above
            level, count = level + 1, above

    def _grown(self, level: int, old: int, new: int) -> list[Tile]:
        return [Tile(level, bundle.index, bundle.width) for bundle in tiles.new_bundles(old, new)]

    def _hashes(self, level: int, index: int, width: int) -> list[bytes]:
        raw = self._file(level, index).read_bytes()
        return tiles.parse_tile(raw[: width * merkle.HASH_SIZE], width)

    def _read_back(self, old: Checkpoint, size: int, entries: Sequence[bytes]) -> Checkpoint:
        """Hash what the disk now holds before signing it, and prove it extends what was signed."""
        reader = self.reader(size)
        root = self._root(size)
        proof = merkle.consistency_proof(old.size, size, reader)
        if not merkle.verify_consistency(old.size, old.root, size, root, proof):
            raise Corrupt("the log on the disk is not the one that was last signed")
        if self.entries(old.size, size) != list(entries) or any(
            reader.hash_at(0, old.size + at) != merkle.leaf_hash(entry)
            for at, entry in enumerate(entries)
        ):
            raise Corrupt("the disk gives back other entries than were written")
        return Checkpoint(self.origin, size, root)

    def sign_again(self, keys: Sequence[SigningKey]) -> None:
        """Sign the same head with other keys; the entries stay what they are."""
        head = self.checkpoint()
        if self._root(head.size) != head.root:
            raise Corrupt("the log on the disk is not the one that was last signed")
        self._publish(head, keys)

    def _publish(self, head: Checkpoint, keys: Sequence[SigningKey]) -> None:
        signed = note.parse(note.sign(head.text, self.origin, keys[0].private))
        for key in keys[1:]:
            other = note.parse(note.sign(head.text, self.origin, key.private))
            signed = signed.with_signature(other.signatures[0])
        self.disk.write(self.checkpoint_path, str(signed).encode())
