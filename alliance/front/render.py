"""Making a page for nobody: Django called without cookie, language, address or any other trace of a reader.

Only what is made this way is ever kept, so nothing of one reader can reach another, whatever the view does.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable
from contextlib import closing, nullcontext
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import SplitResult

LARGEST: Final = 4 * 1024 * 1024

WsgiApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass(frozen=True)
class Captured:
    """A whole response. `body` is None when it was too large to hold."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes | None

    def get(self, name: bytes) -> bytes:
        """Return a header's values joined, or nothing."""
        return b", ".join(value for key, value in self.headers if key == name)


def environ(origin: SplitResult, path: str, query: bytes) -> dict[str, Any]:
    """Return the request of nobody in particular for a page of the portal's own origin."""
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": query.decode("latin-1"),
        "SERVER_NAME": origin.hostname or "localhost",
        "SERVER_PORT": str(origin.port or (443 if origin.scheme == "https" else 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": origin.netloc,
        "HTTP_ACCEPT": "*/*",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": origin.scheme,
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def render(app: WsgiApplication, request: dict[str, Any], largest: int = LARGEST) -> Captured:
    """Call the application and hold its whole response, up to a size."""
    started: list[tuple[int, list[tuple[bytes, bytes]]]] = []
    body = io.BytesIO()

    def start_response(
        status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Callable[[bytes], Any]:
        pairs = [(name.lower().encode("latin-1"), v.encode("latin-1")) for name, v in headers]
        started.append((int(status[:3]), pairs))
        return body.write

    chunks: Any = app(request, start_response)
    with closing(chunks) if hasattr(chunks, "close") else nullcontext():
        for chunk in chunks:
            body.write(chunk)
            if body.tell() > largest:
                return Captured(*started[-1], body=None)
    return Captured(*started[-1], body=body.getvalue())
