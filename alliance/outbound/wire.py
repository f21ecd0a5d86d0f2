"""Sockets under httpcore: connect only to vetted addresses, and never wait past the budget of the exchange."""

from __future__ import annotations

import ipaddress
import select
import socket
import ssl
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import httpcore

from alliance.outbound.addresses import Address, is_local, is_public
from alliance.outbound.errors import OutboundError
from alliance.outbound.targets import Target

GRACE: Final = 5.0  # seconds after the first byte before the least speed counts
LEAST_SPEED: Final = 1000.0  # bytes a second
HEAD_LIMIT: Final = 64 * 1024  # status line, headers and interim answers together
MANY_ANSWERS: Final = 32
RESOLVE_SECONDS: Final = 5.0

# A seam: tests put a resolver of their own here.
getaddrinfo = socket.getaddrinfo


@dataclass
class Budget:
    """Time and bytes one exchange may take. `limit()` is the moment by which the next byte must be here."""

    deadline: float
    first_byte_seconds: float
    wire_bytes: int
    asked_at: float | None = None
    first_byte_at: float | None = None
    received: int = 0
    in_head: bool = True
    clock: Any = field(default=time.monotonic, repr=False)

    def remaining(self, most: float | None = None) -> float:
        """Return the seconds left, or end the exchange."""
        left = self.limit() - self.clock()
        if left <= 0:
            raise OutboundError("timeout")
        return left if most is None else min(left, most)

    def limit(self) -> float:
        if self.first_byte_at is not None:
            slowest = self.first_byte_at + max(GRACE, self.received / LEAST_SPEED)
            return min(self.deadline, slowest)
        if self.asked_at is not None:
            return min(self.deadline, self.asked_at + self.first_byte_seconds)
        return self.deadline

    def count(self, size: int) -> None:
        """Book received bytes."""
        if size and self.first_byte_at is None:
            self.first_byte_at = self.clock()
        self.received += size
        if self.in_head and self.received > HEAD_LIMIT + 64 * 1024:
            # One read may bring the head and 64 KiB of body; more than that without an end of the head is a flood.
            raise OutboundError("protocol", "headers without end")
        if self.received > self.wire_bytes:
            raise OutboundError("too-large", "too many bytes on the wire")


def resolve(target: Target, budget: Budget) -> list[Address]:
    """Return the addresses of a host, all of them vetted; one bad answer refuses the whole name."""
    if target.literal is not None:
        answers = [target.literal]
    else:
        answers = _ask(target.host, target.port, budget.remaining(RESOLVE_SECONDS))
    for address in answers:
        vet(address, target)
    return answers[:MANY_ANSWERS]


def vet(address: Address, target: Target) -> None:
    """Refuse an address that isn't public, unless the host is listed and the address is local."""
    if not is_public(address) and not (target.is_exempt and is_local(address)):
        raise OutboundError("private-address", f"{target.host} is {address}")


def _ask(host: str, port: int, seconds: float) -> list[Address]:
    """Resolve in a thread: the system's resolver knows no deadline of ours."""
    result: list[Any] = []

    def work() -> None:
        try:
            result.append(getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            result.append(error)

    thread = threading.Thread(target=work, name=f"resolve {host}", daemon=True)
    thread.start()
    thread.join(seconds)
    if not result:
        raise OutboundError("timeout", "the name server doesn't answer")
    if isinstance(result[0], Exception):
        raise OutboundError("name-not-found", str(result[0]))
    found = dict.fromkeys(str(entry[4][0]) for entry in result[0])
    if not found:
        raise OutboundError("name-not-found", host)
    return [ipaddress.ip_address(text) for text in found]


class Stream(httpcore.NetworkStream):
    """One connection; the client gives it a fresh budget for each exchange."""

    def __init__(self, sock: socket.socket, backend: Backend) -> None:
        self._sock = sock
        self._backend = backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        budget = self._backend.budget
        self._sock.settimeout(budget.remaining(timeout))
        try:
            data = self._sock.recv(max_bytes)
        except TimeoutError:
            raise OutboundError("timeout") from None
        except OSError as error:
            raise OutboundError("truncated", str(error)) from None
        budget.count(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        budget = self._backend.budget
        try:
            while buffer:
                self._sock.settimeout(budget.remaining(timeout))
                buffer = buffer[self._sock.send(buffer) :]
        except TimeoutError:
            raise OutboundError("timeout") from None
        except OSError as error:
            raise OutboundError("truncated", str(error)) from None
        budget.asked_at = budget.clock()

    def close(self) -> None:
        self._sock.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        self._sock.settimeout(self._backend.budget.remaining(timeout))
        try:
            secured = ssl_context.wrap_socket(self._sock, server_hostname=server_hostname)
        except TimeoutError:
            self.close()
            raise OutboundError("timeout", "during the TLS handshake") from None
        except (OSError, ValueError) as error:
            self.close()
            raise OutboundError("tls", str(error)) from None
        return Stream(secured, self._backend)

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable":  # httpcore asks before it uses a resting connection again
            poll = select.poll()
            poll.register(self._sock, select.POLLIN)
            return self._sock.fileno() < 0 or bool(poll.poll(0))
        return None


class Backend(httpcore.NetworkBackend):
    """Connects to vetted literals only, whatever host it is told."""

    def __init__(self, target: Target, connect_seconds: float) -> None:
        self._target = target
        self._connect_seconds = connect_seconds
        self.budget = Budget(0.0, 0.0, 0)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        failure = OutboundError("connect")
        addresses = resolve(self._target, self.budget)
        until = self.budget.clock() + self._connect_seconds
        for address in addresses:
            left = until - self.budget.clock()
            if left <= 0:
                break
            try:
                return Stream(self._connect(address, self.budget.remaining(left)), self)
            except TimeoutError:
                failure = OutboundError("timeout", f"connecting to {address}")
            except OSError as error:
                failure = OutboundError("connect", f"{address}: {error}")
        raise failure

    def _connect(self, address: Address, seconds: float) -> socket.socket:
        sock = socket.create_connection((str(address), self._target.port), seconds)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            peer = ipaddress.ip_address(sock.getpeername()[0])
            vet(peer, self._target)
        except BaseException:
            sock.close()
            raise
        return sock
