"""Speaking to sources: every byte passes the outbound door, within one budget of time."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urljoin, urlsplit

from alliance_node.proofs import strict_json

from alliance.outbound import OutboundError, Response, fetch
from projects.harvest.limits import Limits
from projects.harvest.report import HarvestFailed

OK, NOT_MODIFIED = 200, 304
LEAST_SECONDS = 0.5


class SourceClient:
    """One harvest's conversation; counts the bytes."""

    def __init__(self, limits: Limits, *, failures: int = 0) -> None:
        self.limits = limits
        self.bytes = 0
        self._exchange = limits.exchange_after(failures)
        self._until = time.monotonic() + limits.harvest_seconds

    @property
    def is_out_of_time(self) -> bool:
        return self._until - time.monotonic() < LEAST_SECONDS

    def get(self, url: str, *, etag: str = "", max_bytes: int) -> Response:
        """Fetch an address; only 200, and 304 to a tag, come back."""
        deadline = min(self._exchange, self._until - time.monotonic())
        if deadline <= 0:
            raise HarvestFailed("out-of-time", url)
        try:
            response = fetch(
                url,
                headers={"if-none-match": etag} if etag else {},
                max_bytes=max_bytes,
                deadline=deadline,
                first_byte_timeout=min(self.limits.first_byte_seconds, deadline),
            )
        except OutboundError as error:
            raise HarvestFailed(error.code, error.detail) from error
        self.bytes += len(response.body)
        if response.status == NOT_MODIFIED and etag:
            return response
        if response.status != OK:
            raise HarvestFailed("bad-status", f"HTTP {response.status}", response.status)
        return response

    def document(self, url: str, *, etag: str = "") -> tuple[dict[str, Any] | None, str]:
        """Fetch a JSON object and its tag; None where it is still the one with this tag."""
        response = self.get(url, etag=etag, max_bytes=self.limits.page_bytes)
        if response.status == NOT_MODIFIED:
            return None, etag
        return read_object(response.body), response.headers.get("etag", "")[:200]


def read_object(raw: bytes) -> dict[str, Any]:
    """Read one JSON object, strictly."""
    try:
        document = strict_json.loads(raw, max_bytes=len(raw))
    except strict_json.StrictJsonError as error:
        raise HarvestFailed("not-json", str(error)[:300]) from error
    if not isinstance(document, dict):
        raise HarvestFailed("not-json", "the document must be an object")
    return document


def next_page(base: str, link: object) -> str:
    """Return the whole address of the next page; it must stay on the same origin."""
    if not isinstance(link, str) or not link:
        return ""
    address = urljoin(base, link)
    if urlsplit(address)[:2] != urlsplit(base)[:2]:
        raise HarvestFailed("leaves-origin", address[:300])
    return address
