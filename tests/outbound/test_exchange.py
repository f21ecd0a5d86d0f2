"""What happens on the wire: honest answers arrive whole, every other kind ends with its code and in time."""

from __future__ import annotations

import itertools
import socket
import time
from collections.abc import Callable

import pytest

from alliance import outbound
from alliance.outbound import OutboundError, wire
from alliance.outbound.wire import Budget
from tests.outbound.conftest import Behaviour, Scripted, answering, read_request

OK = b"HTTP/1.1 200 OK\r\nETag: \"1\"\r\nX-A: 1\r\nX-A: 2\r\nContent-Length: 2\r\n\r\nok"  # fmt: skip
Serve = Callable[..., Scripted]


def url(server: Scripted, path: str = "/") -> str:
    return f"http://127.0.0.1:{server.port}{path}"


def test_an_honest_answer(serve: Serve) -> None:
    answer = outbound.fetch(url(serve(answering(OK))))
    assert (answer.status, answer.body) == (200, b"ok")
    assert answer.headers["etag"] == '"1"'
    assert answer.headers["x-a"] == "1, 2"
    assert answer.elapsed < 5


def test_what_is_sent(serve: Serve) -> None:
    seen: list[bytes] = []

    def behave(sock: socket.socket) -> None:
        seen.append(read_request(sock))
        sock.sendall(OK)

    server = serve(behave)
    outbound.fetch(url(server, "/v1/x?y=1"), headers={"If-None-Match": '"a\xe9"'})
    head = seen[0].lower()
    assert head.startswith(b"get /v1/x?y=1 http/1.1\r\n")
    assert f"host: 127.0.0.1:{server.port}\r\n".encode() in head
    assert b"accept-encoding: identity\r\n" in head
    assert b'if-none-match: "a\xe9"\r\n' in head
    assert b"cookie" not in head


def test_cookies_are_neither_sent_nor_kept(serve: Serve) -> None:
    seen: list[bytes] = []

    def behave(sock: socket.socket) -> None:
        while request := read_request(sock):
            seen.append(request.lower())
            sock.sendall(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n")

    with outbound.client(url(serve(behave))) as node:
        node.get("/1")
        node.get("/2")
    assert len(seen) == 2
    assert not any(b"cookie" in request for request in seen)
    with pytest.raises(ValueError, match="cookie"):
        outbound.fetch("https://example.com/", headers={"Cookie": "a=b"})


def _slowly(head: bytes, piece: bytes, seconds: float) -> Behaviour:
    def behave(sock: socket.socket) -> None:
        read_request(sock)
        sock.sendall(head)
        while True:
            sock.sendall(piece)
            time.sleep(seconds)

    return behave


def _silent(sock: socket.socket) -> None:
    read_request(sock)
    sock.recv(1)


def _reset(sock: socket.socket) -> None:
    read_request(sock)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def _head(*lines: str) -> bytes:
    return "\r\n".join(["HTTP/1.1 200 OK", *lines, "", ""]).encode()


def _redirect(where: str) -> Behaviour:
    return answering(
        f"HTTP/1.1 302 Found\r\nLocation: {where}\r\nContent-Length: 0\r\n\r\n".encode()
    )


BIG = b"x" * 70_000
CHUNKED = _head("Transfer-Encoding: chunked")
UPGRADE = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"
FAULTS: list[tuple[str, Behaviour, str]] = [
    ("a byte a tenth of a second", _slowly(_head("Content-Length: 9000"), b"x", 0.1), "timeout"),
    ("headers, a byte a tenth of a second", _slowly(b"HTTP/1.1 200 OK\r\nX: ", b"x", 0.1), "timeout"),
    ("says nothing", _silent, "timeout"),
    ("announces too much", answering(_head("Content-Length: 100001")), "too-large"),
    ("sends too much", _slowly(_head(), BIG, 0), "too-large"),
    ("sends too much in chunks", _slowly(CHUNKED, b"ffff\r\n" + b"x" * 65535 + b"\r\n", 0), "too-large"),
    ("chunk extensions without end", _slowly(CHUNKED, b"1;" + b"e" * 3000 + b"\r\nx\r\n", 0), "too-large"),
    ("one chunk extension without end", _slowly(CHUNKED + b"1;", BIG, 0), "protocol"),
    ("header flood", _slowly(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 500, 0), "protocol"),
    ("one header without end", _slowly(b"HTTP/1.1 200 OK\r\nX: ", BIG, 0), "protocol"),
    ("many headers", answering(_head(*["X: 1"] * 150, "Content-Length: 0")), "protocol"),
    ("interim answers without end", _slowly(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100, 0), "protocol"),
    ("switches protocols", answering(UPGRADE), "protocol"),
    ("less than announced", answering(_head("Content-Length: 10") + b"short"), "truncated"),
    ("half a chunk", answering(CHUNKED + b"a\r\nshort"), "truncated"),
    ("no last chunk", answering(CHUNKED + b"1\r\nx\r\n"), "truncated"),
    ("half a head", answering(b"HTTP/1.1 200 OK\r\nContent-"), "truncated"),
    ("closes at once", lambda sock: None, "truncated"),
    ("closes after the request", answering(b""), "truncated"),
    ("resets", _reset, "truncated"),
    ("redirects to metadata", _redirect("http://169.254.169.254/"), "redirect"),
    ("redirects to a file", _redirect("file:///etc/passwd"), "redirect"),
    ("redirects without saying where", answering(b"HTTP/1.1 307 Temporary\r\nContent-Length: 0\r\n\r\n"), "redirect"),
    ("compresses", answering(_head("Content-Encoding: gzip", "Content-Length: 2") + b"\x1f\x8b"), "encoding"),
    ("invents an encoding", answering(_head("Content-Encoding: identity, x", "Content-Length: 2") + b"ok"), "encoding"),
    ("two lengths", answering(_head("Content-Length: 2", "Content-Length: 3") + b"ok!"), "protocol"),
    ("a length that isn't a number", answering(_head("Content-Length: -1") + b"ok"), "protocol"),
    ("a chunk size that isn't a number", answering(CHUNKED + b"zz\r\n"), "protocol"),
    ("not HTTP", answering(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), "protocol"),
    ("a bare NUL in a header", answering(b"HTTP/1.1 200 OK\r\nX: \x00\r\n\r\n"), "protocol"),
    ("an unknown transfer encoding", answering(_head("Transfer-Encoding: gzip") + b"ok"), "protocol"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("behave", "code"), [f[1:] for f in FAULTS], ids=[f[0].replace(" ", "-") for f in FAULTS]
)
def test_every_fault_ends_with_its_code_and_in_time(
    behave: Behaviour, code: str, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "GRACE", 0.5)
    server = serve(behave)
    began = time.monotonic()
    with pytest.raises(OutboundError) as failure:
        outbound.fetch(url(server), max_bytes=100_000, deadline=2, first_byte_timeout=1)
    assert failure.value.code == code
    assert time.monotonic() - began < 3


def test_nobody_listens(settings: object) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings.OUTBOUND_ALLOWED_HOSTS = [f"127.0.0.1:{port}"]  # type: ignore[attr-defined]
    with pytest.raises(OutboundError, match="connect"):
        outbound.fetch(f"http://127.0.0.1:{port}/")


def test_the_least_speed_counts_after_five_seconds() -> None:
    now = 100.0
    budget = Budget(1000.0, 10.0, 10**6, clock=lambda: now)
    budget.asked_at = now
    assert budget.limit() == 110.0  # ten seconds for the first byte
    now = 109.0
    budget.count(1)
    assert budget.limit() == 114.0  # then five seconds whatever the speed
    budget.count(20_000)
    assert budget.limit() == pytest.approx(129.0, abs=0.01)  # then a thousand bytes for each second
    now = 130.0
    with pytest.raises(OutboundError, match="timeout"):
        budget.remaining()


def test_the_deadline_is_for_the_whole_exchange() -> None:
    budget = Budget(100.0, 10.0, 10**9, clock=lambda: 99.5)
    budget.asked_at = 99.0
    budget.count(10**5)
    assert budget.remaining() == pytest.approx(0.5)
    assert budget.remaining(0.1) == pytest.approx(0.1)


def test_one_connection_serves_many_requests(serve: Serve) -> None:
    server = serve(answering(OK, keep=True))
    with outbound.client(url(server)) as node:
        assert {node.get(f"/{n}").body for n in range(5)} == {b"ok"}
    assert server.connects == 1


def test_a_resting_connection_closed_by_the_server_is_opened_again(serve: Serve) -> None:
    server = serve(answering(OK))  # closes after each answer, though it doesn't say so
    with outbound.client(url(server)) as node:
        assert {node.get("/").body for _ in range(3)} == {b"ok"}
    assert server.connects == 3


def test_a_failure_after_the_first_byte_is_not_repeated(serve: Serve) -> None:
    replies = itertools.chain([OK], itertools.repeat(_head("Content-Length: 9") + b"x"))

    def behave(sock: socket.socket) -> None:
        while read_request(sock):
            sock.sendall(reply := next(replies))
            if reply != OK:
                return

    server = serve(behave)
    with outbound.client(url(server)) as node:
        node.get("/1")
        with pytest.raises(OutboundError, match="truncated"):
            node.get("/2")
    assert server.connects == 1


def test_an_answer_sent_before_its_question_is_refused(serve: Serve) -> None:
    server = serve(answering(OK + OK.replace(b"ok", b"no"), keep=True))
    with outbound.client(url(server)) as node:
        assert node.get("/1").body == b"ok"
        with pytest.raises(OutboundError, match="protocol"):
            node.get("/2")


def test_a_client_stays_on_its_origin(serve: Serve) -> None:
    server, other = serve(answering(OK, keep=True)), serve(answering(OK))
    with outbound.client(url(server, "/base/")) as node:
        assert node.get("v1/x").status == 200
        assert node.get("/v1/x").status == 200
        for path in (url(other), url(other, "/x"), "//example.com/", "https://example.com/"):
            with pytest.raises(OutboundError):
                node.get(path)
    assert other.connects == 0


def test_not_modified_and_head_have_no_body(serve: Serve) -> None:
    unchanged = answering(b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n')
    assert outbound.fetch(url(serve(unchanged))).status == 304
    head = answering(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n")
    assert outbound.fetch(url(serve(head)), method="HEAD").body == b""


@pytest.mark.parametrize("status", [200, 404, 429, 500, 503])
def test_other_statuses_are_the_callers_to_judge(status: int, serve: Serve) -> None:
    reply = f"HTTP/1.1 {status} X\r\nContent-Length: 2\r\n\r\nno".encode()
    assert outbound.fetch(url(serve(answering(reply)))).status == status


def test_exactly_the_largest_size_passes(serve: Serve) -> None:
    server = serve(answering(_head("Content-Length: 1000") + b"x" * 1000))
    assert len(outbound.fetch(url(server), max_bytes=1000).body) == 1000
    with pytest.raises(OutboundError, match="too-large"):
        outbound.fetch(url(server), max_bytes=999)
