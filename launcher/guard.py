"""A watcher that ends every process the launcher started, should the launcher die without a word (kill -9).

It reads lines from a pipe: `+123` adds a process group, `-123` removes one. End of file means the launcher is gone.
It lives in a session of its own, so Ctrl-C at the terminal does not reach it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import IO

GRACE_SECONDS = 3.0


def watch(lines: IO[str]) -> None:
    """Follow the list until the pipe closes, then end what is left on it."""
    groups: set[int] = set()
    for line in lines:
        change, group = line[0], int(line[1:])
        (groups.add if change == "+" else groups.discard)(group)
    end(groups)


def end(groups: set[int]) -> None:
    """Ask process groups to stop, wait a little, then insist."""
    left = {group for group in groups if _signal(group, signal.SIGTERM)}
    deadline = time.monotonic() + GRACE_SECONDS
    while left and time.monotonic() < deadline:
        time.sleep(0.05)
        left = {group for group in left if _signal(group, 0)}
    for group in left:
        _signal(group, signal.SIGKILL)


def _signal(group: int, number: int) -> bool:
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class Guard:
    """The launcher's end of the pipe."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "launcher.guard"],
            stdin=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def add(self, group: int) -> None:
        """Watch a process group."""
        self._write(f"+{group}\n")

    def remove(self, group: int) -> None:
        """Stop watching a group that has ended."""
        self._write(f"-{group}\n")

    def close(self) -> None:
        """End the watcher; it ends whatever is still on its list."""
        if self.process.stdin and not self.process.stdin.closed:
            self.process.stdin.close()
        self.process.wait()

    def _write(self, line: str) -> None:
        if self.process.stdin:
            self.process.stdin.write(line)
            self.process.stdin.flush()


if __name__ == "__main__":
    watch(sys.stdin)
