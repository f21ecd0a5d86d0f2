"""Servers that say exactly what a test tells them to, byte by byte."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from pytest_django.fixtures import Settings

Behaviour = Callable[[socket.socket], None]


@dataclass
class Scripted:
    """A listener on loopback; `behave` gets every accepted connection, `connects` counts them."""

    behave: Behaviour
    listener: socket.socket = field(default_factory=socket.socket)
    connects: int = 0
    threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(16)
        self._run(self._accept)

    def _run(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        self.threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                sock, _peer = self.listener.accept()
            except OSError:
                return
            self.connects += 1
            self._run(lambda sock=sock: self._serve(sock))

    def _serve(self, sock: socket.socket) -> None:
        with sock, suppress(OSError):
            self.behave(sock)

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    def stop(self) -> None:
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for thread in self.threads:
            thread.join(5)


@pytest.fixture
def serve(settings: Settings) -> Iterator[Callable[..., Scripted]]:
    """Start a server with a behaviour; it is an allowed host unless `allowed=False`."""
    started: list[Scripted] = []

    def start(behave: Behaviour, *, allowed: bool = True, name: str = "127.0.0.1") -> Scripted:
        server = Scripted(behave)
        server.start()
        started.append(server)
        if allowed:
            settings.OUTBOUND_ALLOWED_HOSTS = [
                *settings.OUTBOUND_ALLOWED_HOSTS,
                f"{name}:{server.port}",
            ]
        return server

    yield start
    for server in started:
        server.stop()


def read_request(sock: socket.socket) -> bytes:
    """Return one request's head; empty when the client went away."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = sock.recv(4096)
        if not piece:
            return b""
        data += piece
    return data


def answering(reply: bytes, *, keep: bool = False) -> Behaviour:
    """Send one fixed reply to each request; `keep` leaves the connection open for more."""

    def behave(sock: socket.socket) -> None:
        while read_request(sock):
            sock.sendall(reply)
            if not keep:
                return

    return behave
