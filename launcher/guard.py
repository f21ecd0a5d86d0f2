"""A watcher that ends every process the launcher started, should the launcher die without a word (kill -9).

The launcher's death signal (`PR_SET_PDEATHSIG`) would reach children but not their children, and only on Linux. So a
small process reads a pipe from the launcher: end of file means that the launcher is gone. It then ends the process
groups it was told of and, on Linux, whatever else carries the launcher's mark in its environment (programs that left
their group). It lives in a session of its own, so Ctrl-C at the terminal does not reach it.

This file is run by itself and imports nothing of the launcher.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO

GRACE_SECONDS = 1.5
MARK = "PORTAL_LAUNCHER"


def marked(mark: str) -> set[int]:
    """Return the processes whose environment carries the mark (Linux; elsewhere none can be seen)."""
    wanted, name = mark.encode(), MARK.encode() + b"="
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            variables = (entry / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        values = (line[len(name) :] for line in variables if line.startswith(name))
        if any(wanted in value.split(b":") for value in values):
            found.add(int(entry.name))
    return found - {os.getpid()}


def watch(lines: IO[str], mark: str) -> None:
    """Follow the launcher's words until the pipe closes, then end and remove what is left."""
    groups: dict[int, int] = {}
    folders: list[str] = []
    for line in lines:
        word, rest = line[0], line[1:].rstrip("\n")
        if word == "+":
            group, number = rest.split()
            groups[int(group)] = int(number)
        elif word == "-":
            groups.pop(int(rest), None)
        elif word == "=":
            folders.append(rest)
    end(groups, mark)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def end(groups: Mapping[int, int], mark: str, grace: float = GRACE_SECONDS) -> None:
    """Ask groups and marked strays to stop, each group in its own way; wait a little, then insist."""
    for group, number in groups.items():
        _send(-group, number)
    strays = {process for process in marked(mark) if _group_of(process) not in groups}
    for process in strays:
        _send(process, signal.SIGTERM)
    deadline = time.monotonic() + grace
    while time.monotonic() < deadline and (
        any(_send(-group, 0) for group in groups) or marked(mark)
    ):
        time.sleep(0.05)
    for _ in range(20):  # a process may have started another one meanwhile
        left = [-group for group in groups if _send(-group, signal.SIGKILL)] + [*marked(mark)]
        if not left:
            return
        for target in left:
            _send(target, signal.SIGKILL)
        time.sleep(0.05)


def _send(target: int, number: int) -> bool:
    """Signal a process, or a group by its negative number; say whether it is there."""
    try:
        os.kill(target, number)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _group_of(process: int) -> int:
    try:
        return os.getpgid(process)
    except ProcessLookupError:
        return 0


class Guard:
    """The launcher's end of the pipe."""

    def __init__(self, keep_open: tuple[int, ...] = ()) -> None:
        """Start the watcher; it holds `keep_open` (a lock) until everything has ended."""
        self.mark = secrets.token_hex(8)
        self._keep_open = keep_open
        self._groups: dict[int, int] = {}
        self._folders: list[str] = []
        self._writing = threading.Lock()
        self.process = self._start()

    def environment(self, env: Mapping[str, str]) -> dict[str, str]:
        """Return the environment with this launcher's mark added to those of launchers around it."""
        marks = [*filter(None, env.get(MARK, "").split(":")), self.mark]
        return {**env, MARK: ":".join(dict.fromkeys(marks))}

    def add(self, group: int, number: int = signal.SIGTERM) -> None:
        """Watch a process group; `number` is the signal that asks it to stop."""
        self._groups[group] = number
        self._write(f"+{group} {int(number)}\n")

    def remove(self, group: int) -> None:
        """Stop watching a group that has ended."""
        self._groups.pop(group, None)
        self._write(f"-{group}\n")

    def remove_folder_at_the_end(self, folder: Path) -> None:
        """Let the watcher remove a throw-away folder when all is over."""
        self._folders.append(str(folder))
        self._write(f"={folder}\n")

    def revive(self) -> None:
        """Start the watcher again if somebody ended it."""
        if self.process.poll() is None:
            return
        with suppress(BrokenPipeError):
            if self.process.stdin:
                self.process.stdin.close()
        self.process = self._start()
        for group, number in self._groups.items():
            self._write(f"+{group} {int(number)}\n")
        for folder in self._folders:
            self._write(f"={folder}\n")

    def close(self) -> None:
        """End the watcher; it ends whatever is still on its list."""
        with suppress(BrokenPipeError), self._writing:
            if self.process.stdin:
                self.process.stdin.close()
        self.process.wait()

    def _start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-I", "-S", __file__, self.mark],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
            pass_fds=self._keep_open,
            cwd="/",
        )

    def _write(self, line: str) -> None:
        with self._writing:
            pipe = self.process.stdin
            if pipe is None or pipe.closed:
                return  # stopping; the watcher ends what is left by its mark
            with suppress(BrokenPipeError):  # `revive` tells a new watcher everything
                pipe.write(line)
                pipe.flush()


if __name__ == "__main__":
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    watch(sys.stdin, sys.argv[1])
