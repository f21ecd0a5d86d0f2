"""More than 120 addresses that must not leave the portal: none may connect, each has its code."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest

from alliance import outbound
from alliance.outbound import OutboundError, wire
from tests.outbound.conftest import Scripted

# {p} is the port of a listener on loopback that must never be reached.
LITERALS = [
    "127.0.0.1", "127.0.0.2", "127.255.255.254", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.0.1", "192.168.0.1",
    "169.254.169.254", "169.254.170.2", "100.64.0.1", "100.100.100.200", "192.0.0.192", "192.0.2.1", "192.88.99.1",
    "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
    "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]", "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::1]", "[2001::1]", "[2001:db8::1]", "[100::1]",
    "[fc00::1]", "[fd00:ec2::254]", "[fe80::1]", "[fec0::1]", "[ff02::1]", "[::ffff:169.254.169.254]",
    "[2002:a9fe:a9fe::]", "[64:ff9b::a9fe:a9fe]", "[0000:0000:0000:0000:0000:0000:0000:0001]",
]  # fmt: skip
NAMES = [
    "localhost", "LOCALHOST", "app.localhost", "printer.local", "metadata.google.internal", "instance-data", "metadata",
    "intranet", "router.lan", "nas.home.arpa", "wiki.corp", "db", "portal.internal", "kubernetes.default.svc.local",
]  # fmt: skip
TRICKS = [
    "0177.0.0.1", "0x7f.0.0.1", "0x7f000001", "2130706433", "017700000001", "127.1", "127.0.1", "0", "0x0", "1.2.3",
    "127.0.0.1.", "127.0.0.01", "127.000.000.001", "256.256.256.256", "1.2.3.4.5", "127.0.0.0x1", "[::1%25lo]",
    "[::1%lo]", "[fe80::1%25eth0]", "[127.0.0.1]", "[::ffff:127.0.0.1", "::1", "[]", "[:::1]", "[v1.x]", "localhost.",
    "example.com.", "exa mple.com", "example..com", ".example.com", "-example.com", "example-.com", "ex*mple.com",
    "exämple.com",
    "ⓛocalhost", "127。0。0。1", "１２７.0.0.1", "loc%61lhost", "127.0.0.1%00.example.com", "a" * 64 + ".com",
    "example.com\\@127.0.0.1", "example.com\t", "example.com\r\nX: y", "example.com\x00", "exam\nple.com",
    ".".join(["a" * 60] * 5) + ".com", "example.com:", "example.com:443:443", "example.com:+443", "example.com:４４３",
]  # fmt: skip
WHOLE = [
    ("", "bad-url"), (" https://example.com/", "bad-url"), ("https:", "bad-url"), ("https://", "bad-url"),
    ("https:///path", "bad-url"), ("https:/example.com", "bad-url"), ("https:example.com", "bad-url"),
    ("//example.com/", "bad-url"), ("/etc/passwd", "bad-url"), ("example.com", "bad-url"),
    ("https:\\\\example.com", "bad-url"),
    ("https://example.com/a b", "bad-url"), ("https://example.com/%", "bad-url"),
    ("https://example.com/%zz", "bad-url"),
    ("https://example.com/#fragment", "bad-url"), ("https://example.com/é", "bad-url"),
    ("https://example.com/[x]", "bad-url"),
    ("https://example.com/" + "a" * 2048, "bad-url"), ("https://example.com/?q=\"x\"", "bad-url"),
    ("https://example.com/a\r\nHost: localhost", "bad-url"), ("https://example.com\u2028/", "bad-url"),
    ("file:///etc/passwd", "scheme"), ("ftp://example.com/", "scheme"), ("gopher://127.0.0.1:6379/_FLUSHALL", "scheme"),
    ("dict://127.0.0.1:11211/stat", "scheme"), ("ws://example.com/", "scheme"), ("data:text/plain,x", "scheme"),
    ("javascript:alert(1)", "scheme"), ("ldap://127.0.0.1/", "scheme"), ("http://example.com/", "scheme"),
    ("HTTP://EXAMPLE.COM/", "scheme"), ("http://127.0.0.1:{p}/", "scheme"), ("unix:///run/postgresql", "scheme"),
    ("jar:https://example.com!/", "scheme"), ("view-source:https://example.com/", "scheme"),
    ("https://user@example.com/", "credentials"), ("https://user:secret@example.com/", "credentials"),
    ("https://@example.com/", "credentials"), ("https://:@example.com/", "credentials"),
    ("https://example.com@127.0.0.1/", "credentials"), ("https://example.com:443@127.0.0.1:{p}/", "credentials"),
    ("https://a@b@example.com/", "credentials"),
    ("https://example.com:{p}/", "port"), ("https://example.com:80/", "port"), ("https://example.com:22/", "port"),
    ("https://example.com:6379/", "port"), ("https://example.com:5432/", "port"), ("https://example.com:0/", "port"),
    ("https://example.com:65536/", "port"), ("https://example.com:99999/", "port"), ("https://127.0.0.1:{p}/", "port"),
    ("https://[::1]:{p}/", "port"), ("https://localhost:{p}/", "port"), ("https://example.com:444/", "port"),
    ("https://portal.cast.example/", "private-address"), ("https://portal.cast.example:8443/x", "private-address"),
]  # fmt: skip
TABLE = [
    *[(f"https://{host}/", "private-address") for host in LITERALS + NAMES],
    *[(f"https://{host}:8443/v1/checkpoint", "private-address") for host in LITERALS[:12]],
    *[(f"https://{host}/", "bad-url") for host in TRICKS],
    *WHOLE,
]


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """Any resolving or connecting is recorded as a failure of the test."""
    settings.SITE_ORIGIN = "https://portal.cast.example"

    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError(f"reached for the network: {args}")

    monkeypatch.setattr(wire, "getaddrinfo", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)


def test_the_table_is_long_enough() -> None:
    assert len({url for url, _code in TABLE}) >= 150


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize(("url", "code"), TABLE)
def test_refused_before_anything_leaves(
    url: str, code: str, serve: Callable[..., Scripted]
) -> None:
    canary = serve(lambda sock: None, allowed=False)
    with pytest.raises(OutboundError) as refusal:
        outbound.fetch(url.replace("{p}", str(canary.port)), deadline=2)
    assert refusal.value.code == code
    assert canary.connects == 0


@pytest.mark.parametrize(
    ("url", "authority", "path"),
    [
        ("https://example.com", "example.com", "/"),
        ("https://EXAMPLE.com:443/a?b=c", "example.com", "/a?b=c"),
        ("https://example.com:8443/", "example.com:8443", "/"),
        ("https://xn--exmple-cua.com/%C3%A9", "xn--exmple-cua.com", "/%C3%A9"),
        ("https://8.8.8.8/", "8.8.8.8", "/"),
        ("https://[2606:4700::1111]:8443/", "[2606:4700::1111]:8443", "/"),
        ("https://a_b.example.com/?", "a_b.example.com", "/"),
    ],
)
def test_good_addresses_are_read(url: str, authority: str, path: str) -> None:
    target = outbound.check_url(url)
    assert (target.authority, target.path, target.is_exempt) == (authority, path, False)


def test_an_exemption_is_for_one_host_and_port(settings: Any) -> None:
    settings.OUTBOUND_ALLOWED_HOSTS = ["127.0.0.1:8101"]
    assert outbound.check_url("http://127.0.0.1:8101/").is_exempt
    for url in ("http://127.0.0.1:8102/", "http://127.0.0.2:8101/", "http://[::ffff:127.0.0.1]:8101/"):  # fmt: skip
        with pytest.raises(OutboundError):
            outbound.check_url(url)


@pytest.mark.parametrize("code", sorted(outbound.CODES))
def test_every_code_has_a_sentence_and_a_status(code: str) -> None:
    error = OutboundError(code)
    assert error.status in {422, 502, 504}
    assert error.message.endswith(".")
    assert error.message == outbound.message(code)
