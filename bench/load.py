"""Requests over loopback: wrk where the machine has it, a client of our own elsewhere."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Mapping

CONNECTIONS = 8
HEADERS = {"Accept-Encoding": "gzip", "Accept-Language": "en"}
WRK = shutil.which("wrk")
CLIENT = "wrk" if WRK else "built-in client"


def rate(
    port: int, path: str, *, seconds: float = 1.0, headers: Mapping[str, str] = HEADERS
) -> float:
    """Return answered requests per second over eight kept connections. An answer other than 200 is an error."""
    if WRK:
        return _by_wrk(WRK, port, path, seconds, headers)
    return _by_ourselves(port, path, seconds, headers)


def _by_wrk(wrk: str, port: int, path: str, seconds: float, headers: Mapping[str, str]) -> float:
    lines = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    done = subprocess.run(
        [wrk, "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s", *lines,
         f"http://127.0.0.1:{port}{path}"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    if "Non-2xx" in done or "Socket errors" in done:
        raise RuntimeError(f"the server failed under load:\n{done}")
    found = re.search(r"Requests/sec:\s+([\d.]+)", done)
    assert found is not None, done
    return float(found[1])


def _by_ourselves(port: int, path: str, seconds: float, headers: Mapping[str, str]) -> float:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{lines}\r\n".encode()
    end = time.monotonic() + seconds
    counts: list[int] = []
    threads = [
        threading.Thread(target=lambda: counts.append(_ask(port, request, end)))
        for _ in range(CONNECTIONS)
    ]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(counts) != CONNECTIONS:
        raise RuntimeError("a connection failed under load")
    return sum(counts) / (time.monotonic() - began)


def _ask(port: int, request: bytes, end: float) -> int:
    count = 0
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        stream = connection.makefile("rb")
        while time.monotonic() < end:
            connection.sendall(request)
            status = stream.readline()
            assert b" 200 " in status, status
            length = 0
            while (line := stream.readline()) not in (b"\r\n", b""):
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            stream.read(length)
            count += 1
    return count
