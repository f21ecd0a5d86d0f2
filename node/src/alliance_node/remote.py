"""Checking a node over HTTP as anybody can: its keys, its log, and every statement in it."""

import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from .errors import Corrupt, NodeError
from .proofs import dsse, merkle, note, strict_json, tiles
from .proofs.fields import StatementError
from .proofs.jwk import Jwk, JwkError, parse_jwks
from .proofs.note import Checkpoint, NoteError, Verifier
from .proofs.statement import EvalRun, headline_agrees, parse_statement
from .proofs.tiles import ENTRIES, WIDTH

TIMEOUT_SECONDS: Final = 30
MAX_BODY: Final = 32 * 1024 * 1024
Progress = Callable[[int, int], None]


class Unreachable(NodeError):
    """An address that does not answer, or not as a node does."""

    code = "unreachable"


@dataclass(frozen=True)
class Checked:
    """A node whose whole log was read and holds."""

    node_id: str
    head: Checkpoint
    kinds: dict[str, int]


def is_address(text: str) -> bool:
    return text.startswith(("http://", "https://"))


def fetch(url: str) -> bytes:
    request = urllib.request.Request(url, headers={"Accept-Encoding": "identity"})  # noqa: S310
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=TIMEOUT_SECONDS) as reply:
            body: bytes = reply.read(MAX_BODY + 1)
    except (OSError, ValueError, urllib.error.URLError) as error:
        if isinstance(error, urllib.error.HTTPError):
            error.close()
        raise Unreachable(f"{url}: {error}") from error
    if len(body) > MAX_BODY:
        raise Unreachable(f"{url}: has more than {MAX_BODY} bytes")
    return body


def keys_at(url: str) -> dict[str, Jwk]:
    """Return the key set of the node that an address belongs to."""
    parts = urlsplit(url)
    try:
        return parse_jwks(fetch(f"{parts.scheme}://{parts.netloc}/.well-known/jwks.json"))
    except JwkError as error:
        raise Corrupt(f"{url}: its key set: {error}") from error


def check_node(url: str, progress: Progress = lambda done, of: None) -> Checked:
    """Read a node's whole log and hold it against its signed head, entry by entry."""
    url = url.rstrip("/")
    said = _description(url)
    keys = keys_at(url)
    origin = said["log"]["origin"]
    try:
        verifiers = [Verifier(origin, key.public_key) for key in keys.values()]
        head = note.verify_checkpoint(fetch(f"{url}/checkpoint"), verifiers, origin=origin)
    except NoteError as error:
        raise Corrupt(f"{url}/checkpoint: {error}") from error
    hashes: list[bytes] = []
    kinds: dict[str, int] = {}
    while len(hashes) < head.size:
        for raw in _bundle(url, len(hashes) // WIDTH, head.size):
            kind = _check_entry(raw, len(hashes) + 1, said["node"]["id"], keys)
            kinds[kind] = kinds.get(kind, 0) + 1
            hashes.append(merkle.leaf_hash(raw))
        progress(len(hashes), head.size)
    if merkle.root(hashes) != head.root:
        raise Corrupt(f"{url}: the log's entries are not those that its head signs")
    return Checked(said["node"]["id"], head, kinds)


def _description(url: str) -> dict[str, Any]:
    try:
        said = strict_json.loads(fetch(f"{url}/.well-known/eval-node.json"))
        node, log = said["node"]["id"], said["log"]["origin"]
    except (strict_json.StrictJsonError, KeyError, TypeError) as error:
        raise Unreachable(f"{url} is not a node: {error}") from error
    if not isinstance(node, str) or not isinstance(log, str):
        raise Unreachable(f"{url} is not a node: it does not say its id and its log's origin")
    found: dict[str, Any] = said
    return found


def _bundle(url: str, index: int, size: int) -> list[bytes]:
    width = min(WIDTH, size - index * WIDTH)
    path = tiles.tile_path(ENTRIES, index, width)
    try:
        entries = tiles.parse_entry_bundle(fetch(f"{url}/{path}"))
    except tiles.TileError as error:
        raise Corrupt(f"{url}/{path}: {error}") from error
    if len(entries) != width:
        raise Corrupt(f"{url}/{path}: has {len(entries)} entries, not {width}")
    return entries


def _check_entry(raw: bytes, seq: int, node_id: str, keys: dict[str, Jwk]) -> str:
    try:
        statement = parse_statement(dsse.verified(raw, keys)[1].payload)
    except (dsse.EnvelopeError, StatementError) as error:
        raise Corrupt(f"entry {seq}: {error}") from error
    said = statement.predicate
    if said.node.id != node_id:
        raise Corrupt(f"entry {seq}: speaks for the node {said.node.id}")
    if isinstance(said, EvalRun) and headline_agrees(said.headline) is False:
        raise Corrupt(f"entry {seq}: its headline is not what its counts give")
    return statement.kind
