"""A kept board page through the front, against Django's hello-world and nginx with the same bytes."""

from __future__ import annotations

import gzip
import os
import shutil
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench import load
from bench.figure import Figure, at_least, at_most, not_run, seen
from bench.method import interleave
from bench.server import Server, granian, running
from launcher.ports import free_port

TITLE = "Pages through the front"
BOARD = "/en/leaderboard/language-id/"
TO_HELLO, TO_NGINX, VISIBLE_SECONDS = 5.0, 0.45, 1.0


def measure() -> list[Figure]:
    """Serve a board of the demonstration and measure its page."""
    from tests.leaderboard.boards import make_world

    world = make_world()
    world.measure_all()
    world.refresh()
    with ExitStack() as stack:
        front = stack.enter_context(granian("rsgi", "alliance.front:application", ready=BOARD))
        hello = stack.enter_context(granian("wsgi", "bench.hello.wsgi:application"))
        nginx = stack.enter_context(_nginx(_page(front))) if shutil.which("nginx") else None
        return [
            *_rates(front, hello, nginx),
            *_cpu(front, hello),
            _visible(front),
            seen("resident memory of the front", front.memory_bytes() / 2**20, "MiB"),
        ]


def _page(front: Server) -> bytes:
    request = urllib.request.Request(front.url + BOARD, headers=load.HEADERS)
    with urllib.request.urlopen(request, timeout=30) as answer:
        body: bytes = answer.read()
        packed = answer.headers["Content-Encoding"] == "gzip"
    return body if packed else gzip.compress(body)


def _rates(front: Server, hello: Server, nginx: Server | None) -> Iterator[Figure]:
    arms = {
        "front": lambda: load.rate(front.port, BOARD),
        "hello": lambda: load.rate(hello.port, "/"),
    }
    if nginx:
        arms["nginx"] = lambda: load.rate(nginx.port, "/board.html")
    for arm in arms.values():
        arm()  # warm
    ratios, rounds = interleave(arms, "hello")
    against = ratios["front"]
    absolute = sorted(sum(each["front"]) / 2 for each in rounds)[len(rounds) // 2]
    yield at_least(
        "kept board page ÷ Django's hello-world", against.median, TO_HELLO, "×",
        spread=against.spread, note=f"requests/s by {load.CLIENT}; the front alone about {absolute:,.0f}/s",
    )  # fmt: skip
    if not nginx:
        yield not_run(
            "kept board page ÷ nginx, same bytes", f"≥ {TO_NGINX} ×", "nginx is not installed"
        )
        return
    against, _rounds = interleave(arms, "nginx")[0]["front"], None
    yield at_least(
        "kept board page ÷ nginx, same bytes as a file", against.median, TO_NGINX, "×",
        spread=against.spread, note=f"nginx with one worker; {load.CLIENT}",
    )  # fmt: skip


def _cpu(front: Server, hello: Server) -> Iterator[Figure]:
    """Compare processor time a request: blind to what the load generator takes away."""
    costs = {}
    for name, server, path in (("front", front, BOARD), ("hello", hello, "/")):
        before = server.cpu_seconds()
        began = time.monotonic()
        rate = load.rate(server.port, path, seconds=3)
        requests = rate * (time.monotonic() - began)
        costs[name] = (server.cpu_seconds() - before) / requests
    yield seen(
        "processor time of hello-world ÷ kept board page", costs["hello"] / costs["front"], "×",
        note=f"{costs['front'] * 1e6:.0f} µs a kept page",
    )  # fmt: skip


def _visible(front: Server) -> Figure:
    """Change a board's page and look how long the front shows the old one."""
    from django.db import connection, transaction

    from alliance.pages import purge
    from leaderboard.models import Benchmark

    waits = []
    for number in range(7):
        name = f"Language identification {number}"
        with transaction.atomic():
            Benchmark.objects.filter(slug="language-id").update(name_en=name)
            purge("board:language-id")
        began = time.monotonic()
        while name.encode() not in gzip.decompress(_page(front)):
            time.sleep(0.002)
            if time.monotonic() - began > 20:
                break
        waits.append(time.monotonic() - began)
    connection.close()
    return at_most(
        "changed data visible through the front, slowest of 7", max(waits), VISIBLE_SECONDS, "s",
        spread=f"{min(waits):.3f} to {max(waits):.3f}",
    )  # fmt: skip


@contextmanager
def _nginx(packed: bytes) -> Iterator[Server]:
    """Serve the same gzip bytes from a file with one worker."""
    with tempfile.TemporaryDirectory(prefix="bench-nginx-") as folder:
        Path(folder).chmod(0o755)
        (Path(folder) / "board.html.gz").write_bytes(packed)
        (Path(folder) / "index.html").write_text("ready")
        port = free_port()
        user = "user root;" if os.geteuid() == 0 else ""
        (Path(folder) / "nginx.conf").write_text(f"""
            daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log; {user}
            events {{ worker_connections 256; }}
            http {{
              access_log off; sendfile on; tcp_nopush on; keepalive_requests 10000000;
              types {{ text/html html; }} gzip_static on;
              client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
              uwsgi_temp_path {folder}; scgi_temp_path {folder};
              server {{ listen 127.0.0.1:{port}; root {folder};
                location = /board.html {{ gzip_static always; }} }}
            }}""")
        command = ["nginx", "-p", folder, "-c", f"{folder}/nginx.conf"]
        with running(command, port, ready="/index.html") as server:
            yield server
