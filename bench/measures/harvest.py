"""Harvesting: how long one worker takes for 1,000 sources when 200 of them fail in every way a source can."""

from __future__ import annotations

import os
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Final

from django.test.utils import override_settings

from bench.figure import Figure, at_most, seen

TITLE = "1,000 sources, 200 of them failing"
SOURCES: Final = int(os.environ.get("BENCH_SOURCES", "1000"))
# Which of ten sources fails, and how: two in ten.
REFUSING, SLOW, BROKEN, LARGE, ERROR = "refusing", "slow", "broken", "large", "error"
FAULTS: Final = (REFUSING, SLOW, BROKEN, LARGE, ERROR)
TARPIT_SECONDS: Final = 60

MANIFEST: Final = """publiccodeYmlVersion: "0.7"
name: Source {number}
url: "https://code.example.org/bench/source-{number}"
platforms: [web]
developmentStatus: stable
softwareType: standalone/web
description:
  en:
    shortDescription: What source {number} is
    longDescription: >
      Source {number} stands for one of very many manifests that a portal reads every few hours, of usual length and
      with the usual keys, so that reading it costs what reading a real one costs, validator included.
    features: [Be read, Be imported]
legal: {{license: Apache-2.0}}
maintenance: {{type: community, contacts: [{{name: Ada Example}}]}}
localisation: {{localisationReady: true, availableLanguages: [en, fr]}}
"""


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 256


class _Handler(BaseHTTPRequestHandler):
    """`/ok/7/publiccode.yml` answers, `/slow/7/…` doesn't, and so on."""

    def do_GET(self) -> None:
        fault, number = self.path.split("/")[1:3]
        if fault == SLOW:
            time.sleep(TARPIT_SECONDS)
            return
        if fault == ERROR:
            self.send_error(503)
            return
        body = MANIFEST.format(number=number).encode()
        if fault == BROKEN:
            body = body.replace(b"name:", b"\tname:", 1)
        if fault == LARGE:
            body += b"#" * 1024 * 1024
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def _serving() -> Iterator[tuple[int, int]]:
    """Serve on loopback; yield the port, and one on which nobody listens."""
    with _Server(("127.0.0.1", 0), _Handler) as server, _Server(("127.0.0.1", 0), _Handler) as gone:
        closed = gone.server_address[1]
        gone.server_close()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], closed
        server.shutdown()


def measure() -> list[Figure]:
    """Register the sources, let one worker harvest all of them once, then all that are well again."""
    with _serving() as (port, closed):
        hosts = [f"127.0.0.1:{port}", f"127.0.0.1:{closed}"]
        with override_settings(OUTBOUND_ALLOWED_HOSTS=hosts):
            return list(_measured(port, closed))


def _measured(port: int, closed: int) -> Iterator[Figure]:
    from projects.models import Project, Source

    failing = _register(port, closed)
    began, cpu = time.monotonic(), time.process_time()
    done = _one_worker()
    wall, own = time.monotonic() - began, time.process_time() - cpu
    assert done == SOURCES, f"{done} of {SOURCES}"
    assert Source.objects.filter(health="failing").count() == failing
    assert Source.objects.filter(health="fresh").count() == SOURCES - failing
    assert Project.objects.filter(summary_en__startswith="What source").count() == SOURCES - failing
    yield at_most(
        f"{SOURCES:,} sources harvested by one worker, {failing} failing", wall / 60, 10 * SOURCES / 1000, "min",
        spread=f"{own / SOURCES * 1000:.0f} ms of the worker's CPU a source",
        note="first reading of each, nothing kept; a fifth of the failing are tarpits",
    )  # fmt: skip
    Source.objects.filter(health="fresh").update(next_harvest_at="2000-01-01T00:00:00Z")
    Source.objects.filter(health="failing").update(state="paused")
    began = time.monotonic()
    again = _one_worker()
    yield seen(
        f"{again:,} unchanged sources read again",
        (time.monotonic() - began) / again * 1000,
        "ms each",
    )


def _register(port: int, closed: int) -> int:
    from tests.factories.projects import ProjectFactory, SourceFactory

    failing = 0
    for number in range(SOURCES):
        fault = FAULTS[number // 10 % len(FAULTS)] if number % 10 < 2 else "ok"
        failing += fault != "ok"
        at = closed if fault == REFUSING else port
        url = f"http://127.0.0.1:{at}/{fault}/{number}/publiccode.yml"
        SourceFactory(url=url, project=ProjectFactory(summary_en="Before"))
    return failing


def _one_worker() -> int:
    """Do what beat and one worker do: claim what is due, harvest it, until nothing is due."""
    from projects.harvest import scheduling
    from projects.harvest.cycle import harvest

    done = 0
    while claimed := scheduling.due_sources():
        for pk in claimed:
            done += harvest(source_id=pk) is not None
    return done
