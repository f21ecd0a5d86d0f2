"""A body goes out once, whole and with its length; only POST has one."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest

from alliance import outbound
from alliance.outbound import OutboundError
from tests.outbound.conftest import Scripted, read_request

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
Serve = Callable[..., Scripted]


def _recording(seen: list[bytes], *, silent_after: int = 99) -> Callable[[socket.socket], None]:
    def behave(sock: socket.socket) -> None:
        while head := read_request(sock):
            seen.append(head)
            if len(seen) > silent_after:
                return
            sock.sendall(OK)

    return behave


def test_a_body_is_sent_whole(serve: Serve) -> None:
    seen: list[bytes] = []
    server = serve(_recording(seen))
    answer = outbound.fetch(
        f"http://127.0.0.1:{server.port}/token",
        method="POST",
        headers={"content-type": "application/x-www-form-urlencoded"},
        body=b"grant_type=authorization_code",
    )
    assert (answer.status, answer.body) == (200, b"ok")
    assert seen[0].startswith(b"POST /token HTTP/1.1\r\n")
    assert b"content-length: 29\r\n" in seen[0].lower()
    assert seen[0].endswith(b"\r\n\r\ngrant_type=authorization_code")


def test_a_body_is_never_sent_twice(serve: Serve) -> None:
    seen: list[bytes] = []
    server = serve(_recording(seen, silent_after=1))
    with outbound.client(f"http://127.0.0.1:{server.port}/") as client:
        client.request("POST", "/one", body=b"1")
        with pytest.raises(OutboundError, match="truncated"):
            client.request("POST", "/two", body=b"2")
    assert len(seen) == 2


@pytest.mark.parametrize(("method", "body"), [("GET", b"x"), ("HEAD", b"x"), ("POST", None)])
def test_only_post_has_a_body(serve: Serve, method: str, body: bytes | None) -> None:
    server = serve(_recording([]))
    with pytest.raises(ValueError, match="only POST"):
        outbound.fetch(f"http://127.0.0.1:{server.port}/", method=method, body=body)  # type: ignore[arg-type]
