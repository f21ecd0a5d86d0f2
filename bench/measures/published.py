"""From a statement that a node publishes to the row in a page that somebody has open, with every part in between.

A node's own program serves its log; it rings at the portal's front; Celery's worker pulls, verifies and computes the
board, through the broker; the front drops its page and tells the stream; the reader, told, fetches the page again.
"""

from __future__ import annotations

import os
import selectors
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median, quantiles

from alliance_node.store import Store
from alliance_node.waking import wake
from django.test.utils import override_settings

from bench.figure import Figure, at_most, seen
from bench.measures.pulls import make_node, payload, register
from bench.measures.streams import open_stream
from bench.nodes import serving
from bench.server import ROOT, Server, end, granian

TITLE = "From the node to an open page"
PUBLISHED = int(os.environ.get("BENCH_PUBLISHED", "20"))
BOARD = "/en/leaderboard/language-id/"
BETWEEN = 5.5  # the portal hears twelve wake-ups a minute from one address
PATIENCE = 60.0
EVENT = b"data: "


def measure() -> list[Figure]:
    """Publish results one by one and time each until the open page shows it."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        store = make_node(Path(folder), 1)
        host = stack.enter_context(serving(store.folder))
        _first_pull(register(store, host), host)
        told = {"OUTBOUND_ALLOWED_HOSTS": host, "DATA_DIR": folder}
        front = stack.enter_context(granian("rsgi", "alliance.front:application", told, BOARD))
        stack.enter_context(_worker(told))
        reader = stack.enter_context(_Reader(front))
        times = [_publish(store, front, reader, 1 + number) for number in range(PUBLISHED + 1)]
    return list(_figures(times[1:]))  # the first one finds every part cold


def _figures(times: list[float]) -> Iterator[Figure]:
    yield at_most(
        "published at the node, woken, visible in an open page, p95", quantiles(times, n=20, method="inclusive")[-1], 2,
        "s", spread=f"{len(times)} publications, slowest {max(times):.2f} s",
        note=f"node, front, broker and Celery worker are processes; load {os.getloadavg()[0]:.1f}",
    )  # fmt: skip
    yield seen("the same, median", median(times), "s")


def _first_pull(node: int, host: str) -> None:
    """Let the portal find the node in good order, as its scheduler does: only then does it heed a wake-up at once."""
    from leaderboard.pull.cycle import pull

    with override_settings(OUTBOUND_ALLOWED_HOSTS=[host]):
        attempt = pull(node_id=node)
    assert attempt is not None
    assert attempt.outcome == "ok", f"{attempt.outcome}: {attempt.detail}"


def _publish(store: Store, front: Server, reader: _Reader, number: int) -> float:
    """Sign a result into the node's log, ring, and return how long the reader waited."""
    began = time.monotonic()
    store.record([payload(number)])
    wrong = wake(f"{front.url}/api/v1/nodes/bench/wake")
    assert wrong is None, f"the portal did not take the wake-up: {wrong}"
    reader.wait_for(f'data-key="system-{number}@'.encode())
    took = time.monotonic() - began
    time.sleep(max(0.0, BETWEEN - took))
    return took


class _Reader:
    """Somebody with the board open: a stream, and the page fetched again whenever it speaks."""

    def __init__(self, front: Server) -> None:
        self._front = front
        self._stream: socket.socket = open_stream(front.port)

    def __enter__(self) -> _Reader:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._stream.close()

    def wait_for(self, row: bytes) -> None:
        """Return once the page that was fetched on an event shows the row."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self._hears(until) and row in self._page():
                return
        raise RuntimeError(f"not visible after {PATIENCE:.0f} s: {row.decode()}")

    def _hears(self, until: float) -> bool:
        with selectors.DefaultSelector() as selector:
            selector.register(self._stream, selectors.EVENT_READ)
            if not selector.select(max(0.0, until - time.monotonic())):
                return False
        return EVENT in self._stream.recv(65_536)

    def _page(self) -> bytes:
        with urllib.request.urlopen(self._front.url + BOARD, timeout=30) as answer:
            body: bytes = answer.read()
        return body


@contextmanager
def _worker(told: dict[str, str]) -> Iterator[None]:
    """Run Celery's worker as the portal starts it, and wait until it answers."""
    from alliance.celery import app

    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "alliance", "worker", "--concurrency", "2",
         "--loglevel", "ERROR"],
        cwd=ROOT, env=os.environ | told, start_new_session=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 2 * PATIENCE
        while not app.control.ping(timeout=1.0):
            assert process.poll() is None, "the worker stopped at once; its words are above"
            assert time.monotonic() < deadline, "the worker does not answer"
        yield
    finally:
        end(process)
