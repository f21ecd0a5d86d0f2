"""Idle readers of event streams on one front process: what they weigh, and how fast a change reaches all of them."""

from __future__ import annotations

import os
import resource
import selectors
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack

from bench.figure import Figure, at_least, at_most, not_run, seen
from bench.server import Server, granian

TITLE = "Event streams"
READERS = int(os.environ.get("BENCH_STREAMS", "2000"))
TOPIC = "board:language-id"
READY = "/en/leaderboard/"
MIB_BOUND, IDLE_SECONDS = 300.0, 40.0  # two heartbeats and some more


def measure() -> list[Figure]:
    """Open the streams, let them rest, then announce a change."""
    name = f"memory of one front process with {READERS:,} idle streams"
    if not _allow_files(READERS + 500):
        return [not_run(name, f"≤ {MIB_BOUND:g} MiB", "this machine allows too few open files")]
    limits = {"FRONT_STREAMS": str(READERS), "FRONT_STREAMS_PER_ADDRESS": str(READERS)}
    with granian("rsgi", "alliance.front:application", limits, ready=READY) as front:
        return list(_figures(name, front))


def _allow_files(wanted: int) -> bool:
    """Raise the number of files this process and its children may open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard not in (resource.RLIM_INFINITY,) and hard < wanted:
        return False
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    return True


def _figures(name: str, front: Server) -> Iterator[Figure]:
    before = front.memory_bytes() / 2**20
    with ExitStack() as stack:
        readers = [stack.enter_context(open_stream(front.port)) for _ in range(READERS)]
        _read_from_all(readers, b"retry: ", 60)
        cpu, began = front.cpu_seconds(), time.monotonic()
        time.sleep(IDLE_SECONDS)
        spent = (front.cpu_seconds() - cpu) / (time.monotonic() - began)
        memory = front.memory_bytes() / 2**20
        beating = _read_from_all(readers, b":\n\n", 5)
        told = _announce()
        reached = _read_from_all(readers, b"data: ", 30)
        took = time.monotonic() - told
    yield at_most(name, memory, MIB_BOUND, "MiB", note=f"{before:.0f} MiB before the first one")
    yield at_least("streams that kept beating", beating, READERS, "streams")
    yield seen("a core's share for their heartbeats", 100 * spent, "%")
    yield at_least("streams that were told of a change", reached, READERS, "streams")
    yield seen("from the announcement to the last of them", took, "s")


def open_stream(port: int) -> socket.socket:
    """Ask a front for the events of the board."""
    reader = socket.create_connection(("127.0.0.1", port), 30)
    reader.sendall(f"GET /stream?topic={TOPIC} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
    return reader


def _announce() -> float:
    from alliance.pages import announce

    began = time.monotonic()
    announce(TOPIC, number=1)
    return began


def _read_from_all(readers: list[socket.socket], wanted: bytes, seconds: float) -> int:
    """Read until everybody has got these bytes or the time is over; return how many have."""
    until, got = time.monotonic() + seconds, dict.fromkeys(readers, b"")
    with selectors.DefaultSelector() as selector:
        for reader in readers:
            selector.register(reader, selectors.EVENT_READ)
        while selector.get_map() and time.monotonic() < until:
            for key, _events in selector.select(0.5):
                open_one = key.fileobj
                assert isinstance(open_one, socket.socket)
                piece = open_one.recv(65_536)
                got[open_one] += piece
                if wanted in got[open_one] or not piece:
                    selector.unregister(open_one)
    return sum(wanted in read for read in got.values())
