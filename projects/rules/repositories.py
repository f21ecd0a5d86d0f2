"""One spelling for each address of a repository, so that the same repository is found however it is written."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

# Forges that take owner and name in any capitals.
CASELESS = frozenset(
    {"github.com", "gitlab.com", "codeberg.org", "bitbucket.org", "huggingface.co"}
)
_SCP = re.compile(r"^(?:[\w.-]+@)?(?P<host>[\w-]+(?:\.[\w-]+)+):(?!//)(?P<path>[^\s]+)$")
_AFTER_NAME = re.compile(r"/(?:-/)?(?:tree|blob|raw|releases|issues|pulls?|wiki|commits?)(?:/.*)?$")


class BadAddress(ValueError):
    """The text is not the address of a repository; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def normalised(text: str) -> str:
    """Return `https://host/path` for any usual spelling: ssh and git addresses, .git, capitals, pages within.

    Owner and name keep their capitals: they are for reading. Compare with `key_of`.
    """
    text = text.strip()
    if match := _SCP.match(text):
        text = f"https://{match['host']}/{match['path']}"
    text = text.removeprefix("git+")
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").lower().rstrip("."), parts.port
    except ValueError:
        raise BadAddress("not-an-address") from None
    if parts.scheme not in {"https", "http", "ssh", "git"} or "." not in host:
        raise BadAddress("not-an-address")
    host = host.removeprefix("www.")
    path = re.sub(r"/{2,}", "/", unquote(parts.path)).rstrip("/")
    path = _AFTER_NAME.sub("", path).removesuffix(".git").rstrip("/")
    if re.search(r"[\s<>\"\\]|/\.\.?(/|$)", path):
        raise BadAddress("not-an-address")
    if path.count("/") < (2 if host in CASELESS else 1):
        raise BadAddress("no-repository")
    shown_port = (
        f":{port}" if port and parts.scheme in {"https", "http"} and port not in {80, 443} else ""
    )
    return f"https://{host}{shown_port}{path}"


def key_of(url: str) -> str:
    """Return what two addresses of the same repository have in common; pass a normalised address."""
    host, _slash, path = url.removeprefix("https://").partition("/")
    return f"{host}/{path.lower() if host in CASELESS else path}"
