"""Child processes: each in its own group, known to the guard, with its own log."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from launcher.errors import LauncherError
from launcher.guard import Guard

TAIL_LINES = 15


@dataclass
class Child:
    """One started program; `stop_signal` asks it to end in good order."""

    name: str
    command: Sequence[str]
    log: Path
    env: Mapping[str, str]
    guard: Guard
    stop_signal: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Start it with its output in its log."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                list(self.command),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=dict(self.env),
                start_new_session=True,
            )
        self.guard.add(self.process.pid)

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self, seconds: float = 10.0) -> None:
        """Ask it to stop, then end its whole group."""
        if self.process is None:
            return
        if self.is_running:
            self.process.send_signal(self.stop_signal)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)
        kill_group(self.process.pid)
        self.process.wait()
        self.guard.remove(self.process.pid)

    def tail(self) -> str:
        """Return the last lines of its log."""
        try:
            lines = self.log.read_text(errors="replace").splitlines()
        except FileNotFoundError:
            return ""
        return "\n".join(lines[-TAIL_LINES:])


def kill_group(group: int) -> None:
    """End whatever is left of a process group."""
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def wait_until(ready: Callable[[], bool], child: Child, seconds: float) -> None:
    """Wait for a child to answer; a child that ends or never answers is an error with its last words."""
    deadline = time.monotonic() + seconds
    while not ready():
        if not child.is_running:
            raise LauncherError(f"{child.name} stopped at once. Its last words:\n{child.tail()}")
        if time.monotonic() > deadline:
            raise LauncherError(
                f"{child.name} does not answer after {seconds:.0f} s. Its last words:\n{child.tail()}"
            )
        time.sleep(0.05)


def free_port() -> int:
    """Return a port on loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_taken(port: int) -> bool:
    """Say whether somebody listens on, or holds, a loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
