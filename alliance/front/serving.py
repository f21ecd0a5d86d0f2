"""Which door a request takes, and what lives as long as the process."""

from __future__ import annotations

import asyncio
import contextvars
import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
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
    """The doors, as an ASGI application; `rsgi` is how the server reaches it."""

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
        if scope["path"] == STREAM_PATH:
            await self.streams(scope, receive, send)
        elif not await self._read(scope, send):
            await self.passing(scope, receive, send)

    async def _read(self, scope: Scope, send: Send) -> bool:
        if scope["method"] not in ("GET", "HEAD"):
            return False
        said = dict(scope["headers"]).get(b"x-forwarded-proto", b"").decode("latin-1")
        if not self.is_secure_enough(scope["scheme"], said):
            return False
        return await self.reading.answer(scope, send)

    def is_secure_enough(self, scheme: str, forwarded: str | None) -> bool:
        """Say whether pages may be shown over this connection; Django answers the others with its redirect.

        `forwarded` is what `X-Forwarded-Proto` says, which counts only behind a proxy of ours.
        """
        if self._origin.scheme != "https" or scheme == "https":
            return True
        return self._behind_proxy and forwarded == "https"

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to listen to the database; the portal answers before and without it."""
        if self._listener is not None and self._listening is None:
            self._listening = loop.create_task(
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
