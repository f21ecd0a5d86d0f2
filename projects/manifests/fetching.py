"""Get a manifest from the web, through the one outbound door."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from alliance.outbound import OutboundError, Response, fetch
from projects.manifests.sources.text import MAX_BYTES

DEADLINE: Final = 15.0
OK: Final = 200
_GITHUB_PAGE: Final = re.compile(r"/(?P<repo>[^/]+/[^/]+)/(?:blob|raw)/(?P<rest>.+)")
_GITLAB_PAGE: Final = re.compile(r"(?P<repo>/.+)/-/blob/(?P<rest>.+)")


class FetchFailed(Exception):
    """The file could not be had; `code` is stable (`alliance.outbound.CODES`, or `bad-status`)."""

    def __init__(self, code: str, detail: str = "", status: int | None = None) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.status = status


def raw_address(url: str) -> str:
    """Return where the file itself is when somebody gives the page that shows it on a forge."""
    parts = urlsplit(url)
    if parts.hostname == "github.com" and (match := _GITHUB_PAGE.fullmatch(parts.path)):
        return f"https://raw.githubusercontent.com/{match['repo']}/{match['rest']}"
    if match := _GITLAB_PAGE.fullmatch(parts.path):
        return f"{parts.scheme}://{parts.netloc}{match['repo']}/-/raw/{match['rest']}"
    if parts.hostname == "codeberg.org" and "/src/" in parts.path:
        return f"https://codeberg.org{parts.path.replace('/src/', '/raw/', 1)}"
    return url


def repository_of(url: str) -> str:
    """Return the repository that a raw address lies in, where the forge's addresses tell."""
    parts = urlsplit(url)
    names = parts.path.strip("/").split("/")
    if parts.hostname == "raw.githubusercontent.com" and len(names) > 3:
        return f"https://github.com/{names[0]}/{names[1]}"
    if "/-/raw/" in parts.path:
        return f"https://{parts.netloc}{parts.path.split('/-/raw/')[0]}"
    if parts.hostname == "codeberg.org" and "raw" in names[2:3]:
        return f"https://codeberg.org/{names[0]}/{names[1]}"
    return ""


def get(
    url: str, *, etag: str = "", max_bytes: int = MAX_BYTES, deadline: float = DEADLINE
) -> Response:
    """Fetch a file; a 304 comes back as it is, everything else but 200 is a failure."""
    headers = {"if-none-match": etag} if etag else {}
    try:
        response = fetch(
            url,
            headers=headers,
            max_bytes=max_bytes,
            deadline=deadline,
            first_byte_timeout=min(10.0, deadline),
        )
    except OutboundError as error:
        raise FetchFailed(error.code, error.detail) from error
    if response.status == 304 and etag:
        return response
    if response.status != OK:
        raise FetchFailed("bad-status", f"HTTP {response.status}", response.status)
    return response
