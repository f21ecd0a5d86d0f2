"""Servers under measurement: started on a free port, asked until they answer, stopped for sure."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from launcher.ports import free_port

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cpu_seconds(self) -> float:
        """Return user and system time of the process and its children, in seconds (Linux: /proc)."""
        return sum(_ticks(pid) for pid in family(self.process.pid)) / TICKS

    def memory_bytes(self) -> int:
        """Return the resident memory of the process and its children."""
        return sum(_resident(pid) for pid in family(self.process.pid))


def family(pid: int) -> list[int]:
    """Return a process and all its descendants."""
    found = [pid]
    for parent in found:
        with suppress(OSError):
            children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
            found.extend(int(child) for child in children)
    return found


def _ticks(pid: int) -> int:
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])
    return 0


def _resident(pid: int) -> int:
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0


@contextmanager
def granian(
    interface: str, target: str, env: Mapping[str, str] | None = None, ready: str = "/"
) -> Iterator[Server]:
    """Run granian with one worker: WSGI with four threads, as the front's pool has, RSGI as the portal starts it."""
    port = free_port()
    more = {"wsgi": ["--blocking-threads", "4"], "rsgi": ["--backpressure", "4096"]}[interface]
    command = [
        str(Path(sys.executable).parent / "granian"), "--interface", interface, "--host", "127.0.0.1",
        "--port", str(port), "--workers", "1", "--no-ws", "--log-level", "error", *more, target,
    ]  # fmt: skip
    with running(command, port, env, ready) as server:
        yield server


@contextmanager
def running(
    command: list[str], port: int, env: Mapping[str, str] | None = None, ready: str = "/"
) -> Iterator[Server]:
    """Run a server until the block ends."""
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **(env or {})}, start_new_session=True
    )
    try:
        server = Server(port, process)
        _wait(server, ready)
        yield server
    finally:
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask a process to stop, then end what is left of its group."""
    process.send_signal(signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(10)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _wait(server: Server, path: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            raise RuntimeError("a server under measurement stopped at once; its words are above")
        with suppress(OSError), urllib.request.urlopen(f"{server.url}{path}", timeout=5) as answer:
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise RuntimeError(f"{server.url}{path} did not answer within 60 s")
