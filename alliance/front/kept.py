"""A kept page: its bytes in every form a reader may ask for, with the headers ready to send."""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Protocol

from alliance.front.protocol import Headers, as_text
from alliance.front.render import Captured

LIFETIME: Final = 60.0  # seconds until a page is made again without having been purged
FOR_EVER: Final = float("inf")
WORTH_PACKING: Final = 256
_OVERHEAD: Final = 2000  # bytes of Python objects around a page, about
_PACKABLE: Final = re.compile(
    rb"text/|application/(json|javascript|xml|[a-z.]+\+(json|xml))|image/svg"
)
_NOT_OURS: Final = frozenset(
    {b"connection", b"keep-alive", b"transfer-encoding", b"content-length", b"date", b"server"}
    | {b"etag", b"vary", b"age"}
)
_UNCHANGED: Final = frozenset({b"etag", b"vary", b"cache-control", b"surrogate-key", b"expires"})

Key = tuple[str, bytes]


class Names(Protocol):
    """Request headers that can be asked for by name: a dictionary, or the server's own."""

    def __contains__(self, name: str, /) -> bool: ...


@dataclass(frozen=True, slots=True)
class Form:
    """A whole answer, its headers in bytes for ASGI and in text for RSGI.

    The headers end with `Cache-Status`, so that another can take its place.
    """

    status: int
    headers: Headers
    text: list[tuple[str, str]]
    body: bytes


def form(status: int, headers: Headers, body: bytes) -> Form:
    """Write the headers both ways, once."""
    return Form(status, headers, as_text(headers), body)


@dataclass(slots=True)
class Kept:
    """One page in memory. `vary` holds the request headers, other than `Accept-Encoding`, that make it unfit."""

    key: Key
    etag: str
    keys: frozenset[str]
    vary: frozenset[str]
    plain: Form
    packed: Form | None
    unchanged: Form
    made_at: float
    fresh_until: float
    size: int
    is_purged: bool = False
    retry_at: float = field(default=0.0)

    def is_fresh(self, now: float) -> bool:
        """Say whether it can be given without making it again."""
        return not self.is_purged and now < self.fresh_until

    def fits(self, headers: Names) -> bool:
        """Say whether a reader with these request headers gets the page of nobody in particular."""
        return not any(name in headers for name in self.vary)

    def form_for(self, known: str | None, encodings: str) -> Form:
        """Return the form a reader can use: 304 when they have it, by `If-None-Match` and `Accept-Encoding`."""
        if known is not None and (self.etag in known or known == "*"):
            return self.unchanged
        if self.packed is not None and accepts_gzip(encodings):
            return self.packed
        return self.plain


def keep(key: Key, made: Captured, now: float) -> Kept | None:
    """Return what may be kept of a response, or None when it must not be kept.

    Kept is a whole 200 response that says `public`, sets no cookie and varies only by headers that can be compared.
    """
    if made.status != 200 or made.body is None or made.get(b"set-cookie"):
        return None
    if made.get(b"content-encoding") or made.get(b"content-range"):
        return None
    lifetime = _lifetime(made)
    vary = frozenset(made.get(b"vary").lower().replace(b" ", b"").split(b",")) - {b""}
    if not lifetime or b"*" in vary:
        return None
    packed = _packed(made)
    is_packed = bool(packed)
    names = sorted(vary | ({b"accept-encoding"} if is_packed else set()))
    base = [pair for pair in made.headers if pair[0] not in _NOT_OURS]
    etag = _etag(made)
    base.append((b"etag", b"W/" + etag))
    if names:
        base.append((b"vary", b", ".join(names)))
    status = (b"cache-status", b"portal; hit")
    return Kept(
        key=key,
        etag=etag.decode("latin-1"),
        keys=frozenset(made.get(b"surrogate-key").decode("latin-1").split()),
        vary=frozenset(name.decode("latin-1") for name in vary - {b"accept-encoding"}),
        plain=form(200, [*base, _length(made.body), status], made.body),
        packed=form(200, [*base, (b"content-encoding", b"gzip"), _length(packed), status], packed)
        if is_packed
        else None,
        unchanged=form(304, [*[pair for pair in base if pair[0] in _UNCHANGED], status], b""),
        made_at=now,
        fresh_until=now + lifetime,
        size=len(made.body) + len(packed) + _OVERHEAD + sum(len(n) + len(v) for n, v in base),
    )


def _lifetime(made: Captured) -> float:
    """Return for how long a response may be kept: what nobody can purge lives no longer than it says."""
    rules = {part.strip() for part in made.get(b"cache-control").lower().split(b",")}
    if b"public" not in rules or rules & {b"private", b"no-store", b"no-cache"}:
        return 0.0
    if b"immutable" in rules:
        return FOR_EVER
    if made.get(b"surrogate-key"):
        return LIFETIME
    for name in (b"s-maxage=", b"max-age="):
        for rule in rules:
            if rule.startswith(name) and rule[len(name) :].isdigit():
                return min(LIFETIME, float(rule[len(name) :]))
    return 0.0


def _etag(made: Captured) -> bytes:
    """Return the quoted tag; it is sent as a weak one, since the same page has several encodings."""
    given = made.get(b"etag").removeprefix(b"W/")
    if len(given) > 2 and given.startswith(b'"') and given.endswith(b'"'):
        return given
    return b'"' + hashlib.sha256(made.body or b"").hexdigest()[:32].encode() + b'"'


def _packed(made: Captured) -> bytes:
    """Return the gzip form, or nothing when it isn't worth it. No name and no time: the same page packs the same."""
    body = made.body or b""
    if len(body) < WORTH_PACKING or not _PACKABLE.match(made.get(b"content-type")):
        return b""
    packed = gzip.compress(body, compresslevel=9, mtime=0)
    return packed if len(packed) < len(body) * 0.9 else b""


def _length(body: bytes) -> tuple[bytes, bytes]:
    return (b"content-length", str(len(body)).encode())


@lru_cache(maxsize=256)
def accepts_gzip(value: str) -> bool:
    """Read `Accept-Encoding` (RFC 9110 §12.5.3); browsers send few different ones, so the answers are remembered."""
    weights: dict[str, float] = {}
    for part in value.lower().split(","):
        name, _, weight = part.partition(";")
        _, _, number = weight.partition("=")
        try:
            weights[name.strip()] = float(number) if weight.strip() else 1.0
        except ValueError:
            weights[name.strip()] = 0.0
    return weights.get("gzip", weights.get("*", 0.0)) > 0
