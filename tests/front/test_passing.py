"""Everything else reaches Django as it came, and a slow or greedy reader doesn't hold a thread."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest

from alliance.front import passing
from alliance.front.passing import Passing
from alliance.front.serving import Front
from tests.front.asgi import ask, scope
from tests.front.conftest import Script, make_front


def test_the_request_arrives_whole(front: Front, script: Script) -> None:
    script.pages["/en/form"] = lambda e: (201, {"X-A": "1"}, e["wsgi.input"].read()[::-1])
    headers = {"Cookie": "a=b", "Content-Type": "text/plain", "Content-Length": "5"}
    answer = asyncio.run(ask(front, "/en/form?x=%20y", headers, method="POST", body=b"hello"))  # type: ignore[arg-type]
    assert (answer.status, answer.body, answer.headers["x-a"]) == (201, b"olleh", "1")
    (environ,) = script.seen
    assert environ["HTTP_COOKIE"] == "a=b"
    assert environ["CONTENT_TYPE"] == "text/plain"
    assert environ["QUERY_STRING"] == "x=%20y"
    assert environ["REMOTE_ADDR"] == "192.0.2.7"


def test_headers_that_pretend_to_come_from_a_proxy_are_dropped(
    front: Front, script: Script
) -> None:
    script.pages["/x"] = (200, {}, b"ok")
    asyncio.run(ask(front, "/x", {"X_Forwarded_Proto": "https"}, method="POST"))  # type: ignore[arg-type]
    assert "HTTP_X_FORWARDED_PROTO" not in script.seen[0]


def test_a_query_that_is_not_ascii_is_escaped(front: Front, script: Script) -> None:
    script.pages["/x"] = (200, {}, b"ok")
    answer = asyncio.run(ask(front, "/x?q=\xe9&a=%20"))  # type: ignore[arg-type]
    assert answer.status == 200
    assert script.seen[0]["QUERY_STRING"] == "q=%E9&a=%20"


def test_a_body_too_large_is_refused_before_django(front: Front, script: Script) -> None:
    body = b"x" * (passing.LARGEST_BODY + 1)
    answer = asyncio.run(ask(front, "/x", method="POST", body=body))  # type: ignore[arg-type]
    assert answer.status == 413
    assert b'"code": "too-large"' in answer.body
    assert not script.calls


def test_a_body_too_slow_is_refused_before_django(
    front: Front, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passing, "BODY_SECONDS", 0.05)
    sent: list[dict[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        await asyncio.sleep(0.02)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(front(scope("POST", "/x"), receive, send))  # type: ignore[arg-type]
    assert sent[0]["status"] == 408
    assert not script.calls


def test_a_reader_who_goes_away_frees_the_thread(script: Script) -> None:
    """One thread; the first reader's connection breaks in the middle of a long response."""
    script.pages["/long"] = (200, {}, b"x")

    def long(environ: dict[str, Any], start_response: Any) -> Any:
        start_response("200 OK", [])
        return (b"x" * 1000 for _ in range(1000))

    async def broken(message: dict[str, Any]) -> None:
        raise ConnectionResetError

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def work() -> int:
        door = Passing(long, threads=1)
        await door(scope("GET", "/long"), receive, broken)
        answer = await ask(door, "/long")
        door.close()
        return len(answer.body)

    assert asyncio.run(work()) == 1_000_000


def test_too_many_waiting_are_refused_with_a_time(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passing, "MOST_WAITING", 3)
    script.pages["/x"] = (200, {}, b"ok")
    script.seconds = 0.1

    async def work() -> list[tuple[int, str | None]]:
        front = make_front(script)
        answers = await asyncio.gather(*[ask(front, "/x", method="POST") for _ in range(5)])
        front.close_threads()
        return sorted((a.status, a.headers.get("retry-after")) for a in answers)

    assert asyncio.run(work()) == [(200, None)] * 3 + [(503, "2")] * 2
