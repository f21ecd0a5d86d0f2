"""Requests through the door: one client talks to one origin over one connection."""

from __future__ import annotations

import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import TracebackType
from typing import Final, Literal, Self
from urllib.parse import urljoin

import httpcore

from alliance.outbound.errors import OutboundError
from alliance.outbound.targets import Target, check_url
from alliance.outbound.wire import HEAD_LIMIT, Backend, Budget

MAX_BYTES: Final = 8 * 1024 * 1024
DEADLINE: Final = 30.0
CONNECT_TIMEOUT: Final = 3.0
FIRST_BYTE_TIMEOUT: Final = 10.0
USER_AGENT: Final = "alliance-portal/1"
HEADERS_LIMIT: Final = 100
_OURS: Final = frozenset(
    {"host", "connection", "accept-encoding", "cookie", "content-length", "transfer-encoding"}
    | {"upgrade", "expect", "te"}
)

Method = Literal["GET", "HEAD", "POST"]


@dataclass(frozen=True)
class Response:
    """A complete answer; `headers` have lower-case names, and repeated ones are joined with a comma."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    elapsed: float


@cache
def tls_context() -> ssl.SSLContext:
    """The trust store of the system and of certifi; made once, since reading it takes tens of milliseconds."""
    context = httpcore.default_ssl_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def fetch(
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    method: Method = "GET",
    body: bytes | None = None,
    max_bytes: int = MAX_BYTES,
    deadline: float = DEADLINE,
    connect_timeout: float = CONNECT_TIMEOUT,
    first_byte_timeout: float = FIRST_BYTE_TIMEOUT,
) -> Response:
    """Make one request on a connection of its own.

    `deadline` is for the whole exchange, `connect_timeout` for one that finds nobody, `first_byte_timeout` for one that
    says nothing; all in seconds.
    """
    with Client(
        url, deadline=deadline, connect_timeout=connect_timeout, first_byte_timeout=first_byte_timeout
    ) as one:  # fmt: skip
        return one.request(method, url, headers=headers, body=body, max_bytes=max_bytes)


def client(
    base_url: str,
    *,
    deadline: float = DEADLINE,
    connect_timeout: float = CONNECT_TIMEOUT,
    first_byte_timeout: float = FIRST_BYTE_TIMEOUT,
) -> Client:
    """Return a context manager for several requests to one origin."""
    return Client(
        base_url,
        deadline=deadline,
        connect_timeout=connect_timeout,
        first_byte_timeout=first_byte_timeout,
    )


class Client:
    """One connection to one origin, opened when first needed. Not for use by several threads."""

    def __init__(
        self, base_url: str, *, deadline: float, connect_timeout: float, first_byte_timeout: float
    ) -> None:
        self._base = base_url
        self._origin = check_url(base_url)
        self._deadline = deadline
        self._first_byte_timeout = first_byte_timeout
        self._backend = Backend(self._origin, connect_timeout)
        self._connection: httpcore.HTTPConnection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; the next request opens a new one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def get(
        self,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        max_bytes: int = MAX_BYTES,
        deadline: float | None = None,
    ) -> Response:
        """Fetch a path relative to the base address; it must stay on the same origin."""
        return self.request("GET", path, headers=headers, max_bytes=max_bytes, deadline=deadline)

    def request(
        self,
        method: Method,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        max_bytes: int = MAX_BYTES,
        deadline: float | None = None,
    ) -> Response:
        """Make one exchange within its own budget; a request with a body is never sent twice."""
        try:
            target = check_url(urljoin(self._base, path))
        except ValueError:
            raise OutboundError("bad-url", "path can't be joined") from None
        origin = (self._origin.scheme, self._origin.host, self._origin.port)
        if (target.scheme, target.host, target.port) != origin:
            raise OutboundError("bad-url", "leaves the origin of the client")
        began = time.monotonic()
        until = began + (self._deadline if deadline is None else deadline)
        request = _request(method, target, headers or {}, body)
        is_reused = self._keep_or_drop()
        try:
            return self._exchange(request, until, max_bytes, began)
        except OutboundError as error:
            self.close()
            if (
                method == "POST"
                or not is_reused
                or error.code != "truncated"
                or self._backend.budget.received
            ):
                raise
        # The server closed a resting connection just as we used it: that says nothing about this request.
        return self._exchange(request, until, max_bytes, began)

    def _keep_or_drop(self) -> bool:
        """Say whether the present connection can be used again; drop it when not."""
        if self._connection is None:
            return False
        if self._connection.is_idle() and not self._connection.has_expired():
            return True
        self.close()
        return False

    def _exchange(
        self, request: httpcore.Request, until: float, max_bytes: int, began: float
    ) -> Response:
        self._backend.budget = Budget(
            until, self._first_byte_timeout, 2 * max_bytes + 2 * HEAD_LIMIT
        )
        if self._connection is None:
            self._connection = httpcore.HTTPConnection(
                httpcore.Origin(request.url.scheme, request.url.host, request.url.port or 0),
                ssl_context=tls_context() if request.url.scheme == b"https" else None,
                network_backend=self._backend,
            )
        try:
            answer = self._connection.handle_request(request)
            self._backend.budget.in_head = False
            if not self._backend.budget.received:
                raise OutboundError("protocol", "answered before it was asked")
            return self._read(answer, max_bytes, began, is_head=request.method == b"HEAD")
        except httpcore.RemoteProtocolError as error:
            self.close()
            raise OutboundError(_kind(str(error)), str(error)) from None
        except httpcore.LocalProtocolError as error:
            self.close()
            raise OutboundError("protocol", f"can't be sent: {error}") from None
        except BaseException:
            self.close()
            raise

    def _read(
        self, answer: httpcore.Response, max_bytes: int, began: float, *, is_head: bool
    ) -> Response:
        headers = _headers(answer.headers)
        if 300 <= answer.status < 400 and answer.status != 304:
            raise OutboundError("redirect", headers.get("location", "")[:200])
        if answer.status < 200:
            raise OutboundError("protocol", f"status {answer.status}")
        if headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}:
            raise OutboundError("encoding", headers["content-encoding"][:50])
        length = headers.get("content-length", "")
        if not is_head and length.isdigit() and int(length) > max_bytes:
            raise OutboundError("too-large", f"{length} bytes announced")
        body = bytearray()
        for piece in answer.iter_stream():
            body += piece
            if len(body) > max_bytes:
                raise OutboundError("too-large", f"more than {max_bytes} bytes")
        answer.close()
        return Response(answer.status, headers, bytes(body), time.monotonic() - began)


def _request(
    method: Method, target: Target, headers: Mapping[str, str], body: bytes | None
) -> httpcore.Request:
    mine = {name.lower(): value for name, value in headers.items()}
    if mine.keys() & _OURS:
        raise ValueError(f"these headers belong to the door: {sorted(mine.keys() & _OURS)}")
    if (body is not None) != (method == "POST"):
        raise ValueError("POST, and only POST, has a body")
    if body is not None:
        mine["content-length"] = str(len(body))
    sent = {
        "host": target.authority,
        "user-agent": USER_AGENT,
        "accept": "*/*",
        **mine,
        "accept-encoding": "identity",
    }
    url = httpcore.URL(
        scheme=target.scheme.encode(),
        host=target.host.encode(),
        port=target.port,
        target=target.path.encode(),
    )
    return httpcore.Request(
        method,
        url,
        headers=[
            (name.encode(), value.encode("latin-1", "replace")) for name, value in sent.items()
        ],
        content=body,
    )


def _headers(pairs: list[tuple[bytes, bytes]]) -> dict[str, str]:
    if len(pairs) > HEADERS_LIMIT or sum(len(n) + len(v) for n, v in pairs) > HEAD_LIMIT:
        raise OutboundError("protocol", "too many headers")
    headers: dict[str, str] = {}
    for raw, value in pairs:
        name, text = raw.decode("latin-1").lower(), value.decode("latin-1")
        headers[name] = f"{headers[name]}, {text}" if name in headers else text
    return headers


def _kind(text: str) -> str:
    """Tell an answer that stopped from one that breaks the rules; httpcore has one exception for both."""
    stopped = ("without sending", "incomplete message", "peer closed", "unexpectedly closed")
    return "truncated" if any(words in text for words in stopped) else "protocol"
