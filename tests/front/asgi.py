"""A small ASGI client: one call per request, and streams that can be read piece by piece."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

App = Callable[..., Any]


@dataclass
class Answer:
    """What came back."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def came_from(self) -> str:
        return self.headers.get("cache-status", "")


def scope(
    method: str, url: str, headers: dict[str, str] | None = None, **more: Any
) -> dict[str, Any]:
    """Return the scope of a request from a reader."""
    path, _, query = url.partition("?")
    pairs = [(n.lower().encode(), v.encode("latin-1")) for n, v in (headers or {}).items()]
    return {
        "type": "http", "method": method, "path": path, "query_string": query.encode("latin-1"),
        "headers": [(b"host", b"testserver"), *pairs], "http_version": "1.1", "scheme": "http",
        "client": ("192.0.2.7", 4711), "server": ("127.0.0.1", 8000),
    } | more  # fmt: skip


async def ask(
    app: App,
    url: str,
    headers: dict[str, str] | None = None,
    *,
    method: str = "GET",
    body: bytes = b"",
    **more: Any,
) -> Answer:
    """Make one request and return its whole answer."""
    answer = Answer()
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> MutableMapping[str, Any]:
        if messages:
            return messages.pop(0)
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            for name, value in message["headers"]:
                answer.headers[name.decode()] = value.decode("latin-1")
        else:
            answer.body += message.get("body", b"")

    async with asyncio.timeout(20):
        await app(scope(method, url, headers, **more), receive, send)
    return answer


class OpenStream:
    """An event stream that stays open; `lines` grows as the server writes."""

    def __init__(self, app: App, url: str, **more: Any) -> None:
        self.answer = Answer()
        self.blocked = asyncio.Event()  # cleared: the reader takes nothing
        self.blocked.set()
        self._gone = asyncio.Event()
        self._grew = asyncio.Event()
        self.task = asyncio.create_task(app(scope("GET", url, **more), self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        await self.blocked.wait()
        if message["type"] == "http.response.start":
            self.answer.status = message["status"]
            self.answer.headers = {n.decode(): v.decode() for n, v in message["headers"]}
        self.answer.body += message.get("body", b"")
        self._grew.set()

    async def until(self, text: bytes) -> bytes:
        """Wait for a piece of text and return everything so far."""
        async with asyncio.timeout(10):
            while text not in self.answer.body:
                self._grew.clear()
                await self._grew.wait()
        return self.answer.body

    async def close(self) -> None:
        """Go away."""
        self._gone.set()
        self.blocked.set()
        async with asyncio.timeout(10):
            await self.task
