"""Names: resolved once, every answer vetted, the checked address is the one connected to."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import Any

import pytest

from alliance import outbound
from alliance.outbound import OutboundError, wire
from tests.outbound.conftest import Scripted, answering

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Play the resolver: each call takes the next list of addresses; returns the log of names asked."""

    def play(*rounds: list[str]) -> list[str]:
        asked: list[str] = []

        def getaddrinfo(host: str, port: int, **kwargs: Any) -> list[Any]:
            asked.append(host)
            now = rounds[min(len(asked), len(rounds)) - 1]
            if not now:
                raise socket.gaierror(socket.EAI_NONAME, "unknown")
            return [
                (
                    socket.AF_INET6 if ":" in a else socket.AF_INET,
                    socket.SOCK_STREAM,
                    6,
                    "",
                    (a, port),
                )
                for a in now
            ]

        monkeypatch.setattr(wire, "getaddrinfo", getaddrinfo)
        return asked

    return play


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record where connections would go, and refuse them."""
    seen: list[str] = []

    def create_connection(address: tuple[str, int], *args: object) -> socket.socket:
        seen.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", create_connection)
    return seen


@pytest.mark.parametrize(
    "found",
    [
        ["127.0.0.1"],
        ["8.8.8.8", "127.0.0.1"],  # one bad answer among good ones
        ["10.0.0.1", "8.8.8.8"],
        ["8.8.8.8", "::1"],  # A is public, AAAA isn't
        ["2606:4700::1111", "fd00::1"],
        ["::ffff:10.0.0.1"],
        ["fe80::1%2"],
        [*[f"8.8.4.{n}" for n in range(60)], "169.254.169.254"],  # the bad one comes last
    ],
)
def test_one_private_answer_refuses_the_name(
    found: list[str], answers: Callable[..., list[str]], dialled: list[str]
) -> None:
    answers(found)
    with pytest.raises(OutboundError, match="private-address"):
        outbound.fetch("https://node.example/")
    assert dialled == []


def test_a_rebinding_name_is_asked_once_and_never_followed(
    answers: Callable[..., list[str]], dialled: list[str]
) -> None:
    asked = answers(["8.8.8.8"], ["127.0.0.1"])
    with pytest.raises(OutboundError, match="connect"):
        outbound.fetch("https://node.example/")
    assert asked == ["node.example"]
    assert dialled == ["8.8.8.8"]


def test_each_new_connection_is_vetted_again(
    answers: Callable[..., list[str]], dialled: list[str]
) -> None:
    answers(["8.8.8.8"], ["127.0.0.1"])
    with outbound.client("https://node.example/") as node:
        with pytest.raises(OutboundError, match="connect"):
            node.get("a")
        with pytest.raises(OutboundError, match="private-address"):
            node.get("b")
    assert dialled == ["8.8.8.8"]


def test_the_peer_is_checked_after_connecting(
    answers: Callable[..., list[str]],
    serve: Callable[..., Scripted],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As if a router had sent the packets for a public address to this machine."""
    canary = serve(answering(OK), allowed=False)
    real = socket.create_connection
    monkeypatch.setattr(
        socket, "create_connection", lambda address, seconds: real(("127.0.0.1", canary.port))
    )
    answers(["8.8.8.8"])
    with pytest.raises(OutboundError, match="private-address"):
        outbound.fetch("https://node.example/")


def test_an_unknown_name(answers: Callable[..., list[str]]) -> None:
    answers([])
    with pytest.raises(OutboundError, match="name-not-found"):
        outbound.fetch("https://node.example/")


def test_a_silent_name_server_is_a_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "getaddrinfo", lambda *args, **kwargs: time.sleep(1))
    began = time.monotonic()
    with pytest.raises(OutboundError, match="timeout"):
        outbound.fetch("https://node.example/", deadline=0.2)
    assert time.monotonic() - began < 0.8


def test_a_listed_name_may_be_local_but_not_metadata(
    answers: Callable[..., list[str]], serve: Callable[..., Scripted]
) -> None:
    server = serve(answering(OK), name="node.test")
    answers(["127.0.0.1"], ["169.254.169.254"])
    assert outbound.fetch(f"http://node.test:{server.port}/").body == b"ok"
    with pytest.raises(OutboundError, match="private-address"):
        outbound.fetch(f"http://node.test:{server.port}/")


def test_the_next_address_is_tried_when_one_refuses(
    answers: Callable[..., list[str]], serve: Callable[..., Scripted]
) -> None:
    server = serve(answering(OK), name="node.test")
    answers(["127.0.0.9", "127.0.0.1"])
    assert outbound.fetch(f"http://node.test:{server.port}/").status == 200


def test_proxies_in_the_environment_are_not_used(
    serve: Callable[..., Scripted], monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = serve(lambda sock: None, allowed=False)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
    server = serve(answering(OK))
    assert outbound.fetch(f"http://127.0.0.1:{server.port}/").body == b"ok"
    assert proxy.connects == 0
