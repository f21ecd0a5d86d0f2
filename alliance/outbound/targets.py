"""Reading addresses strictly: what two programs could read differently is refused."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from ipaddress import IPv6Address
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from alliance.outbound.addresses import Address, is_public
from alliance.outbound.errors import OutboundError

LONGEST: Final = 2048
PORTS: Final = frozenset({443, 8443})

# Printable ASCII that may stand in a URL. Space, quotes, backslash, angle brackets, caret, backtick and braces may not.
_ALLOWED: Final = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_AUTHORITY: Final = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\[\]:]+)(?::(?P<port>[0-9]{1,5}))?")
_LABEL: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_\-]{0,61}[a-z0-9_])?")
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
_BROKEN_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_LOCAL_SUFFIXES: Final = ("localhost", "local", "internal", "home.arpa", "lan", "intranet", "corp")


@dataclass(frozen=True)
class Target:
    """Where a request goes; `literal` is set when the host is an address, not a name."""

    scheme: str
    host: str
    port: int
    path: str
    literal: Address | None
    is_exempt: bool

    @property
    def authority(self) -> str:
        """The value of `Host`."""
        host = f"[{self.host}]" if isinstance(self.literal, IPv6Address) else self.host
        usual = {"http": 80, "https": 443}[self.scheme]
        return host if self.port == usual else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}"


def check_url(url: str) -> Target:
    """Read an address, or refuse it without touching the network; for forms as well as for `fetch`."""
    if not isinstance(url, str) or not 0 < len(url) <= LONGEST:
        raise OutboundError("bad-url", "empty or too long")
    if not _ALLOWED.fullmatch(url):
        raise OutboundError("bad-url", "characters that don't belong in an address")
    scheme = _SCHEME.match(url)
    if scheme is None:
        raise OutboundError("bad-url", "no scheme")
    if scheme[1].lower() not in {"http", "https"}:
        raise OutboundError("scheme", scheme[1])
    if not url[scheme.end() :].startswith("//") or url[scheme.end() :].startswith("///"):
        raise OutboundError("bad-url", "no host")
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise OutboundError("bad-url", str(error)) from None
    if "@" in parts.netloc:
        raise OutboundError("credentials")
    if "#" in url or "[" in parts.path + parts.query or "]" in parts.path + parts.query:
        raise OutboundError("bad-url", "a fragment or bracket")
    if _BROKEN_ESCAPE.search(parts.path + parts.query):
        raise OutboundError("bad-url", "broken percent-encoding")
    return _target(parts.scheme, parts.netloc, parts.path or "/", parts.query)


def _target(scheme: str, netloc: str, path: str, query: str) -> Target:
    authority = _AUTHORITY.fullmatch(netloc)
    if authority is None:
        raise OutboundError("bad-url", "host or port can't be read")
    host, literal = _host(authority["host"].lower())
    port = int(authority["port"] or {"http": 80, "https": 443}[scheme])
    if not 0 < port < 65536:
        raise OutboundError("port", str(port))
    is_exempt = _is_exempt(host, port, literal)
    if not is_exempt:
        if scheme != "https":
            raise OutboundError("scheme", scheme)
        if port not in PORTS:
            raise OutboundError("port", str(port))
        _refuse_inside(host, literal)
    return Target(scheme, host, port, f"{path}?{query}" if query else path, literal, is_exempt)


def _host(text: str) -> tuple[str, Address | None]:
    """Return the host in its one form, and the address when it is one. Names are ASCII: `xn--` for others."""
    if text.startswith("["):
        try:
            address = IPv6Address(text[1:-1])
        except ValueError:
            raise OutboundError("bad-url", "not an IPv6 address") from None
        return str(address), address
    labels = text.split(".")
    if len(text) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise OutboundError("bad-url", "not a host name")
    if _NUMBER.fullmatch(labels[-1]):
        # 0177.0.0.1, 2130706433, 0x7f.1 and 127.1 are addresses to some resolvers: only the plain dotted form is read.
        try:
            return text, ipaddress.IPv4Address(text)
        except ValueError:
            raise OutboundError("bad-url", "not an IPv4 address in its plain form") from None
    return text, None


def _is_exempt(host: str, port: int, literal: Address | None) -> bool:
    name = f"[{host}]" if isinstance(literal, IPv6Address) else host
    return f"{name}:{port}" in {pair.lower() for pair in settings.OUTBOUND_ALLOWED_HOSTS}


def _refuse_inside(host: str, literal: Address | None) -> None:
    """Refuse what is known to lead inside before any name server is asked."""
    if literal is not None:
        if not is_public(literal):
            raise OutboundError("private-address", host)
        return
    if "." not in host or any(host.endswith(f".{suffix}") for suffix in _LOCAL_SUFFIXES):
        raise OutboundError("private-address", host)
    if host == urlsplit(settings.SITE_ORIGIN).hostname:
        raise OutboundError("private-address", "the portal itself")
