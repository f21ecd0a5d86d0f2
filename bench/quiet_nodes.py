"""`python -m bench.quiet_nodes quiet|hang`: one server that stands for any number of nodes, none with news.

`/<anything>/checkpoint` answers 304 at once, or never.
"""

from __future__ import annotations

import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ETAG = '"quiet"'


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hangs = False

    def do_GET(self) -> None:
        """Say that nothing is new, or nothing at all."""
        if self.hangs:
            threading.Event().wait(600)
        self.send_response(304 if self.headers.get("If-None-Match") else 404)
        self.send_header("ETag", ETAG)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Keep the report clean."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


def main() -> None:
    """Serve on a free port of loopback until stopped, and say where."""
    _Handler.hangs = sys.argv[1:] == ["hang"]
    with _Server(("127.0.0.1", 0), _Handler) as server:
        print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
