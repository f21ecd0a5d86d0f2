"""Event streams: who hears what, and what a slow or greedy reader costs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from alliance.front.serving import Front, Limits
from alliance.front.streams import MOST_BYTES, QUEUE, Hub, Streams
from tests.front.asgi import OpenStream, ask
from tests.front.conftest import Script, make_front


def run(work: Callable[[], Awaitable[Any]]) -> Any:
    return asyncio.run(work())  # type: ignore[arg-type]


def said(topic: str, **data: Any) -> str:
    return json.dumps({"topic": topic, **data})


def test_an_announcement_reaches_those_who_asked_for_its_topic(front: Front) -> None:
    async def work() -> tuple[OpenStream, bytes, bytes]:
        boards = OpenStream(front, "/stream?topic=board:a&topic=board:b")
        votes = OpenStream(front, "/stream?topic=vote:7")
        await boards.until(b"retry:")
        await votes.until(b"retry:")
        front.hub.publish(said("board:b", number=3))
        front.hub.publish(said("vote:7", state="closed", title="deuxième\nligne"))
        one, two = await boards.until(b"board:b"), await votes.until(b"vote:7")
        await boards.close()
        await votes.close()
        assert len(front.hub) == 0
        return boards, one, two

    stream, one, two = run(work)
    assert stream.answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert stream.answer.headers["cache-control"] == "no-store"
    assert b'id: 1\ndata: {"topic":"board:b","number":3}\n\n' in one
    assert b"vote" not in one
    assert 'data: {"topic":"vote:7","state":"closed","title":"deuxième\\nligne"}\n\n'.encode() in two  # fmt: skip


BAD = [
    "", "topic=", "topic=board", "topic=BOARD:x", "topic=board:x%20y", "topic=board:x%0A", "topic=b:%C3%A9",
    "topic=board:" + "x" * 101, "topic=board:a&topic=no", "&".join(f"topic=board:{n}" for n in range(11)), "x=board:a",
]  # fmt: skip


@pytest.mark.parametrize("query", BAD)
def test_a_bad_topic_is_a_problem_document(query: str, front: Front) -> None:
    answer = run(lambda: ask(front, f"/stream?{query}"))
    assert answer.status == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert json.loads(answer.body)["code"] == "bad-topic"


def test_a_stream_can_only_be_read(front: Front, script: Script) -> None:
    assert run(lambda: ask(front, "/stream?topic=board:a", method="POST")).status == 405
    assert not script.calls


def test_silence_is_broken_by_heartbeats() -> None:
    async def work() -> bytes:
        streams = Streams(Hub(10, 10), behind_proxy=False, heartbeat=0.02)
        stream = OpenStream(streams, "/stream?topic=board:a")
        text = await stream.until(b":\n\n:\n\n:\n\n")
        await stream.close()
        return text

    assert run(work).startswith(b"retry: ")


def test_streams_are_bounded_for_one_address_and_for_all(script: Script) -> None:
    front = make_front(script, limits=Limits(threads=1, streams=3, streams_per_address=2))

    async def work() -> list[int]:
        url = "/stream?topic=board:a"
        same = [OpenStream(front, url) for _ in range(2)]
        for stream in same:
            await stream.until(b"retry:")
        third_of_one = await ask(front, url)
        other = OpenStream(front, url, client=("192.0.2.8", 1))
        await other.until(b"retry:")
        fourth_of_all = await ask(front, url, client=("192.0.2.9", 1))
        await same[0].close()
        again = OpenStream(front, url)
        await again.until(b"retry:")
        for stream in (same[1], other, again):
            await stream.close()
        assert not front.hub._by_address
        assert not front.hub._by_topic
        assert third_of_one.headers["retry-after"] == "30"
        return [third_of_one.status, fourth_of_all.status]

    assert run(work) == [503, 503]
    front.close_threads()


def test_behind_a_proxy_the_address_is_the_one_it_names(script: Script) -> None:
    front = make_front(script, behind_proxy=True, limits=Limits(threads=1, streams_per_address=1))

    async def work() -> list[bool]:
        headers = {"X-Forwarded-For": "198.51.100.1, 203.0.113.5"}
        one = OpenStream(front, "/stream?topic=board:a", headers=headers)
        await one.until(b"retry:")
        second = await ask(front, "/stream?topic=board:a", headers=headers)
        spoofed = {"X-Forwarded-For": "1.2.3.4, 203.0.113.5"}
        third = await ask(front, "/stream?topic=board:a", spoofed)
        await one.close()
        return [second.status == 503, third.status == 503]

    assert run(work) == [True, True]
    front.close_threads()


def test_a_reader_too_slow_is_let_go_and_costs_no_memory(front: Front) -> None:
    async def work() -> tuple[int, int]:
        slow, quick = (OpenStream(front, "/stream?topic=board:a") for _ in range(2))
        await slow.until(b"retry:")
        await quick.until(b"retry:")
        slow.blocked.clear()
        most = 0
        for number in range(2000):
            front.hub.publish(said("board:a", number=number, pad="x" * 20))
            most = max([most, *[len(r.waiting) for r in front.hub._readers]])
            if number % 10 == 0:
                await asyncio.sleep(0)
        await quick.until(b'"number":1999')
        slow.blocked.set()
        async with asyncio.timeout(5):
            await slow.task  # ended by the server, without what it missed
        await quick.close()
        return most, slow.answer.body.count(b"data:")

    most, got = run(work)
    assert most <= QUEUE
    assert got <= 2 * QUEUE


def test_a_connection_ends_after_so_many_bytes(front: Front) -> None:
    """A server may take and hold everything for a reader who takes nothing; so there is an end to it."""

    async def work() -> bytes:
        stream = OpenStream(front, "/stream?topic=board:a")
        await stream.until(b"retry:")
        pad = "x" * 7000
        async with asyncio.timeout(10):
            while not stream.task.done():
                front.hub.publish(said("board:a", pad=pad))
                await asyncio.sleep(0)
        assert len(front.hub) == 0
        return stream.answer.body

    assert MOST_BYTES < len(run(work)) < MOST_BYTES + (QUEUE + 1) * 7100


@pytest.mark.parametrize(
    "payload", ["", "no json", "[]", "3", '{"a":1}', '{"topic":[]}', '{"topic":null}']
)
def test_an_announcement_that_makes_no_sense_is_ignored(payload: str, front: Front) -> None:
    async def work() -> None:
        stream = OpenStream(front, "/stream?topic=board:a")
        await stream.until(b"retry:")
        front.hub.publish(payload)
        front.hub.publish(said("board:a"))
        assert (await stream.until(b"board:a")).count(b"data:") == 1
        await stream.close()

    run(work)


def test_stopping_ends_every_stream(front: Front) -> None:
    async def work() -> None:
        streams = [OpenStream(front, "/stream?topic=board:a") for _ in range(5)]
        for stream in streams:
            await stream.until(b"retry:")
        await front.stop()
        async with asyncio.timeout(5):
            await asyncio.gather(*[stream.task for stream in streams])
        assert len(front.hub) == 0

    run(work)
