"""A node as files: what ``serve`` answers, for a bucket, a CDN or any static web server.

Only ``/v1/results`` cannot be a file, because it takes a query. The copy says so
(``"complete": true``), and a portal then reads the log's entries instead, which say the same.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .disk import Disk
from .documents import document
from .errors import NodeError
from .proofs import note, strict_json, tiles
from .proofs.note import Checkpoint
from .proofs.tiles import ENTRIES, WIDTH, Tile
from .store import Entry, Store

MAX_LISTED = 50_000
MARK = ".alliance-node-export"
Progress = Callable[[int, int], None]


class ExportRefused(NodeError):
    """A folder that holds something else, or another node's copy."""

    code = "export"


@dataclass
class Export:
    """What an export wrote."""

    files: int = 0
    written: int = 0
    bytes: int = 0


def export(store: Store, folder: Path, progress: Progress = lambda done, of: None) -> Export:
    """Bring a folder up to date; the checkpoint comes last, so a reader never lacks a file.

    Files of an earlier export stay: someone may be reading the log at its earlier size.
    """
    disk = Disk()
    _claim(store, folder, disk)
    head = store.log.checkpoint_bytes()
    size = Checkpoint.parse(note.parse(head).text).size
    entries = store.entries()[:size]
    targets = list(_targets(store, entries))
    report = Export()
    for at, (target, is_fixed) in enumerate(targets, start=1):
        path = folder / target.lstrip("/")
        progress(at, len(targets))
        report.files += 1
        if is_fixed and path.exists():
            continue
        found = document(store, target)
        if found is None:
            raise ExportRefused(f"{target} cannot be read")
        _write(disk, path, found.body, report)
    _write(disk, folder / "v1" / "results", _list(entries), report)
    _write(disk, folder / "checkpoint", head, report)
    report.files += 2
    return report


def _claim(store: Store, folder: Path, disk: Disk) -> None:
    """Write only into an empty folder or into an earlier copy of the same node."""
    mark = folder / MARK
    try:
        owner = mark.read_text("utf-8").strip()
    except FileNotFoundError:
        if folder.exists() and any(folder.iterdir()):
            raise ExportRefused(
                f"{folder} is not empty and is no export; name an empty or a new folder"
            ) from None
        disk.write(mark, f"{store.config.node_id}\n".encode())
        return
    if owner != store.config.node_id:
        raise ExportRefused(f"{folder} holds a copy of the node {owner}")


def _targets(store: Store, entries: list[Entry]) -> Iterator[tuple[str, bool]]:
    """Yield each path with whether its content can never change."""
    yield "/.well-known/eval-node.json", False
    yield "/.well-known/jwks.json", False
    yield "/healthz", False
    for entry in entries:
        yield f"/v1/envelopes/{entry.digest}", True
        for subject in entry.statement.subject:
            if (store.folder / "blobs" / subject.sha256).exists():
                yield f"/v1/blobs/{subject.sha256}", True
    for tile in tiles_of(len(entries)):
        yield f"/{tile.path}", True


def tiles_of(size: int) -> Iterator[Tile]:
    """Yield every tile and bundle of a tree of this size."""
    for tile in tiles.new_bundles(0, size):
        yield Tile(ENTRIES, tile.index, tile.width)
    level = 0
    while size:
        for tile in tiles.new_bundles(0, size):
            yield Tile(level, tile.index, tile.width)
        level, size = level + 1, size // WIDTH


def _list(entries: list[Entry]) -> bytes:
    """List the log where that is short enough for a reader's limits."""
    listed = entries if len(entries) <= MAX_LISTED else []
    return strict_json.canonical(
        {
            "items": [{"seq": it.seq, "digest": it.digest, "kind": it.kind} for it in listed],
            "next": None,
            "complete": True,
        }
    )


def _write(disk: Disk, path: Path, body: bytes, report: Export) -> None:
    if path.is_file() and path.read_bytes() == body:
        return
    disk.write(path, body)
    report.written += 1
    report.bytes += len(body)
