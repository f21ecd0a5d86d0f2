"""Certificates: the name of the address counts, whatever address it resolves to."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from alliance import outbound
from alliance.outbound import OutboundError, wire
from alliance.outbound.exchange import tls_context
from tests.outbound.conftest import Scripted, answering

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
NOW = dt.datetime.now(dt.UTC)


class Authority:
    """A certificate authority for one test run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
        self.certificate = self._sign(self.name, self.key, x509.BasicConstraints(True, None))
        self.file = folder / "ca.pem"
        self.file.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))

    def _sign(
        self, subject: x509.Name, key: Any, *extensions: Any, days: int = 1
    ) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - dt.timedelta(days=3))
            .not_valid_after(NOW + dt.timedelta(days=days))
        )
        for extension in extensions:
            builder = builder.add_extension(
                extension, critical=isinstance(extension, x509.BasicConstraints)
            )
        return builder.sign(self.key, hashes.SHA256())

    def server(self, host: str, *, days: int = 1) -> ssl.SSLContext:
        """Return a server's context with a certificate for a host."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        names = x509.SubjectAlternativeName([x509.DNSName(host)])
        certificate = self._sign(subject, key, names, days=days)
        file = self.folder / f"{host}{days}.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Authority]:
    made = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    tls_context.cache_clear()
    yield made
    tls_context.cache_clear()


@pytest.fixture(autouse=True)
def loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every name resolves to loopback."""
    monkeypatch.setattr(
        wire,
        "getaddrinfo",
        lambda host, port, **kwargs: [(socket.AF_INET, 1, 6, "", ("127.0.0.1", port))],
    )


def secured(context: ssl.SSLContext, names: list[str | None]) -> Callable[[socket.socket], None]:
    context.sni_callback = lambda sock, name, ctx: names.append(name)

    def behave(sock: socket.socket) -> None:
        with context.wrap_socket(sock, server_side=True) as inside:
            answering(OK, keep=True)(inside)

    return behave


def test_the_name_is_in_the_handshake_and_in_host(
    authority: Authority, serve: Callable[..., Scripted]
) -> None:
    names: list[str | None] = []
    server = serve(secured(authority.server("node.test"), names), name="node.test")
    with outbound.client(f"https://node.test:{server.port}/") as node:
        assert node.get("/1").body == b"ok"
        assert node.get("/2").body == b"ok"
    assert names == ["node.test"]
    assert server.connects == 1


@pytest.mark.parametrize(("host", "days"), [("other.test", 1), ("node.test", -1)])
def test_a_wrong_or_expired_certificate(
    host: str, days: int, authority: Authority, serve: Callable[..., Scripted]
) -> None:
    server = serve(secured(authority.server(host, days=days), []), name="node.test")
    with pytest.raises(OutboundError, match="tls"):
        outbound.fetch(f"https://node.test:{server.port}/")


def test_an_unknown_authority(
    authority: Authority, serve: Callable[..., Scripted], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    tls_context.cache_clear()
    server = serve(secured(authority.server("node.test"), []), name="node.test")
    with pytest.raises(OutboundError, match="tls"):
        outbound.fetch(f"https://node.test:{server.port}/")


def test_plain_http_on_a_tls_port(authority: Authority, serve: Callable[..., Scripted]) -> None:
    server = serve(lambda sock: sock.sendall(OK), name="node.test")
    with pytest.raises(OutboundError, match="tls"):
        outbound.fetch(f"https://node.test:{server.port}/", deadline=1)


def test_a_stalled_handshake_ends_in_time(
    authority: Authority, serve: Callable[..., Scripted]
) -> None:
    def stall(sock: socket.socket) -> None:
        while sock.recv(4096):
            pass

    server = serve(stall, name="node.test")
    began = time.monotonic()
    with pytest.raises(OutboundError, match="timeout"):
        outbound.fetch(f"https://node.test:{server.port}/", deadline=0.5)
    assert time.monotonic() - began < 1.5


def test_old_protocols_are_refused() -> None:
    assert tls_context().minimum_version >= ssl.TLSVersion.TLSv1_2
    assert tls_context().verify_mode == ssl.CERT_REQUIRED
    assert tls_context().check_hostname
