"""Launchers in processes of their own, and the means to see whatever they leave behind."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import pytest

from launcher.guard import Guard

ROOT = Path(__file__).parent.parent.parent
MARK = "LAUNCHER_TEST"


def wait_for(condition: Callable[[], object], seconds: float = 15.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _link(path: Path) -> str:
    try:
        return str(path.readlink())
    except OSError:
        return ""


def belonging_to(folder: Path) -> dict[int, str]:
    """Every living process that has the folder's mark in its environment, or works in or was told of the folder.

    PostgreSQL's own children overwrite their environment and command line, but they work in the data folder.
    """
    name = str(folder)
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        command = _read(entry / "cmdline").replace(b"\0", b" ").decode(errors="replace")
        state = _read(entry / "stat").decode(errors="replace").rpartition(")")[2].split()[:1]
        if not command or state == ["Z"] or int(entry.name) == os.getpid():
            continue
        variables = _read(entry / "environ").split(b"\0")
        marked = f"{MARK}={name}".encode() in variables
        if marked or name in command or _link(entry / "cwd").startswith(name):
            found[int(entry.name)] = command[:120]
    return found


@dataclass
class Launches:
    """Starts launchers whose every process carries this test's mark."""

    folder: Path
    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def env(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return kept | {MARK: str(self.folder), "TMPDIR": str(self.folder)}

    def start(self, *arguments: str, **env: str) -> subprocess.Popen[str]:
        return self.start_with(self.env | env, subprocess.PIPE, *arguments)

    def start_with(
        self, env: dict[str, str], out: int | IO[str], *arguments: str
    ) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "launcher", *arguments], env=env, cwd=ROOT, text=True,
            stdin=subprocess.DEVNULL, stdout=out, stderr=out,
        )  # fmt: skip
        self.processes.append(process)
        return process

    def run(self, *arguments: str, **env: str) -> tuple[int, str, str]:
        process = self.start(*arguments, **env)
        out, errors = process.communicate(timeout=120)
        return process.returncode, out, errors

    def run_python(self, code: str, **env: str) -> tuple[int, str, str]:
        return self.run("exec", "--", sys.executable, "-c", code, **env)

    def left(self) -> dict[int, str]:
        return belonging_to(self.folder)


@pytest.fixture
def launches(tmp_path: Path) -> Iterator[Launches]:
    started = Launches(tmp_path)
    yield started
    for process in started.processes:
        if process.poll() is None:
            process.kill()
        for stream in (process.stdout, process.stderr):
            if stream:
                stream.close()
        process.wait()
    assert wait_for(lambda: not started.left()), started.left()


@pytest.fixture
def guard() -> Iterator[Guard]:
    watcher = Guard()
    yield watcher
    watcher.close()
