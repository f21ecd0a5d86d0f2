"""The third door: whatever isn't public bytes or a stream goes to Django in a thread, with the reader's own headers.

A thread is a scarce thing, so it never waits for a reader: the request's body is read before, within a size and a time,
and the response of a reader who went away is thrown away.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final
from urllib.parse import quote

from a2wsgi import WSGIMiddleware
from django.utils.translation import gettext as _

from alliance.front.protocol import Receive, Scope, Send, refuse, refuse_as_busy
from alliance.front.render import WsgiApplication

LARGEST_BODY: Final = (
    1024 * 1024 + 64 * 1024
)  # a little above Django's own limit, which says more clearly what to do
BODY_SECONDS: Final = 20.0
MOST_WAITING: Final = 256
_FRAMING: Final = frozenset({b"content-length", b"transfer-encoding"})


class Passing:
    """Calls a WSGI application in a bounded number of threads; refuses when too many already wait."""

    def __init__(self, app: WsgiApplication, threads: int) -> None:
        self._bridge: Any = WSGIMiddleware(app, workers=threads)  # type: ignore[arg-type]
        self._inside = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _read_body(receive, send)
        if body is None:
            return
        if self._inside >= MOST_WAITING:
            await refuse_as_busy(send)
            return
        self._inside += 1
        try:
            await self._bridge(_cleaned(scope, body), _replay(body), _patient(send))
        finally:
            self._inside -= 1

    def close(self) -> None:
        """Let the threads end; what waits for one is dropped."""
        self._bridge.executor.shutdown(wait=False, cancel_futures=True)


async def _read_body(receive: Receive, send: Send) -> bytes | None:
    """Return the whole body, or None when it was refused or the reader went away."""
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return None
                body += message.get("body", b"")
                if len(body) > LARGEST_BODY:
                    await refuse(send, 413, "too-large", _("This is more than the portal accepts."))
                    return None
                if not message.get("more_body", False):
                    return bytes(body)
    except TimeoutError:
        await refuse(send, 408, "timeout", _("The request took too long to arrive."))
        return None


def _cleaned(scope: Scope, body: bytes) -> Scope:
    """Return the scope without what WSGI would misread, and with the length of the body that arrived.

    WSGI turns `-` and `_` in header names into the same, so a header with `_` could pretend to be one a proxy sets. A
    body sent in chunks has no length of its own, and Django would read nothing of it.
    """
    cleaned = dict(scope)
    cleaned["headers"] = [
        pair for pair in scope["headers"] if b"_" not in pair[0] and pair[0] not in _FRAMING
    ]
    if body or scope["method"] not in ("GET", "HEAD"):
        cleaned["headers"].append((b"content-length", str(len(body)).encode()))
    if not scope["query_string"].isascii():
        cleaned["query_string"] = quote(scope["query_string"], safe="!$&'()*+,;=:@/?%-._~").encode()
    return cleaned


def _replay(body: bytes) -> Receive:
    messages = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> dict[str, Any]:
        return next(messages, {"type": "http.disconnect"})

    return receive


def _patient(send: Send) -> Send:
    """Swallow what a reader who went away can't take: the thread behind must not wait for them."""
    is_gone = False

    async def safe(message: dict[str, Any]) -> None:
        nonlocal is_gone
        if is_gone:
            return
        try:
            await send(message)
        except Exception:  # servers raise different things for a closed connection
            is_gone = True

    return safe
