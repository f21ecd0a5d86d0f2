"""Public pages come from memory: once made, made once, never mixed with anything of a reader."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from alliance.front import reading
from alliance.front.serving import Front
from tests.front.asgi import Answer, ask
from tests.front.conftest import Clock, Script, make_front, public

PAGE = "<p>" + "page " * 400


def run(work: Callable[[], Awaitable[Any]]) -> Any:
    return asyncio.run(work())  # type: ignore[arg-type]


async def several(front: Front, *urls: str, **more: Any) -> list[Answer]:
    return [await ask(front, url, **more) for url in urls]


def test_the_second_reader_is_answered_from_memory(front: Front, script: Script) -> None:
    script.pages["/en/a"] = public(PAGE, "a")
    first, second = run(lambda: several(front, "/en/a", "/en/a"))
    assert (first.status, first.body) == (second.status, second.body) == (200, PAGE.encode())
    assert script.calls["/en/a"] == 1
    assert first.came_from == "portal; fwd=uri-miss"
    assert second.came_from == "portal; hit"
    assert second.headers["surrogate-key"] == "a"
    assert second.headers["content-length"] == str(len(PAGE))


def test_fifty_readers_at_once_wait_for_one_render(front: Front, script: Script) -> None:
    script.pages["/en/a"] = public(PAGE, "a")
    script.seconds = 0.2

    async def work() -> list[Answer]:
        return list(await asyncio.gather(*[ask(front, "/en/a") for _ in range(50)]))

    answers = run(work)
    assert {a.body for a in answers} == {PAGE.encode()}
    assert script.calls["/en/a"] == 1


def test_the_page_is_made_for_nobody(front: Front, script: Script) -> None:
    script.pages["/en/a"] = public(PAGE, "a")
    mine = {
        "Cookie": "session=secret", "Accept-Language": "fr", "User-Agent": "me", "If-None-Match": '"x"',
        "Range": "bytes=0-1", "Accept-Encoding": "gzip", "X-Forwarded-For": "192.0.2.9", "Host": "evil.example",
    }  # fmt: skip
    answer = run(lambda: ask(front, "/en/a?q=1", mine))
    assert answer.status == 200
    (environ,) = script.seen
    sent = {name for name in environ if name.startswith("HTTP_")}
    assert sent == {"HTTP_HOST", "HTTP_ACCEPT"}
    assert environ["HTTP_HOST"] == "portal.cast.example"
    assert environ["REMOTE_ADDR"] == "127.0.0.1"
    assert environ["QUERY_STRING"] == "q=1"


@pytest.mark.parametrize(
    ("asked", "is_packed"),
    [
        ("gzip", True), ("gzip, deflate, br, zstd", True), ("*", True), ("gzip;q=0.5", True), ("GZIP", True),
        ("", False), ("br", False), ("gzip;q=0", False), ("gzip;q=0, *", False), ("identity", False),
        ("gzip;q=x", False),
    ],
)  # fmt: skip
def test_compression_is_negotiated(
    asked: str, is_packed: bool, front: Front, script: Script
) -> None:
    script.pages["/en/a"] = public(PAGE, "a")
    answer = run(lambda: ask(front, "/en/a", {"Accept-Encoding": asked}))
    assert ("content-encoding" in answer.headers) == is_packed
    assert (gzip.decompress(answer.body) if is_packed else answer.body) == PAGE.encode()
    assert answer.headers["vary"] == "accept-encoding"
    assert answer.headers["content-length"] == str(len(answer.body))
    assert answer.headers["etag"].startswith('W/"')


def test_images_and_short_pages_are_not_compressed(front: Front, script: Script) -> None:
    script.pages["/en/a"] = public("short", "a")
    script.pages["/logo.png"] = public(PAGE, "a", Content_Type="image/png")
    for answer in run(lambda: several(front, "/en/a", "/logo.png", headers={"Accept-Encoding": "gzip"})):  # fmt: skip
        assert "content-encoding" not in answer.headers


def test_who_has_the_page_gets_304(front: Front, script: Script) -> None:
    script.pages["/en/a"] = public(PAGE, "a", ETag='W/"v1"')

    async def work() -> list[Answer]:
        await ask(front, "/en/a")
        tags = ['W/"v1"', '"v1"', '"v0", W/"v1"', "*", '"v2"', '"v11"']
        return [await ask(front, "/en/a", {"If-None-Match": tag}) for tag in tags]

    answers = run(work)
    assert [a.status for a in answers] == [304, 304, 304, 304, 200, 200]
    assert answers[0].body == b""
    assert answers[0].headers["etag"] == 'W/"v1"'
    assert answers[0].headers["cache-control"] == "public, max-age=15"
    assert "content-length" not in answers[0].headers
    assert script.calls["/en/a"] == 1


def test_head_is_a_page_without_its_body(front: Front, script: Script) -> None:
    script.pages["/en/a"] = public(PAGE, "a")
    head = run(lambda: ask(front, "/en/a", method="HEAD"))
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == str(len(PAGE))
    assert script.seen[0]["REQUEST_METHOD"] == "GET"


NOT_KEPT: list[tuple[str, Any]] = [
    ("private", (200, {"Cache-Control": "private, no-store"}, b"x")),
    ("silent", (200, {}, b"x")),
    ("public and no-store", (200, {"Cache-Control": "public, no-store", "Surrogate-Key": "a"}, b"x")),
    ("public without a time or a key", (200, {"Cache-Control": "public"}, b"x")),
    ("public with a cookie", public("x", "a", Set_Cookie="session=1")),
    ("varies by everything", public("x", "a", Vary="*")),
    ("encoded already", public("x", "a", Content_Encoding="br")),
    ("part of a page", public("x", "a", Content_Range="bytes 0-1/2")),
    ("not found", (404, {"Cache-Control": "public, max-age=60"}, b"x")),
    ("a redirect", (302, {"Cache-Control": "public, max-age=60", "Location": "/"}, b"")),
]  # fmt: skip


@pytest.mark.parametrize("reply", [r for _, r in NOT_KEPT], ids=[n for n, _ in NOT_KEPT])
def test_other_responses_are_never_kept(reply: Any, front: Front, script: Script) -> None:
    script.pages["/x"] = reply
    cookies = {"Cookie": "session=1"}
    answers = run(lambda: several(front, "/x", "/x", headers=cookies))
    assert len(front.reading.store) == 0
    assert script.calls["/x"] >= 2
    assert [a.status for a in answers] == [reply[0], reply[0]]
    assert all("hit" not in a.came_from for a in answers)


def test_a_private_page_is_made_with_the_readers_own_headers(front: Front, script: Script) -> None:
    def page(environ: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        who = environ.get("HTTP_COOKIE", "nobody")
        return 200, {"Cache-Control": "private, no-store"}, f"hello {who}".encode()

    script.pages["/en/me"] = page

    async def work() -> list[Answer]:
        readers = [{"Cookie": f"session={n}"} for n in range(20)]
        return list(await asyncio.gather(*[ask(front, "/en/me", r) for r in readers]))

    assert [a.body for a in run(work)] == [f"hello session={n}".encode() for n in range(20)]


def test_nobody_shares_a_cookie_set_for_another(front: Front, script: Script) -> None:
    numbers = iter(range(100))
    script.pages["/en/form"] = lambda environ: (403, {"Set-Cookie": f"csrf={next(numbers)}"}, b"x")

    async def work() -> list[Answer]:
        return list(await asyncio.gather(*[ask(front, "/en/form") for _ in range(10)]))

    cookies = [a.headers["set-cookie"] for a in run(work)]
    assert len(set(cookies)) == 10


@pytest.mark.parametrize(
    ("headers", "is_made_again"),
    [({}, False), ({"Accept-Language": "fr"}, True), ({"Cookie": "a=b"}, True)],
)
def test_a_redirect_that_could_depend_on_the_reader_is_made_for_them(
    headers: dict[str, str], is_made_again: bool, front: Front, script: Script
) -> None:
    script.pages["/"] = lambda e: (302, {"Location": f"/{e.get('HTTP_ACCEPT_LANGUAGE', 'en')}/"}, b"")  # fmt: skip
    answer = run(lambda: ask(front, "/", headers))
    assert answer.headers["location"] == f"/{headers.get('Accept-Language', 'en')}/"
    assert script.calls["/"] == 1 + is_made_again


@pytest.mark.parametrize(
    "path", ["/en/accounts/login/", "/fr/accounts/x", "/staff/", "/accounts/", "/healthz"]
)
def test_accounts_and_staff_go_straight_to_django(path: str, front: Front, script: Script) -> None:
    script.pages[path] = public(PAGE, "a")
    run(lambda: several(front, path, path))
    assert script.calls[path] == 2
    assert len(front.reading.store) == 0


def test_a_request_with_a_key_of_the_api_goes_to_django(front: Front, script: Script) -> None:
    script.pages["/api/v1/x"] = lambda e: public(e.get("HTTP_AUTHORIZATION", "nobody"), "a")

    async def work() -> list[Answer]:
        key = {"Authorization": "Bearer k"}
        return [
            await ask(front, "/api/v1/x"),
            await ask(front, "/api/v1/x", key),
            await ask(front, "/api/v1/x"),
        ]

    assert [a.body for a in run(work)] == [b"nobody", b"Bearer k", b"nobody"]


def test_posts_always_go_to_django(front: Front, script: Script) -> None:
    script.pages["/en/a"] = lambda e: public(e["wsgi.input"].read().decode(), "a")

    async def work() -> list[Answer]:
        await ask(front, "/en/a")
        return [await ask(front, "/en/a", method="POST", body=text) for text in (b"one", b"two")]

    assert [a.body for a in run(work)] == [b"one", b"two"]
    assert script.calls["/en/a"] == 3


def test_a_page_that_varies_is_kept_for_those_without_the_header(
    front: Front, script: Script
) -> None:
    script.pages["/en/a"] = lambda e: public(e.get("HTTP_HX_REQUEST", "full"), "a", Vary="HX-Request")  # fmt: skip

    async def work() -> list[Answer]:
        part = {"HX-Request": "true"}
        return [await ask(front, "/en/a", h) for h in ({}, part, {}, part)]

    assert [a.body for a in run(work)] == [b"full", b"true", b"full", b"true"]
    assert script.calls["/en/a"] == 3


def test_a_purge_makes_the_page_again_and_only_that_one(front: Front, script: Script) -> None:
    script.pages |= {"/en/a": public("a1", "a", "all"), "/en/b": public("b1", "b", "all")}

    async def work() -> list[Answer]:
        await several(front, "/en/a", "/en/b")
        script.pages |= {"/en/a": public("a2", "a"), "/en/b": public("b2", "b")}
        front.reading.store.purge(["a"])
        return await several(front, "/en/a", "/en/b")

    after = run(work)
    assert [a.body for a in after] == [b"a2", b"b1"]
    assert after[0].came_from == "portal; fwd=stale"


def test_a_purge_during_a_render_is_not_lost(front: Front, script: Script) -> None:
    """The page read the old rows, then the change committed, then the page arrived: it must be made again."""
    texts = iter(["old", "new"])
    script.pages["/en/a"] = lambda environ: public(next(texts), "a")
    script.seconds = 0.2

    async def work() -> Answer:
        asking = asyncio.create_task(ask(front, "/en/a"))
        await asyncio.sleep(0.1)
        front.reading.store.purge(["a"])
        return await asking

    assert run(work).body == b"new"
    assert script.calls["/en/a"] == 2


def test_a_page_purged_all_the_time_is_still_answered(front: Front, script: Script) -> None:
    def page(environ: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        front.reading.store.purge(["a"])
        return public("busy", "a")

    script.pages["/en/a"] = page
    assert run(lambda: ask(front, "/en/a")).body == b"busy"
    assert script.calls["/en/a"] == reading.ROUNDS


def test_an_aged_page_is_shown_while_a_new_one_is_made(
    front: Front, script: Script, clock: Clock
) -> None:
    texts = iter(["one", "two", "three"])
    script.pages["/en/a"] = lambda environ: public(next(texts), "a")

    async def work() -> list[bytes]:
        bodies = [(await ask(front, "/en/a")).body]
        clock.now += 61
        bodies.append((await ask(front, "/en/a")).body)
        await asyncio.sleep(0.2)
        bodies.append((await ask(front, "/en/a")).body)
        clock.now += 200
        bodies.append((await ask(front, "/en/a")).body)
        return bodies

    assert run(work) == [b"one", b"one", b"two", b"three"]


def test_a_page_that_nobody_can_purge_lives_as_long_as_it_says(
    front: Front, script: Script, clock: Clock
) -> None:
    script.pages["/en/a"] = public("x")

    async def work() -> None:
        await ask(front, "/en/a")
        clock.now += 14
        await ask(front, "/en/a")
        assert script.calls["/en/a"] == 1
        clock.now += 2 + 60
        await ask(front, "/en/a")

    run(work)
    assert script.calls["/en/a"] == 2


def test_immutable_files_are_never_asked_for_again(
    front: Front, script: Script, clock: Clock
) -> None:
    script.pages["/static/x.css"] = (
        200, {"Cache-Control": "max-age=315360000, public, immutable", "Content-Type": "text/css"}, b"body{}" * 100,
    )  # fmt: skip

    async def work() -> None:
        await ask(front, "/static/x.css")
        clock.now += 10**8
        await ask(front, "/static/x.css")

    run(work)
    assert script.calls["/static/x.css"] == 1


@pytest.mark.parametrize("failure", [500, 503, "raises"])
def test_the_old_page_is_shown_when_django_fails(
    failure: Any, front: Front, script: Script, clock: Clock
) -> None:
    def broken(environ: dict[str, Any]) -> Any:
        if failure == "raises":
            raise OSError("no database")
        return failure, {}, b"sorry"

    async def work() -> list[Answer]:
        script.pages["/en/a"] = public("good", "a")
        await ask(front, "/en/a")
        script.pages["/en/a"] = broken
        front.reading.store.purge(["a"])
        clock.now += 30
        stale = await several(front, *["/en/a"] * 10)
        script.pages["/en/a"] = public("better", "a")
        clock.now += 2
        return [*stale, await ask(front, "/en/a")]

    *stale, after = run(work)
    assert {a.body for a in stale} == {b"good"}
    assert stale[0].headers["age"] == "30"
    assert stale[0].headers["warning"].startswith("110")
    assert after.body == b"better"
    assert script.calls["/en/a"] == 3  # first, one failure for ten readers, then the good one


def test_a_failure_without_an_old_page_is_shared_not_repeated(front: Front, script: Script) -> None:
    script.pages["/en/a"] = (500, {"Content-Type": "text/html"}, b"sorry")
    script.seconds = 0.1

    async def work() -> list[Answer]:
        return list(await asyncio.gather(*[ask(front, "/en/a", {"Cookie": "a=b"}) for _ in range(20)]))  # fmt: skip

    assert {(a.status, a.body) for a in run(work)} == {(500, b"sorry")}
    assert script.calls["/en/a"] == 1


def test_the_old_page_is_shown_when_django_is_too_slow(
    front: Front, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PATIENCE", 0.1)

    async def work() -> Answer:
        script.pages["/en/a"] = public("good", "a")
        await ask(front, "/en/a")
        script.seconds = 0.6
        front.reading.store.purge(["a"])
        answer = await ask(front, "/en/a")
        await asyncio.sleep(0.7)
        return answer

    answer = run(work)
    assert answer.body == b"good"
    assert "warning" in answer.headers


def test_what_is_no_longer_public_is_not_shown_any_more(front: Front, script: Script) -> None:
    async def work() -> list[Answer]:
        script.pages["/en/a"] = public("was public", "a")
        await ask(front, "/en/a")
        script.pages["/en/a"] = (404, {}, b"gone")
        front.reading.store.purge(["a"])
        gone = await ask(front, "/en/a")
        script.pages["/en/a"] = (500, {}, b"sorry")
        return [gone, await ask(front, "/en/a")]

    assert [a.status for a in run(work)] == [404, 500]


def test_too_many_pages_at_once_are_refused(
    front: Front, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_MAKING", 3)
    script.seconds = 0.2
    script.pages |= {f"/en/{n}": public("x", "a") for n in range(6)}

    async def work() -> list[int]:
        answers = await asyncio.gather(*[ask(front, f"/en/{n}") for n in range(6)])
        return [a.status for a in answers]

    assert run(work) == [200, 200, 200, 503, 503, 503]


@pytest.mark.parametrize(
    ("scheme", "said", "behind_proxy", "is_from_memory"),
    [
        ("https", "", False, True),
        ("http", "", False, False),
        ("http", "https", False, False),
        ("http", "https", True, True),
        ("http", "http", True, False),
    ],
)
def test_pages_of_a_secure_site_are_not_shown_over_plain_http(
    scheme: str, said: str, behind_proxy: bool, is_from_memory: bool, script: Script
) -> None:
    script.pages["/en/a"] = public(PAGE, "a")
    front = make_front(script, origin="https://portal.cast.example", behind_proxy=behind_proxy)
    headers = {"X-Forwarded-Proto": said} if said else {}
    run(lambda: several(front, "/en/a", "/en/a", headers=headers, scheme=scheme))
    front.close_threads()
    assert (script.calls["/en/a"] == 1) == is_from_memory
