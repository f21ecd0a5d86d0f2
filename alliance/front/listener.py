"""What the database announces at commit, heard on one connection that is opened again whenever it breaks."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Final

import psycopg
from django.db import connection
from psycopg import sql

from alliance.pages import PAGES_CHANNEL, STREAM_CHANNEL

logger = logging.getLogger(__name__)

PROBE: Final = 10.0  # seconds of silence after which the connection is asked whether it lives
ANSWER: Final = 5.0
PAUSES: Final = (0.1, 0.5, 1.0, 2.0, 5.0)

Hear = Callable[[str], None]
_NOT_FOR_PSYCOPG: Final = {"pool", "isolation_level", "assume_role", "server_side_binding"}


def database_parameters() -> dict[str, Any]:
    """Return how to reach Django's database, as libpq wants it."""
    said = connection.settings_dict
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}  # fmt: skip
    given = {ours: said[theirs] for theirs, ours in names.items() if said.get(theirs)}
    options = {
        name: value for name, value in said["OPTIONS"].items() if name not in _NOT_FOR_PSYCOPG
    }
    keep_alive = {"keepalives_idle": 15, "keepalives_interval": 5, "keepalives_count": 3}
    return {"connect_timeout": 5, "application_name": "front", **keep_alive, **options, **given}


class Listener:
    """Hears both channels; `on_gap` is called whenever something may have been missed, before anything newer."""

    def __init__(self, parameters: Callable[[], dict[str, Any]]) -> None:
        self._parameters = parameters
        self.is_listening = asyncio.Event()

    async def run(self, *, on_pages: Hear, on_stream: Hear, on_gap: Callable[[], None]) -> None:
        """Listen until cancelled."""
        heard = {PAGES_CHANNEL: on_pages, STREAM_CHANNEL: on_stream}
        failures = 0
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    **self._parameters(), autocommit=True
                ) as link:
                    for channel in heard:
                        await link.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
                    on_gap()
                    self.is_listening.set()
                    failures = 0
                    await self._hear(link, heard)
            except (
                Exception
            ) as error:  # whatever it is, a front that stopped listening would show old pages
                self.is_listening.clear()
                if not failures:
                    logger.warning("no notifications: %s: %s", type(error).__name__, error)
                await asyncio.sleep(PAUSES[min(failures, len(PAUSES) - 1)])
                failures += 1

    async def _hear(self, link: psycopg.AsyncConnection[Any], heard: dict[str, Hear]) -> None:
        while True:
            async for notice in link.notifies(timeout=PROBE):
                heard[notice.channel](notice.payload)
            async with asyncio.timeout(ANSWER):
                await link.execute("SELECT 1")
