"""The front as it runs: granian, Django, PostgreSQL."""

from __future__ import annotations

import gzip
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from django.db import connection

from alliance.front.listener import database_parameters

ANNOUNCE_50 = """
    SELECT pg_notify('portal_stream', json_build_object('topic', 'board:d', 'pad', repeat('x', 7000), 'n', n)::text)
    FROM generate_series(1, 50) n
"""
ROOT = Path(__file__).parent.parent.parent


@dataclass
class Server:
    """A running front."""

    port: int
    process: subprocess.Popen[bytes]

    def ask(
        self,
        path: str,
        headers: dict[str, str] | None = None,
        method: str = "GET",
        body: bytes | None = None,
    ) -> tuple[http.client.HTTPResponse, bytes]:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        try:
            link.request(method, path, body=body, headers=headers or {})
            answer = link.getresponse()
            return answer, answer.read()
        finally:
            link.close()

    @contextmanager
    def stream(self, path: str) -> Iterator[Any]:
        with socket.create_connection(("127.0.0.1", self.port), 15) as sock:
            sock.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
            yield sock

    def memory(self) -> int:
        """Resident kilobytes of the server and its workers."""
        pids = [self.process.pid]
        for pid in pids:
            children = Path(f"/proc/{pid}/task/{pid}/children")
            pids += [int(child) for child in children.read_text().split()]
        lines = [line for pid in pids for line in Path(f"/proc/{pid}/status").read_text().split("\n")]  # fmt: skip
        return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("front")


@pytest.fixture(scope="module")
def server(django_db_setup: None, folder: Path) -> Iterator[Server]:
    with running(folder / "log") as made:
        yield made


@contextmanager
def running(log: Path) -> Iterator[Server]:
    """Start a front on the test database, and end it."""
    port = _free_port()
    command = [
        str(Path(sys.executable).with_name("granian")), "tests.front.site:application", "--interface", "rsgi",
        "--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--no-ws", "--log-level", "warning",
    ]  # fmt: skip
    env = dict(os.environ) | {
        "DATABASE_URL": _database_url(),
        "SITE_ORIGIN": f"http://127.0.0.1:{port}",
        "DJANGO_SETTINGS_MODULE": "tests.front.site_settings",
        "PYTHONWARNINGS": "default",
    }
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, env=env, cwd=ROOT, stdout=out, stderr=out, start_new_session=True
        )
    made = Server(port, process)
    try:
        _wait(made, log)
        yield made
    finally:
        process.terminate()
        try:
            process.wait(20)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _database_url() -> str:
    """Return the address of the test database, over TCP or a socket's folder."""
    said = connection.settings_dict
    who = quote(said["USER"]) + (f":{quote(said['PASSWORD'])}" if said["PASSWORD"] else "")
    host, port = said["HOST"] or "localhost", said["PORT"] or "5432"
    if host.startswith("/"):
        return f"postgres://{who}@/{said['NAME']}?host={quote(host, safe='')}&port={port}"
    return f"postgres://{who}@{host}:{port}/{said['NAME']}"


def _wait(server: Server, log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert server.process.poll() is None, log.read_text()
        with suppress(OSError, http.client.HTTPException):
            if server.ask("/en/board/ready")[0].status == 200:
                return
        time.sleep(0.1)
    pytest.fail(f"the front doesn't answer: {log.read_text()}")


def _read_until(sock: socket.socket, text: bytes) -> bytes:
    data = b""
    while text not in data:
        piece = sock.recv(4096)
        assert piece, data
        data += piece
    return data


def test_pages_come_from_memory_until_a_change_commits(server: Server) -> None:
    first, body = server.ask("/en/board/a", {"Cookie": "session=1"})
    again, same = server.ask("/en/board/a", {"Accept-Encoding": "gzip"})
    assert first.getheader("Cache-Status") == "portal; fwd=uri-miss"
    assert again.getheader("Cache-Status") == "portal; hit"
    assert again.getheader("Content-Encoding") == "gzip"
    assert gzip.decompress(same) == body
    assert first.getheader("Set-Cookie") is None
    tag = again.getheader("ETag")
    assert tag
    unchanged, nothing = server.ask("/en/board/a", {"If-None-Match": tag})
    assert (unchanged.status, nothing) == (304, b"")
    head, nothing = server.ask("/en/board/a", method="HEAD")
    assert (head.getheader("Content-Length"), nothing) == (str(len(body)), b"")

    assert server.ask("/en/change/a", method="POST")[0].status == 204
    until = time.monotonic() + 5
    while server.ask("/en/board/a")[1] == body:
        assert time.monotonic() < until
        time.sleep(0.01)


def test_private_pages_are_for_their_reader(server: Server) -> None:
    for number in range(3):
        answer, body = server.ask("/en/mine", {"Cookie": f"session={number}"})
        assert body == f"cookie {number}".encode()
        assert answer.getheader("Cache-Control") == "private, no-store"
        assert answer.getheader("Cache-Status") is None


def test_a_kept_page_has_its_short_forms(server: Server) -> None:
    """HEAD and a reader who has the page get headers only; a token or an odd query goes past the memory."""
    first, body = server.ask("/en/board/forms")
    assert first.status == 200
    head, nothing = server.ask("/en/board/forms", method="HEAD")
    assert (head.status, nothing, head.headers["cache-status"]) == (200, b"", "portal; hit")
    assert head.headers["content-length"] == str(len(body))
    known, nothing = server.ask("/en/board/forms", {"If-None-Match": first.headers["etag"]})
    assert (known.status, nothing) == (304, b"")
    assert known.headers["etag"] == first.headers["etag"]
    packed, data = server.ask("/en/board/forms", {"Accept-Encoding": "br, gzip"})
    assert packed.headers["cache-status"] == "portal; hit"
    assert gzip.decompress(data) == body
    own, made = server.ask("/en/board/forms", {"Authorization": "Bearer x"})
    assert "cache-status" not in own.headers
    assert made != body


def test_bodies_arrive_whole_and_addresses_as_they_were_sent(server: Server) -> None:
    link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=15)
    pieces = iter([b"a" * 70_000, b"b" * 70_000, b"c"])
    link.request("POST", "/en/echo?q=%C3%A9%20%2F", body=pieces, encode_chunked=True)
    answer = link.getresponse()
    assert answer.read().decode() == f"POST é / 140001 127.0.0.1:{server.port}"
    link.close()


def test_a_body_that_is_too_large_is_refused_before_it_is_read(server: Server) -> None:
    answer, body = server.ask("/en/echo", method="POST", body=b"x" * 1_200_000)
    assert answer.status == 413
    assert b"too-large" in body


def test_a_cookie_that_cannot_be_read_is_refused_not_ignored(server: Server) -> None:
    answer, body = server.ask("/en/mine", {"Cookie": "session=caf\u00e9"})
    assert answer.status == 400
    assert b"bad-header" in body
    answer, _body = server.ask("/en/mine", {"Referer": "http://caf\u00e9.example/"})
    assert answer.status == 200


def test_an_open_page_hears_of_a_change(server: Server) -> None:
    with server.stream("/stream?topic=board:b") as sock:
        _read_until(sock, b"retry:")
        server.ask("/en/change/b", method="POST")
        assert b'data: {"topic":"board:b","by":"change"}' in _read_until(sock, b"data:")


def test_streams_of_readers_who_left_are_forgotten(server: Server) -> None:
    """An address may have 20 streams; a hundred, one after the other, are no more than one."""
    for _ in range(100):
        with server.stream("/stream?topic=board:c") as sock:
            assert b"200 OK" in _read_until(sock, b"retry:")
        time.sleep(0.01)


def test_a_reader_who_takes_nothing_costs_no_memory(server: Server) -> None:
    with server.stream("/stream?topic=board:d") as sock:
        _read_until(sock, b"retry:")
        server.ask("/en/change/d", method="POST")
        before = server.memory()
        with psycopg.connect(**database_parameters(), autocommit=True) as link:
            for _ in range(400):
                link.execute(ANNOUNCE_50)
        server.ask("/en/board/d")
        grown = server.memory() - before
    assert grown < 40_000  # of the 140 MB that were announced


def test_sigterm_ends_it_in_good_order_with_streams_open(
    django_db_setup: None, folder: Path
) -> None:
    with (
        running(folder / "stopped") as server,
        server.stream("/stream?topic=board:e") as sock,
    ):
        _read_until(sock, b"retry:")
        began = time.monotonic()
        server.process.terminate()
        assert server.process.wait(20) is not None
        assert time.monotonic() - began < 10
