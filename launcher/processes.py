"""Child processes: each in its own group, known to the guard, with its own log."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from launcher.errors import LauncherError
from launcher.guard import Guard

ROOT = Path(__file__).resolve().parent.parent
TAIL_LINES = 15
LOG_BYTES = 20_000


@dataclass
class Child:
    """One started program; `stop_signal` asks it to end in good order."""

    name: str
    command: Sequence[str]
    log: Path
    env: Mapping[str, str]
    guard: Guard
    stop_signal: signal.Signals = signal.SIGTERM
    user: int | None = None
    cwd: Path = ROOT
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Start it with its output at the end of its log."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                list(self.command),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=self.guard.environment(self.env),
                cwd=self.cwd,
                start_new_session=True,
                user=self.user,
                group=self.user,
                extra_groups=None if self.user is None else [],
            )
        self.guard.add(self.process.pid, self.stop_signal)

    @property
    def is_running(self) -> bool:
        """Say whether it lives."""
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        """Send the signal it takes as a request to end."""
        if self.process is not None and self.is_running:
            self.process.send_signal(self.stop_signal)

    def end(self, deadline: float) -> None:
        """Wait until the deadline, then end what is left of its group."""
        if self.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, deadline - time.monotonic()))
        kill_group(self.process.pid)
        self.process.wait()
        self.guard.remove(self.process.pid)
        self.process = None

    def tail(self) -> str:
        """Return the last lines of its log."""
        try:
            text = self.log.read_bytes()[-LOG_BYTES:].decode(errors="replace")
        except FileNotFoundError:
            return ""
        return "\n".join(text.splitlines()[-TAIL_LINES:])


def stop_all(children: Sequence[Child], seconds: float) -> None:
    """Ask all to stop at once; whoever still lives when the time is over is ended, the newest first."""
    for child in children:
        child.ask_to_stop()
    deadline = time.monotonic() + seconds
    for child in reversed(children):
        child.end(deadline)


def kill_group(group: int) -> None:
    """End whatever is left of a process group."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def rotate(log: Path) -> None:
    """Keep the log of the start before as `.log.1`."""
    if log.exists():
        log.replace(log.with_suffix(".log.1"))


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
