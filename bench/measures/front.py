"""Kept pages through the front, against Django's hello-world and nginx with the same bytes."""

from __future__ import annotations

import gzip
import os
import shutil
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from bench import load
from bench.figure import Figure, at_least, at_most, not_run, seen
from bench.method import interleave
from bench.server import Server, granian, running
from launcher.ports import free_port

TITLE = "Pages through the front"
BOARD, CATALOGUE, PROJECT = "/en/leaderboard/language-id/", "/en/projects/", "/en/projects/docling/"
KEPT = {"board": BOARD, "catalogue": CATALOGUE, "project": PROJECT}
TO_HELLO, TO_NGINX, VISIBLE_SECONDS = 5.0, 0.45, 1.0


def measure() -> list[Figure]:
    """Serve a board of the tests' world and the catalogue as the portal ships it, and measure their pages."""
    from members.seed import seed as seed_members
    from projects.seed import seed as seed_projects
    from tests.leaderboard.boards import make_world

    seed_members()
    seed_projects()
    world = make_world()
    world.measure_all()
    world.refresh()
    with ExitStack() as stack:
        front = stack.enter_context(granian("rsgi", "alliance.front:application", ready=BOARD))
        hello = stack.enter_context(granian("wsgi", "bench.hello.wsgi:application"))
        nginx = stack.enter_context(_nginx(_page(front, BOARD))) if shutil.which("nginx") else None
        return [
            *_rates(front, hello, nginx),
            *_cpu(front, hello),
            _visible(front, "board", _rename_board),
            _visible(front, "project", _rename_project),
            _visible(front, "catalogue", _rename_project),
            seen("resident memory of the front", front.memory_bytes() / 2**20, "MiB"),
        ]


def _page(front: Server, path: str) -> bytes:
    request = urllib.request.Request(front.url + path, headers=load.HEADERS)
    with urllib.request.urlopen(request, timeout=30) as answer:
        body: bytes = answer.read()
        packed = answer.headers["Content-Encoding"] == "gzip"
    return body if packed else gzip.compress(body)


def _rates(front: Server, hello: Server, nginx: Server | None) -> Iterator[Figure]:
    arms: dict[str, Callable[[], float]] = {
        name: partial(load.rate, front.port, path) for name, path in KEPT.items()
    }
    arms["hello"] = lambda: load.rate(hello.port, "/")
    ratios, rounds = interleave(_warm(arms), "hello")
    for name in KEPT:
        absolute = sorted(sum(each[name]) / 2 for each in rounds)[len(rounds) // 2]
        yield at_least(
            f"kept {name} page ÷ Django's hello-world", ratios[name].median, TO_HELLO, "×",
            spread=ratios[name].spread,
            note=f"requests/s by {load.CLIENT}; the page alone about {absolute:,.0f}/s",
        )  # fmt: skip
    if not nginx:
        yield not_run(
            "kept board page ÷ nginx, same bytes", f"≥ {TO_NGINX} ×", "nginx is not installed"
        )
        return
    beside = {"board": arms["board"], "nginx": lambda: load.rate(nginx.port, "/board.html")}
    against = interleave(_warm(beside), "nginx")[0]["board"]
    yield at_least(
        "kept board page ÷ nginx, same bytes as a file", against.median, TO_NGINX, "×",
        spread=against.spread, note=f"nginx with one worker; {load.CLIENT}",
    )  # fmt: skip


def _warm(arms: dict[str, Callable[[], float]]) -> dict[str, Callable[[], float]]:
    for arm in arms.values():
        arm()
    return arms


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


def _rename_board(name: str) -> None:
    from alliance.pages import purge
    from leaderboard.models import Benchmark

    Benchmark.objects.filter(slug="language-id").update(name_en=name)
    purge("board:language-id")


def _rename_project(name: str) -> None:
    from projects.actions.entries import ProjectSheet, record_project

    record_project(sheet=ProjectSheet(slug="docling", facts={"name": name}))


def _visible(front: Server, page: str, rename: Callable[[str], None]) -> Figure:
    """Change what a page shows and look how long the front shows the old one."""
    from django.db import connection, transaction

    waits = []
    for number in range(7):
        name = f"Renamed for the {page} page {number}"
        with transaction.atomic():
            rename(name)
        began = time.monotonic()
        while name.encode() not in gzip.decompress(_page(front, KEPT[page])):
            time.sleep(0.002)
            if time.monotonic() - began > 20:
                break
        waits.append(time.monotonic() - began)
    connection.close()
    return at_most(
        f"change visible on the {page} page through the front, slowest of 7", max(waits), VISIBLE_SECONDS, "s",
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
