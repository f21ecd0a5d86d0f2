"""Writes that a crash leaves either wholly done or wholly undone.

Each step is a method of :class:`Disk`, so that a test can fail any of them, before or after it
took effect.
"""

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import Busy


class Disk:
    """Replaces files by temporary file, fsync, rename, fsync of the directory."""

    def write(self, path: Path, data: bytes, *, mode: int = 0o644) -> None:
        self.make_directory(path.parent)
        temporary = self.write_temporary(path, data, mode)
        self.rename(temporary, path)
        self.sync_directory(path.parent)

    def write_once(self, path: Path, data: bytes) -> None:
        """Write a file that is named by its content; one already there is the same."""
        if not path.exists():
            self.write(path, data)

    def make_directory(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)

    def write_temporary(self, path: Path, data: bytes, mode: int) -> Path:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        return Path(name)

    def rename(self, temporary: Path, path: Path) -> None:
        temporary.replace(path)

    def remove(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        self.sync_directory(path.parent)

    def sync_directory(self, path: Path) -> None:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def exclusive(path: Path, *, wait_seconds: float = 10.0) -> Iterator[None]:
    """Hold the writers' lock; the kernel lets go of it when the process ends, however it ends."""
    deadline = time.monotonic() + wait_seconds
    with path.open("ab") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise Busy(f"another process is writing to {path.parent}") from None
                time.sleep(0.02)
        yield
