"""The node's HTTP server: standard library, threads, reads only.

Everything it gives is public and signed, so plain HTTP behind the member's own TLS front is
enough; put a reverse proxy or a bucket before it where traffic asks for that.
"""

import contextlib
import signal
import socketserver
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from . import __version__
from .documents import BadRequest, Document, document
from .errors import NodeError
from .store import Store

MAX_CONNECTIONS: Final = 64
IDLE_SECONDS: Final = 15


class NodeServer(ThreadingHTTPServer):
    """Serves one store; takes at most so many connections at a time and lets the rest wait."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, store: Store, host: str, port: int) -> None:
        self.store = store
        self._slots = threading.BoundedSemaphore(MAX_CONNECTIONS)
        super().__init__((host, port), _Handler)

    def server_bind(self) -> None:
        """Bind without the base class's look-up of this machine's name, which can take minutes."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]

    @property
    def address(self) -> str:
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"

    def process_request(self, request: Any, client_address: Any) -> None:
        self._slots.acquire()
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._slots.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no event; anything else is said in one line."""
        error = sys.exc_info()[1]
        if not isinstance(error, ConnectionError | TimeoutError):
            print(f"request from {client_address[0]} failed: {error!r}", file=sys.stderr)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    server: NodeServer

    def do_GET(self) -> None:
        try:
            found = document(self.server.store, self.path)
        except (BadRequest, ValueError) as error:
            self._plain(400, str(error))
        except NodeError as error:
            print(f"{self.path}: {error}", file=sys.stderr)
            self._plain(503, "the node cannot read its own files")
        else:
            if found is None:
                self._plain(404, "nothing here")
            else:
                self._give(found)

    do_HEAD = do_GET

    def version_string(self) -> str:
        return f"alliance-node/{__version__}"

    def log_message(self, *args: object) -> None:
        """Say nothing per request: who pulls is nobody's business, and logs fill disks."""

    def _give(self, found: Document) -> None:
        known = self.headers.get("If-None-Match", "")
        fresh = found.etag in (tag.strip().removeprefix("W/") for tag in known.split(","))
        self.send_response(304 if fresh else 200)
        self.send_header("ETag", found.etag)
        self.send_header("Cache-Control", found.cache_control)
        self._common()
        if fresh:
            self.end_headers()
            return
        self.send_header("Content-Type", found.content_type)
        self._body(found.body)

    def _plain(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Cache-Control", "no-store")
        self._common()
        self._body(f"{text}\n".encode())

    def _common(self) -> None:
        self.send_header("Access-Control-Allow-Origin", "*")  # so that a browser can verify too
        self.send_header("X-Content-Type-Options", "nosniff")

    def _body(self, body: bytes) -> None:
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


@contextlib.contextmanager
def running(server: NodeServer) -> Iterator[NodeServer]:
    """Serve from a thread until the block ends."""
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), name="http")
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def serve_until_stopped(
    server: NodeServer, background: Callable[[threading.Event], None] | None = None
) -> None:
    """Serve until SIGTERM or SIGINT, with some work beside it if there is any."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with running(server):
        if background is not None:
            threading.Thread(
                target=background, args=(stop,), name="background", daemon=True
            ).start()
        stop.wait()
