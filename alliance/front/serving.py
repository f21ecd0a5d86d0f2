"""Which door a request takes, and what lives as long as the process."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType
from typing import Any
from urllib.parse import SplitResult

from alliance.front.kept import Key
from alliance.front.listener import Listener
from alliance.front.passing import Passing
from alliance.front.protocol import Receive, Scope, Send
from alliance.front.reading import Reading
from alliance.front.render import Captured, WsgiApplication, environ, render
from alliance.front.store import Store
from alliance.front.streams import PATH as STREAM_PATH
from alliance.front.streams import Hub, Streams

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limits:
    """What one process may use. Pages for memory and requests of readers have `threads` each."""

    threads: int = 4
    memory: int = 64 * 1024 * 1024
    streams: int = 2000
    streams_per_address: int = 20


class Front:
    """The ASGI application."""

    def __init__(
        self,
        app: WsgiApplication,
        *,
        origin: SplitResult,
        listener: Listener | None,
        limits: Limits = Limits(),
        behind_proxy: bool = False,
    ) -> None:
        self._app = app
        self._origin = origin
        self._listener = listener
        self._behind_proxy = behind_proxy
        self._threads = ThreadPoolExecutor(limits.threads, thread_name_prefix="pages")
        self._listening: asyncio.Task[None] | None = None
        self.reading = Reading(Store(limits.memory), self._make)
        self.passing = Passing(app, limits.threads)
        self.hub = Hub(limits.streams, limits.streams_per_address)
        self.streams = Streams(self.hub, behind_proxy=behind_proxy)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._other(scope, receive, send)
        elif scope["path"] == STREAM_PATH:
            await self.streams(scope, receive, send)
        elif not await self._read(scope, send):
            await self.passing(scope, receive, send)

    async def _read(self, scope: Scope, send: Send) -> bool:
        if scope["method"] not in ("GET", "HEAD") or not self._is_secure_enough(scope):
            return False
        return await self.reading.answer(scope, send)

    def _is_secure_enough(self, scope: Scope) -> bool:
        """Say whether pages may be shown over this connection; Django answers the others with its redirect."""
        if self._origin.scheme != "https" or scope.get("scheme") == "https":
            return True
        said = dict(scope["headers"]).get(b"x-forwarded-proto", b"")
        return self._behind_proxy and said == b"https"

    async def _other(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self.start()
        end_streams_on_signal(self.hub)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.stop()
        await send({"type": "lifespan.shutdown.complete"})

    def start(self) -> None:
        """Begin to listen to the database; the portal answers before and without it."""
        if self._listener is not None and self._listening is None:
            self._listening = asyncio.create_task(
                self._listener.run(
                    on_pages=self._purge, on_stream=self.hub.publish, on_gap=self._on_gap
                )
            )

    async def stop(self) -> None:
        """End streams and threads in good order."""
        self.hub.close()
        if self._listening is not None:
            self._listening.cancel()
            with suppress(asyncio.CancelledError):
                await self._listening
            self._listening = None
        self.close_threads()

    def close_threads(self) -> None:
        """Let the threads end; what waits for one is dropped."""
        self.passing.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _purge(self, payload: str) -> None:
        self.reading.store.purge(payload.split())

    def _on_gap(self) -> None:
        self.reading.store.purge_all()
        self.hub.end_all()

    async def _make(self, key: Key) -> Captured:
        """Make a page for nobody in a thread; an application that raises is a failure like its own 500."""
        context = contextvars.copy_context()
        loop = asyncio.get_running_loop()
        try:
            request = environ(self._origin, *key)
            made: Captured = await loop.run_in_executor(
                self._threads, context.run, render, self._app, request
            )
        except Exception:
            logger.exception("making %s failed", key[0])
            return Captured(500, [(b"content-type", b"text/plain")], b"Server error\n")
        return made


def end_streams_on_signal(hub: Hub) -> None:
    """End event streams as soon as the process is told to stop.

    A server waits for open connections before it says `lifespan.shutdown`, and an event stream is open for ever. The
    server's own handler still runs: asyncio hears of signals through its wake-up descriptor, and the handler that was
    there is called.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        before = signal.getsignal(number)

        def handle(number: int, frame: FrameType | None, before: Any = before) -> None:
            loop.call_soon_threadsafe(hub.close)
            if callable(before):
                before(number, frame)

        signal.signal(number, handle)
