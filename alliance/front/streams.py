"""The second door: live events, as server-sent events, fed by what the database announces at commit.

An event is a doorbell ("board x has a new version"), never a record: whoever may have missed one is disconnected, comes
back by itself and reads the page again. So queues are short, nothing is replayed, and a connection ends after so many
bytes: whether its reader takes them can't be seen from here.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import re
from collections import Counter, deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs

from django.utils.translation import gettext as _

from alliance.front.protocol import SAFETY, Receive, Scope, Send, refuse

logger = logging.getLogger(__name__)

PATH: Final = "/stream"
TOPIC: Final = re.compile(r"[a-z-]{1,30}:[\w.\-]{1,100}", re.ASCII)
MOST_TOPICS: Final = 10
HEARTBEAT: Final = 15.0
QUEUE: Final = 64
MOST_BYTES: Final = 256 * 1024  # on one connection: a server may hold what a reader doesn't take
RETRY: Final = (1000, 5000)  # milliseconds; spread, so that readers don't come back all at once
HEADERS: Final = [
    *SAFETY,
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


@dataclass(eq=False)
class Reader:
    """One open stream. `ended` tells it to stop; its connection closes and the browser comes back."""

    topics: frozenset[str]
    address: str
    waiting: deque[bytes] = field(default_factory=deque)
    bell: asyncio.Event = field(default_factory=asyncio.Event)
    ended: bool = False

    def put(self, event: bytes) -> None:
        """Queue an event; a reader too slow to take them is let go."""
        if len(self.waiting) >= QUEUE:
            self.end()
            return
        self.waiting.append(event)
        self.bell.set()

    def end(self) -> None:
        """Stop, and forget what was not sent."""
        self.waiting.clear()
        self.ended = True
        self.bell.set()


class Hub:
    """Who listens to which topic."""

    def __init__(self, most: int, most_per_address: int) -> None:
        self._most = most
        self._most_per_address = most_per_address
        self._readers: set[Reader] = set()
        self._by_topic: dict[str, set[Reader]] = {}
        self._by_address: Counter[str] = Counter()
        self._number = 0
        self._is_closed = False

    def __len__(self) -> int:
        return len(self._readers)

    def join(self, topics: frozenset[str], address: str) -> Reader | None:
        """Return a new reader, or None when there are too many."""
        is_full = len(self._readers) >= self._most
        if self._is_closed or is_full or self._by_address[address] >= self._most_per_address:
            return None
        reader = Reader(topics, address)
        self._readers.add(reader)
        self._by_address[address] += 1
        for topic in topics:
            self._by_topic.setdefault(topic, set()).add(reader)
        return reader

    def leave(self, reader: Reader) -> None:
        """Forget a reader."""
        self._readers.discard(reader)
        self._by_address[reader.address] -= 1
        if not self._by_address[reader.address]:
            del self._by_address[reader.address]
        for topic in reader.topics:
            readers = self._by_topic.get(topic, set())
            readers.discard(reader)
            if not readers:
                self._by_topic.pop(topic, None)

    def publish(self, payload: str) -> None:
        """Hand an announcement to everybody who listens to its topic."""
        try:
            said = json.loads(payload)
            readers = self._by_topic.get(said["topic"], ())
        except (ValueError, KeyError, TypeError):
            logger.warning("an announcement without a topic was ignored")
            return
        self._number += 1
        data = json.dumps(said, separators=(",", ":"), ensure_ascii=False)
        event = f"id: {self._number}\ndata: {data}\n\n".encode()
        for reader in tuple(readers):
            reader.put(event)

    def close(self) -> None:
        """Let everybody go and take nobody more: the process stops."""
        self._is_closed = True
        self.end_all()

    def end_all(self) -> None:
        """Let everybody go: they may have missed something."""
        for reader in tuple(self._readers):
            reader.end()


class Streams:
    """GET /stream?topic=board:x&topic=vote:7"""

    def __init__(self, hub: Hub, *, behind_proxy: bool, heartbeat: float = HEARTBEAT) -> None:
        self.hub = hub
        self._behind_proxy = behind_proxy
        self._heartbeat = heartbeat

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "GET":
            await refuse(send, 405, "method", _("An event stream can only be read (GET)."))
            return
        wanted = parse_qs(scope["query_string"].decode("latin-1")).get("topic", [])
        topics = frozenset(wanted)
        if not 0 < len(topics) <= MOST_TOPICS or not all(TOPIC.fullmatch(t) for t in topics):
            title = _("Name one to ten topics, for example /stream?topic=board:language-id.")
            await refuse(send, 400, "bad-topic", title)
            return
        reader = self.hub.join(topics, self._address(scope))
        if reader is None:
            title = _("Too many event streams are open. The page still works without one.")
            await refuse(send, 503, "too-many-streams", title, retry_after=30)
            return
        try:
            await self._serve(reader, receive, send)
        finally:
            self.hub.leave(reader)

    def _address(self, scope: Scope) -> str:
        if self._behind_proxy:
            said = dict(scope["headers"]).get(b"x-forwarded-for", b"").rpartition(b",")[2].strip()
            if said:
                return str(said.decode("latin-1"))
        return str((scope.get("client") or ("",))[0])

    async def _serve(self, reader: Reader, receive: Receive, send: Send) -> None:
        gone = asyncio.create_task(_wait_until_gone(reader, receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            await _write(send, f"retry: {random.randint(*RETRY)}\n\n".encode())  # noqa: S311 - no secret
            written = 0
            while not reader.ended and written < MOST_BYTES:
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._heartbeat):
                        await reader.bell.wait()
                reader.bell.clear()
                batch = b"".join(reader.waiting) if reader.waiting else b":\n\n"
                reader.waiting.clear()
                if not reader.ended:
                    await _write(send, batch)
                    written += len(batch)
            if not gone.done():
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            gone.cancel()


async def _write(send: Send, data: bytes) -> None:
    await send({"type": "http.response.body", "body": data, "more_body": True})


async def _wait_until_gone(reader: Reader, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue
    reader.end()
