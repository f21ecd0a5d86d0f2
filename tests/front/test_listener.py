"""What commits in PostgreSQL reaches the front, what is rolled back doesn't, and a broken connection loses nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import psycopg
import pytest
from asgiref.sync import sync_to_async
from django.db import connection, transaction

from alliance import pages
from alliance.front.listener import Listener, database_parameters
from alliance.front.serving import Front
from tests.front.asgi import OpenStream, ask
from tests.front.conftest import Script, make_front, public

pytestmark = pytest.mark.django_db(transaction=True)


def in_database(work: Callable[[], None]) -> Awaitable[None]:
    """Run Django's synchronous database work from a coroutine, and close its connection."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    return sync_to_async(run, thread_sensitive=True)()


@asynccontextmanager
async def listening(script: Script) -> AsyncIterator[Front]:
    listener = Listener(database_parameters)
    front = make_front(script, listener=listener)
    front.start(asyncio.get_running_loop())
    async with asyncio.timeout(10):
        await listener.is_listening.wait()
    try:
        yield front
    finally:
        await front.stop()


async def until(check: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not check():
            await asyncio.sleep(0.01)


def is_purged(front: Front, path: str) -> bool:
    kept = front.reading.store.get((path, b""))
    assert kept is not None
    return kept.is_purged


def test_a_purge_arrives_at_commit_and_not_at_rollback(script: Script) -> None:
    script.pages |= {f"/en/{key}": public(key, f"board:{key}") for key in "abc"}

    def change() -> None:
        with transaction.atomic():
            pages.purge("board:a")
        with transaction.atomic():
            pages.purge("board:b")
            transaction.set_rollback(True)
        pages.purge("board:c")

    async def work() -> None:
        async with listening(script) as front:
            for key in "abc":
                await ask(front, f"/en/{key}")
            await in_database(change)
            await until(lambda: is_purged(front, "/en/c"))
            assert is_purged(front, "/en/a")
            assert not is_purged(front, "/en/b")

    asyncio.run(work())


def test_nothing_is_purged_before_the_commit(script: Script) -> None:
    script.pages["/en/a"] = public("a", "board:a")

    async def work() -> None:
        async with listening(script) as front:
            await ask(front, "/en/a")
            link = await psycopg.AsyncConnection.connect(**database_parameters())
            await link.execute("SELECT pg_notify(%s, %s)", [pages.PAGES_CHANNEL, "x board:a y"])
            await asyncio.sleep(0.2)
            assert not is_purged(front, "/en/a")
            await link.commit()
            await until(lambda: is_purged(front, "/en/a"))
            await link.close()

    asyncio.run(work())


def test_thousands_of_keys_fit(script: Script) -> None:
    script.pages["/en/a"] = public("a", "board:2999")

    async def work() -> None:
        async with listening(script) as front:
            await ask(front, "/en/a")
            await in_database(lambda: pages.purge(*[f"board:{n}" for n in range(3000)]))
            await until(lambda: is_purged(front, "/en/a"))

    asyncio.run(work())


def test_an_open_page_hears_what_was_announced(script: Script) -> None:
    def change() -> None:
        with transaction.atomic():
            pages.announce("board:a", number=1)
            transaction.set_rollback(True)
        with transaction.atomic():
            pages.announce("board:a", number=2)

    async def work() -> bytes:
        async with listening(script) as front:
            stream = OpenStream(front, "/stream?topic=board:a")
            await stream.until(b"retry:")
            await in_database(change)
            text = await stream.until(b"data:")
            await stream.close()
            return text

    text = asyncio.run(work())
    assert b'"number":2' in text
    assert b'"number":1' not in text


def test_after_a_broken_connection_everything_is_made_again(script: Script) -> None:
    """The server ends our session; what was announced meanwhile is lost, so pages are old and streams start again."""
    script.pages["/en/a"] = public("a", "board:a")

    async def work() -> None:
        async with listening(script) as front:
            await ask(front, "/en/a")
            stream = OpenStream(front, "/stream?topic=board:a")
            await stream.until(b"retry:")
            await in_database(_end_sessions)
            async with asyncio.timeout(10):
                await stream.task
            assert is_purged(front, "/en/a")
            await ask(front, "/en/a")
            assert not is_purged(front, "/en/a")
            await in_database(lambda: pages.purge("board:a"))
            await until(lambda: is_purged(front, "/en/a"))

    asyncio.run(work())


def _end_sessions() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'front' AND datname = current_database()"
        )
        assert cursor.rowcount == 1


def test_without_a_database_pages_are_still_shown(script: Script) -> None:
    """The listener can't connect, and Django fails: the last page stays."""
    tries: list[int] = []

    def nowhere() -> dict[str, Any]:
        tries.append(1)
        return {"host": "127.0.0.1", "port": "1", "connect_timeout": "2"}

    async def work() -> None:
        front = make_front(script, listener=Listener(nowhere))
        front.start(asyncio.get_running_loop())
        script.pages["/en/a"] = public("good", "a")
        await ask(front, "/en/a")
        script.pages["/en/a"] = (500, {}, b"no database")
        front.reading.store.purge_all()
        answer = await ask(front, "/en/a")
        assert (answer.status, answer.body) == (200, b"good")
        assert answer.headers["warning"].startswith("110")
        await until(lambda: len(tries) > 2)
        await front.stop()

    asyncio.run(work())
