"""Speaking to a relay: it answers as a node does, and names its origins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from alliance_node.proofs import strict_json

from leaderboard.pull.clients import Description, NodeClient, PullFailed, read_description

MOST_ORIGINS = 1000
PATH = "/.well-known/eval-node.json"


@dataclass(frozen=True, slots=True)
class Origin:
    """A node whose statements a relay passes on; `via` is the relay from which that one has them, if so."""

    node_id: str
    organisation: str
    log_origin: str
    endpoint: str
    jwks: str
    checkpoint: str
    via: str = ""


@dataclass(frozen=True, slots=True)
class RelayDescription:
    """What a relay says about itself."""

    said: Description
    origins: tuple[Origin, ...]


class RelayClient(NodeClient):
    """One pull's conversation with one relay."""

    def relay_description(self) -> RelayDescription:
        """Read who the relay is and whose statements it passes on."""
        return read_relay(self._required(PATH, self.limits.body_bytes))

    def note(self, path: str) -> bytes:
        """Read a node's head as the relay witnessed it."""
        return self._required(path, self.limits.small_bytes)


def read_relay(raw: bytes) -> RelayDescription:
    """Read a relay's description strictly."""
    said = read_description(raw)
    document: Any = strict_json.loads(raw, max_bytes=len(raw))
    if document.get("relay") is not True:
        raise PullFailed("not-a-relay", "relay: must be true")
    origins = document.get("origins")
    if not isinstance(origins, list) or len(origins) > MOST_ORIGINS:
        raise PullFailed("description-malformed", f"origins: at most {MOST_ORIGINS}, as a list")
    return RelayDescription(said, tuple(_origin(one, at) for at, one in enumerate(origins)))


def _origin(one: object, at: int) -> Origin:
    if not isinstance(one, dict):
        raise PullFailed("description-malformed", f"origins[{at}]: must be an object")

    def text(name: str, most: int, *, is_needed: bool = True) -> str:
        value = one.get(name, "")
        if not isinstance(value, str) or len(value) > most or (is_needed and not value.strip()):
            raise PullFailed("description-malformed", f"origins[{at}].{name}: must be a text")
        return value

    def path(name: str) -> str:
        value = text(name, 300)
        if not value.startswith("/") or urlsplit(value).netloc:
            raise PullFailed("description-malformed", f"origins[{at}].{name}: must be a path")
        return value

    return Origin(
        node_id=text("id", 200),
        organisation=text("organisation", 300),
        log_origin=text("logOrigin", 300),
        endpoint=text("endpoint", 300, is_needed=False),
        jwks=path("jwks"),
        checkpoint=path("checkpoint"),
        via=text("via", 200, is_needed=False),
    )
