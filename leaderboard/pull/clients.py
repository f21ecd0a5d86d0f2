"""Speaking to a node: every byte passes the outbound guard, every answer is read strictly."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from alliance_node.proofs import dsse, strict_json, tiles
from alliance_node.proofs.jwk import Jwk, JwkError, parse_jwks
from alliance_node.proofs.note import NoteError, Verifier

from alliance.outbound import OutboundError, fetch
from leaderboard.pull.limits import Limits
from leaderboard.pull.verify import Item, Refusal

OK, NOT_MODIFIED = 200, 304
FIRST_BYTE_TIMEOUT = 10.0
GONE = (404, 410)


class PullFailed(Exception):
    """A node that could not be asked or did not answer as it must: `code` is stable.

    Nothing was lost: the next pull begins where this one ended.
    """

    def __init__(self, code: str, detail: str = "", status: int | None = None) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail
        self.status = status


@dataclass(frozen=True, slots=True)
class Description:
    """What a node says about itself."""

    node_id: str
    organisation: str
    contact: str
    software: str
    log_origin: str
    log_key: bytes
    jwks_path: str
    benchmarks: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A body and the tag to ask with next time."""

    body: bytes
    etag: str


class NodeClient:
    """One pull's conversation with one node, within its budget of time; counts the bytes."""

    def __init__(self, endpoint: str, limits: Limits, *, failures: int = 0) -> None:
        self.endpoint = endpoint.rstrip("/")
        self.limits = limits
        self.bytes = 0
        self._exchange = limits.exchange_after(failures)
        self._until = time.monotonic() + limits.pull_seconds
        self._lock = threading.Lock()

    @property
    def seconds_left(self) -> float:
        return self._until - time.monotonic()

    def description(self) -> Description:
        """Read `/.well-known/eval-node.json`."""
        raw = self._required("/.well-known/eval-node.json", self.limits.small_bytes)
        return read_description(raw)

    def keys(self, path: str = "/.well-known/jwks.json") -> dict[str, Jwk]:
        """Read the key set."""
        try:
            return parse_jwks(self._required(path, self.limits.small_bytes))
        except JwkError as error:
            raise PullFailed("keys-malformed", str(error)) from error

    def checkpoint(self, etag: str) -> Answer | None:
        """Read the tree head; None where the node says it is still the one we have."""
        headers = {"If-None-Match": etag} if etag else {}
        return self._get("/checkpoint", self.limits.small_bytes, headers)

    def results(self, after: int, limit: int) -> list[Item] | None:
        """Read one page of the list; None where a static copy has no pages: its log says the same."""
        path = f"/v1/results?after={after}&limit={limit}"
        raw = self._required(path, self.limits.body_bytes)
        return None if is_complete_list(raw) else read_items(raw, after, limit)

    def entries(self, index: int, width: int) -> list[bytes]:
        """Read one bundle of the log's entries, which are the envelopes themselves."""
        path = tiles.tile_path(tiles.ENTRIES, index, width)
        try:
            found = tiles.parse_entry_bundle(self._required(f"/{path}", self.limits.body_bytes))
        except tiles.TileError as error:
            raise PullFailed("tiles-wrong", f"/{path}: {error}") from error
        if len(found) != width:
            raise PullFailed("tiles-wrong", f"/{path}: {len(found)} entries, not {width}")
        return found

    def tile(self, path: str) -> bytes:
        return self._required(f"/{path}", self.limits.body_bytes)

    def blobs(self, digests: Sequence[str]) -> list[bytes | PullFailed]:
        """Fetch raw files a few at a time, in order; a failure stands in its place."""

        def one(digest: str) -> bytes | PullFailed:
            try:
                return self._required(f"/v1/blobs/{digest}", self.limits.body_bytes)
            except PullFailed as failure:
                return failure

        if not digests:
            return []
        with ThreadPoolExecutor(self.limits.parallel, "blob") as pool:
            return list(pool.map(one, digests))

    def envelopes(self, items: Iterable[Item]) -> list[bytes | Refusal | PullFailed]:
        """Fetch envelopes a few at a time, in order; what went wrong stands in its place."""
        with ThreadPoolExecutor(self.limits.parallel, "envelope") as pool:
            return list(pool.map(self._envelope, items))

    def _envelope(self, item: Item) -> bytes | Refusal | PullFailed:
        """A missing or oversized envelope is the item's fault, an unreachable node is not."""
        try:
            return self._required(f"/v1/envelopes/{item.digest}", dsse.MAX_ENVELOPE)
        except PullFailed as failure:
            if failure.status in GONE:
                return Refusal("envelope-missing", "envelope", f"HTTP {failure.status}")
            if failure.code == "too-large":
                return Refusal("too-large", "envelope", failure.detail)
            return failure

    def _required(self, path: str, max_bytes: int) -> bytes:
        answer = self._get(path, max_bytes, {})
        if answer is None:
            raise PullFailed("bad-status", path, NOT_MODIFIED)
        return answer.body

    def _get(self, path: str, max_bytes: int, headers: Mapping[str, str]) -> Answer | None:
        deadline = min(self._exchange, self.seconds_left)
        if deadline <= 0:
            raise PullFailed("out-of-time", path)
        try:
            response = fetch(
                self.endpoint + path,
                headers=headers,
                max_bytes=max_bytes,
                deadline=deadline,
                first_byte_timeout=min(FIRST_BYTE_TIMEOUT, deadline),
            )
        except OutboundError as error:
            raise PullFailed(error.code, f"{path}: {error.detail}") from error
        with self._lock:
            self.bytes += len(response.body)
        if response.status == NOT_MODIFIED and headers:
            return None
        if response.status != OK:
            raise PullFailed("bad-status", f"{path}: HTTP {response.status}", response.status)
        return Answer(response.body, response.headers.get("etag", "")[:200])


def is_complete_list(raw: bytes) -> bool:
    """Tell whether a list says that it is a whole one, written as a file and not asked for."""
    try:
        document = strict_json.loads(raw, max_bytes=len(raw))
    except strict_json.StrictJsonError:
        return False
    return isinstance(document, dict) and document.get("complete") is True


def read_items(raw: bytes, after: int, limit: int) -> list[Item]:
    """Read a list of results strictly; the numbers must rise from `after` on."""
    document = _document(raw, "list-malformed", len(raw))
    entries = document.get("items")
    if not isinstance(entries, list) or len(entries) > limit:
        raise PullFailed("list-malformed", f"items: must be a list of at most {limit}")
    items: list[Item] = []
    for at, entry in enumerate(entries):
        item = _item(entry, f"items[{at}]")
        if item.seq <= after:
            raise PullFailed("list-malformed", f"items[{at}].seq: must be more than {after}")
        after = item.seq
        items.append(item)
    return items


def _item(entry: object, where: str) -> Item:
    if not isinstance(entry, dict):
        raise PullFailed("list-malformed", f"{where}: must be an object")
    seq, digest, kind = entry.get("seq"), entry.get("digest"), entry.get("kind")
    if type(seq) is not int or not 0 < seq < 1 << 62:
        raise PullFailed("list-malformed", f"{where}.seq: must be a whole number from 1")
    if not isinstance(digest, str) or len(digest) != 64 or set(digest) - set("0123456789abcdef"):
        raise PullFailed("list-malformed", f"{where}.digest: must be a SHA-256 in hexadecimal")
    if not isinstance(kind, str) or not 0 < len(kind) <= 40:
        raise PullFailed("list-malformed", f"{where}.kind: must be a short text")
    return Item(seq, digest, kind)


def read_description(raw: bytes) -> Description:
    """Read what a node says about itself, strictly."""
    document = _document(raw, "description-malformed", len(raw))
    node, log = _part(document, "node"), _part(document, "log")
    software = document.get("software")
    named = _named_benchmarks(document.get("benchmarks", []))
    try:
        verifier = Verifier.parse(_text(log, "log.vkey", 400))
    except NoteError as error:
        raise PullFailed("description-malformed", f"log.vkey: {error}") from error
    origin = _text(log, "log.origin", 300)
    if document.get("protocol") != "1":
        raise PullFailed("unknown-protocol", str(document.get("protocol"))[:80])
    if verifier.name != origin:
        raise PullFailed("description-malformed", "log.vkey: must carry the name of the log")
    jwks = document.get("jwks", "/.well-known/jwks.json")
    if not isinstance(jwks, str) or not jwks.startswith("/") or urlsplit(jwks).netloc:
        raise PullFailed("description-malformed", "jwks: must be a path on the node itself")
    told = software if isinstance(software, dict) else {}
    return Description(
        node_id=_text(node, "node.id", 200),
        organisation=_text(node, "node.organisation", 300),
        contact=str(document.get("contact", ""))[:300],
        software=f"{told.get('name', '')} {told.get('version', '')}".strip()[:300],
        log_origin=origin,
        log_key=verifier.public_key,
        jwks_path=jwks,
        benchmarks=named,
    )


def _document(raw: bytes, code: str, size: int) -> dict[str, Any]:
    try:
        document = strict_json.loads(raw, max_bytes=size)
    except strict_json.StrictJsonError as error:
        raise PullFailed(code, str(error)) from error
    if not isinstance(document, dict):
        raise PullFailed(code, "document: must be an object")
    return document


def _part(document: dict[str, Any], name: str) -> dict[str, Any]:
    part = document.get(name)
    if not isinstance(part, dict):
        raise PullFailed("description-malformed", f"{name}: must be an object")
    return part


def _text(part: dict[str, Any], path: str, most: int) -> str:
    value = part.get(path.rpartition(".")[2])
    if not isinstance(value, str) or not 0 < len(value.strip()) <= most:
        raise PullFailed("description-malformed", f"{path}: must be a text of 1 to {most}")
    return value


def _named_benchmarks(value: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, list) or len(value) > 1000:
        raise PullFailed("description-malformed", "benchmarks: must be a list")
    return tuple(
        (str(entry.get("id", "")), str(entry.get("version", "")))
        for entry in value
        if isinstance(entry, dict)
    )
