"""The one outbound door: every request that leaves the portal goes through here.

    with outbound.client("https://node.example/") as node:
        answer = node.get("v1/checkpoint", headers={"if-none-match": etag})

What it holds to, whoever asks and whatever the other side does:

* https on port 443 or 8443, to addresses of the public internet. The name is resolved once, every answer must pass, and
  the connection goes to the address that was checked; the certificate and `Host` stay those of the name.
* No redirects, proxies, cookies, compression or retries. One deadline for the whole exchange, from resolving to the
  last byte; a least speed; a largest size, on the wire too.
* `settings.OUTBOUND_ALLOWED_HOSTS` lists `host:port` pairs that may be on this machine or its own network and may speak
  plain HTTP: tests and `make run` only.

Every failure is an `OutboundError` with a stable `code` (`CODES`); nothing else escapes.
"""

from alliance.outbound.errors import CODES, OutboundError, message
from alliance.outbound.exchange import Client, Response, client, fetch
from alliance.outbound.targets import Target, check_url

__all__ = [
    "CODES",
    "Client",
    "OutboundError",
    "Response",
    "Target",
    "check_url",
    "client",
    "fetch",
    "message",
]
