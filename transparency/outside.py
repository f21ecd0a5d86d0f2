"""The newest checkpoint is also kept in a file: a database from before it can't pass for the log."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alliance_node.proofs import note
from django.conf import settings

from transparency import signing, tree


def kept() -> note.Checkpoint | None:
    """Return the checkpoint in the file, verified, or None where there is none; raises `NoteError` for another's."""
    path: Path | None = settings.LOG_CHECKPOINT_FILE
    if path is None or not path.exists():
        return None
    return note.verify_checkpoint(
        path.read_text(encoding="utf-8"), [signing.verifier()], origin=settings.LOG_ORIGIN
    )


def fault(size: int) -> str | None:
    """Say why the database's tree of `size` entries isn't the one kept outside; None when it is or none is kept."""
    try:
        checkpoint = kept()
    except (note.NoteError, UnicodeDecodeError) as error:
        return (
            f"The checkpoint kept outside the database can't be read or is not this log's: {error}."
        )
    if checkpoint is None:
        return None
    if checkpoint.size > size:
        return (
            f"The checkpoint kept outside the database has {checkpoint.size} entries, the database {size}: it looks "
            "like a restored backup. Nothing is signed until the missing entries are back; see docs/operations.md."
        )
    if tree.root_of(checkpoint.size) != checkpoint.root:
        return (
            f"The first {checkpoint.size} entries of the database are not those of the checkpoint kept outside it: "
            "this is another history. Nothing is signed; see docs/operations.md."
        )
    return None


def keep(text: str) -> None:
    """Replace the file by a newer checkpoint, whole or not at all; an older one never replaces a newer."""
    path: Path | None = settings.LOG_CHECKPOINT_FILE
    if path is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with _alone(path.parent):
        newer = kept()
        if newer and newer.size >= note.Checkpoint.parse(note.parse(text).text).size:
            return
        with tempfile.NamedTemporaryFile(
            "w", dir=path.parent, delete=False, encoding="utf-8"
        ) as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        Path(stream.name).replace(path)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder against other processes, and make what was renamed in it last when done."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
        os.fsync(handle)
    finally:
        os.close(handle)
