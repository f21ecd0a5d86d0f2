"""How the server reaches the front: granian's own interface, RSGI.

A fresh page costs one call (`response_bytes`) instead of the two awaited messages of ASGI and a list of all request
headers made of bytes; `docs/adr/0006-front.md` has the figures. Everything else is put into ASGI's words, which the
bridge to WSGI and the event streams speak.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import AsyncIterator
from contextlib import suppress
from types import FrameType
from typing import Any, Final

from django.utils.translation import gettext as _
from granian.rsgi import HTTPProtocol, ProtocolClosed, Scope

from alliance.front.protocol import Receive, as_text, refuse
from alliance.front.protocol import Scope as AsgiScope
from alliance.front.serving import Front
from alliance.front.streams import Hub

READS: Final = frozenset({"GET", "HEAD"})


class ReaderWentAwayError(OSError):
    """The connection was closed before the answer was written."""


class Served:
    """The application a server loads: `granian --interface rsgi alliance.front:application`."""

    def __init__(self, front: Front) -> None:
        self.front = front

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.front.start(loop)
        _end_streams_on_signal(self.front.hub, loop)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.run_until_complete(self.front.stop())

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        if self._give_at_once(scope, protocol):
            return
        send = _Sending(protocol)
        with suppress(ReaderWentAwayError):
            if _says_who_in_odd_bytes(scope):
                title = _(
                    "A cookie or a token holds letters that are not ASCII. Delete it and try again."
                )
                await refuse(send, 400, "bad-header", title)
                return
            await self.front(asgi_scope(scope), _receiving(protocol), send)

    def _give_at_once(self, scope: Scope, protocol: HTTPProtocol) -> bool:
        """Answer with a page that is fresh in memory; by the same rules as `Reading.answer`."""
        method, headers = scope.method, scope.headers
        if method not in READS or "authorization" in headers:
            return False
        if not self.front.is_secure_enough(scope.scheme, headers.get("x-forwarded-proto")):
            return False
        kept = self.front.reading.fresh((scope.path, scope.query_string.encode("latin-1")))
        if kept is None or not kept.fits(headers):
            return False
        form = kept.form_for(headers.get("if-none-match"), headers.get("accept-encoding") or "")
        if method == "HEAD" or not form.body:
            protocol.response_empty(form.status, form.text)
        else:
            protocol.response_bytes(form.status, form.text, form.body)
        return True


def asgi_scope(scope: Scope) -> AsgiScope:
    """Return a request in ASGI's words (specification 2.5, HTTP connection scope)."""
    headers = [(n.encode("latin-1"), v.encode("latin-1")) for n, v in scope.headers.items()]
    if scope.authority and not any(name == b"host" for name, _value in headers):
        headers.insert(0, (b"host", scope.authority.encode("latin-1")))  # HTTP/2 has no Host
    return {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.5"},
        "http_version": scope.http_version, "method": scope.method, "scheme": scope.scheme,
        "path": scope.path, "query_string": scope.query_string.encode("latin-1"), "root_path": "",
        "headers": headers, "client": _address(scope.client), "server": _address(scope.server),
    }  # fmt: skip


def _says_who_in_odd_bytes(scope: Scope) -> bool:
    """Say whether a reader's cookie or token can't be read: granian leaves out values that are not ASCII."""
    readable = {name for name, _value in scope.headers.items()}
    return any(
        name in scope.headers and name not in readable for name in ("cookie", "authorization")
    )


def _address(said: str) -> tuple[str, int] | None:
    """Read `host:port`; an IPv6 host is in brackets, and a Unix socket has no address."""
    host, _colon, port = said.rpartition(":")
    return (host.strip("[]"), int(port)) if host and port.isdigit() else None


def _receiving(protocol: HTTPProtocol) -> Receive:
    """Return ASGI's `receive`: the body piece by piece, then the end of the connection."""
    pieces: AsyncIterator[bytes] = protocol.__aiter__()
    is_whole = False

    async def receive() -> dict[str, Any]:
        nonlocal is_whole
        if is_whole:
            await protocol.client_disconnect()
            return {"type": "http.disconnect"}
        try:
            piece = await anext(pieces)
        except ProtocolClosed:
            return {"type": "http.disconnect"}
        except StopAsyncIteration:
            is_whole = True
            return {"type": "http.request", "body": b"", "more_body": False}
        return {"type": "http.request", "body": piece, "more_body": True}

    return receive


class _Sending:
    """ASGI's `send`: a response in one piece is one call, another becomes a stream."""

    def __init__(self, protocol: HTTPProtocol) -> None:
        self._protocol = protocol
        self._status = 500
        self._headers: list[tuple[str, str]] = []
        self._stream: Any = None

    async def __call__(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self._status, said = message["status"], message.get("headers", [])
            self._headers = as_text(said)
            return
        body, is_more = message.get("body", b""), message.get("more_body", False)
        try:
            if self._stream is None and not is_more:
                self._protocol.response_bytes(self._status, self._headers, body)
                return
            if self._stream is None:
                self._stream = self._protocol.response_stream(self._status, self._headers)
            if body:
                await self._stream.send_bytes(body)
        except ProtocolClosed as error:
            raise ReaderWentAwayError from error


def _end_streams_on_signal(hub: Hub, loop: asyncio.AbstractEventLoop) -> None:
    """End event streams as soon as the process is told to stop.

    A server waits for open connections before it lets an application end, and an event stream is open for ever. The
    server's own handler still runs: asyncio hears of signals through its wake-up descriptor, and the handler that was
    there is called.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGINT):
        before = signal.getsignal(number)

        def handle(number: int, frame: FrameType | None, before: Any = before) -> None:
            loop.call_soon_threadsafe(hub.close)
            if callable(before):
                before(number, frame)

        signal.signal(number, handle)
