"""What a node answers, path by path, with the headers that let others keep it.

The server only adds HTTP to this; an export to a static host can walk the same paths.
"""

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from . import __version__
from .errors import Corrupt
from .proofs import strict_json
from .proofs.jwk import jwks_bytes
from .proofs.statement import EvalRun
from .proofs.tiles import TileError, parse_path
from .store import Store

PROTOCOL: Final = "1"
DEFAULT_LIMIT: Final = 100
MAX_LIMIT: Final = 1000
IMMUTABLE: Final = "public, max-age=31536000, immutable"
BRIEF: Final = "public, max-age=2"
JSON: Final = "application/json"
TEXT: Final = "text/plain; charset=utf-8"
BYTES: Final = "application/octet-stream"
_CONTENT_PATH = re.compile(r"/v1/(?P<folder>envelopes|blobs)/(?P<digest>[0-9a-f]{64})")
_NUMBER = re.compile(r"[0-9]{1,15}")


@dataclass(frozen=True)
class Document:
    body: bytes
    content_type: str
    cache_control: str = BRIEF

    @property
    def etag(self) -> str:
        return f'"{sha256(self.body).hexdigest()}"'


class BadRequest(ValueError):
    """A query whose parameters make no sense."""


def document(store: Store, target: str) -> Document | None:
    """Return what stands at a path, or ``None``. Only the paths of the protocol exist."""
    parts = urlsplit(target)
    match parts.path:
        case "/healthz":
            return Document(b'{"status":"ok"}', JSON, "no-store")
        case "/.well-known/eval-node.json":
            return Document(strict_json.canonical(description(store)), JSON)
        case "/.well-known/jwks.json":
            return Document(jwks_bytes(list(store.public_keys.values())), JSON)
        case "/v1/results":
            return Document(strict_json.canonical(_results(store, parts.query)), JSON)
        case "/checkpoint":
            return Document(store.log.checkpoint_bytes(), TEXT)
    if content := _CONTENT_PATH.fullmatch(parts.path):
        return _content(store, content["folder"], content["digest"])
    return _tile(store, parts.path)


def description(store: Store) -> dict[str, Any]:
    """Say who the node is, where its keys and log are, and what it has measured."""
    measured = {
        (said.benchmark.id, said.benchmark.version)
        for entry in store.entries()
        if isinstance(said := entry.statement.predicate, EvalRun)
    }
    return {
        "protocol": PROTOCOL,
        "node": {"id": store.config.node_id, "organisation": store.config.organisation},
        "contact": store.config.contact,
        "software": {"name": "alliance-node", "version": __version__},
        "log": {"origin": store.config.log_origin, "vkey": store.verifier.vkey},
        "jwks": "/.well-known/jwks.json",
        "benchmarks": [{"id": name, "version": it} for name, it in sorted(measured)],
    }


def _results(store: Store, query: str) -> dict[str, Any]:
    given = parse_qs(query, keep_blank_values=True)
    after = _number(given, "after", 0)
    limit = min(MAX_LIMIT, max(1, _number(given, "limit", DEFAULT_LIMIT)))
    page, size = store.page(after, limit)
    more = bool(page) and page[-1].seq < size
    return {
        "items": [{"seq": entry.seq, "digest": entry.digest, "kind": entry.kind} for entry in page],
        "next": page[-1].seq if more else None,
    }


def _number(given: dict[str, list[str]], name: str, default: int) -> int:
    values = given.get(name, [str(default)])
    if len(values) != 1 or not _NUMBER.fullmatch(values[0]):
        raise BadRequest(f"{name} must be one whole number")
    return int(values[0])


def _content(store: Store, folder: str, digest: str) -> Document | None:
    """Give a file by digest; the pattern of the path leaves no way out of the folder."""
    if folder == "envelopes" and store.find(digest) is None:
        return None  # written, but its append has not come to the end
    try:
        raw = (store.folder / folder / digest).read_bytes()
    except FileNotFoundError:
        return None
    return Document(raw, JSON if folder == "envelopes" else BYTES, IMMUTABLE)


def _tile(store: Store, path: str) -> Document | None:
    try:
        tile = parse_path(path.removeprefix("/"))
    except TileError:
        return None
    if not store.log.has(tile):
        return None
    try:
        return Document(store.log.tile(tile), BYTES, IMMUTABLE)
    except Corrupt:
        return None
