"""Evaluation nodes for measurements: real ones in processes of their own, on loopback."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve a node's directory with the node's own program; give `host:port`."""
    with _started("-m", "alliance_node", "serve", str(folder), "--port", "0") as host:
        yield host


@contextmanager
def quiet(*, hangs: bool = False) -> Iterator[str]:
    """Serve any number of nodes without news, or of tarpits; give `host:port`."""
    with _started("-m", "bench.quiet_nodes", "hang" if hangs else "quiet") as host:
        yield host


@contextmanager
def _started(*arguments: str) -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={"PYTHONUNBUFFERED": "1", "PATH": "/usr/bin:/bin"},
    )
    try:
        assert process.stdout is not None
        found = re.search(r"http://(\S+)", process.stdout.readline())
        assert found, "the node did not start"
        yield found[1]
    finally:
        process.terminate()
        process.wait(30)
        if process.stdout is not None:
            process.stdout.close()
