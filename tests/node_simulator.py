"""A scriptable evaluation node for tests: honest by default, hostile on demand.

    with NodeSimulator() as node:
        run, digest = node.add_result(system="py3langid", successes=97, n=100)
        node.misbehave("/v1/results", "slow")

Its keys, log and statements are real, so an honest one passes every check the portal makes.
What it can do wrong:

* ``misbehave(path_prefix, fault)`` for one of :data:`FAULTS`, until ``behave()``;
* ``add_result(value=...)`` lies about its counts, ``signed_by=...`` signs with another key,
  ``corrupt=True`` breaks the signature, ``statement=...`` replaces the payload;
* ``equivocate(run, ...)`` signs a second, different result under the same run id;
* ``rewrite_log(drop=...)`` forgets an entry and signs the new history, ``roll_back_log(size)``
  signs a shorter one, ``show_checkpoint(text)`` shows anything at all.
"""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, Self
from urllib.parse import parse_qs, urlsplit

from alliance_node.proofs import dsse, merkle, note, statement, strict_json, tiles, ulid
from alliance_node.proofs.jwk import Jwk, jwks_bytes, raw_public_key
from alliance_node.proofs.predicate import (
    BenchmarkRef,
    Cost,
    DatasetRef,
    Environment,
    Harness,
    Metric,
    NodeRef,
    Outcomes,
    Run,
    SystemRef,
)
from alliance_node.proofs.statement import EvalRun, RunStarted, Statement, Subject
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

FAULTS: Final = (
    "slow",  # the right answer, one byte a second
    "hang",  # accepts, then says nothing
    "oversized",  # 9 MiB of zeros, announced
    "oversized-unannounced",  # the same without Content-Length
    "truncated",  # Content-Length says more than comes
    "malformed",  # half a JSON document
    "not-json",  # HTML
    "error-500",
    "not-found",
    "redirect",  # to the cloud metadata address
    "wrong-digest",  # one byte of the right answer changed
    "gzip",  # claims a content encoding nobody asked for
    "reset",  # closes before answering
)
OVERSIZE: Final = 9 * 1024 * 1024
FIRST_RUN: Final = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Item:
    """One leaf of the node's log."""

    kind: str
    raw: bytes

    @property
    def digest(self) -> str:
        return dsse.digest(self.raw)


class NodeSimulator:
    """An in-memory node behind a real HTTP server on a free port of 127.0.0.1."""

    def __init__(
        self,
        node_id: str = "node-a.demo.example",
        *,
        organisation: str = "Demo Organisation A",
        benchmarks: tuple[tuple[str, str], ...] = (("language-id", "1.0.0"),),
        log_started_runs: bool = True,
    ) -> None:
        self.node_id = node_id
        self.organisation = organisation
        self.benchmarks = benchmarks
        self.log_origin = f"{node_id}/log"
        self.key = key_of(node_id)
        self.keys = [Jwk(raw_public_key(self.key.public_key()))]
        self.items: list[Item] = []
        self.blobs: dict[str, bytes] = {}
        self.requests: list[str] = []
        """Every path asked for, in order: a quiet pull is one checkpoint request."""
        self._log_started_runs = log_started_runs
        self._faults: dict[str, str] = {}
        self._checkpoint: str | None = None
        self._runs = 0
        self._lock = threading.RLock()
        self._closing = threading.Event()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    # -- what a portal is told at onboarding

    @property
    def host(self) -> str:
        """``host:port``, as it stands in OUTBOUND_ALLOWED_HOSTS."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    @property
    def jwks(self) -> dict[str, Any]:
        return {"keys": [key.to_dict() for key in self.keys]}

    @property
    def kid(self) -> str:
        return self.keys[0].kid

    @property
    def verifier(self) -> note.Verifier:
        return note.Verifier(self.log_origin, self.keys[0].public_key)

    # -- results

    def add_result(
        self,
        *,
        system: str,
        successes: int,
        n: int,
        benchmark: str = "language-id",
        version: str = "1.0.0",
        metric: str = "accuracy",
        revision: str = "1.0",
        value: str | None = None,
        run_id: str | None = None,
        attempt: int = 1,
        started_at: datetime | None = None,
        outcomes: Outcomes | None = None,
        more_metrics: tuple[Metric, ...] = (),
        samples: bytes | None = None,
        signed_by: Ed25519PrivateKey | None = None,
        corrupt: bool = False,
        statement: bytes | None = None,
        **changes: Any,
    ) -> tuple[str, str]:
        """Run, sign and log one result; return its ULID and the envelope's digest.

        ``changes`` replace fields of the predicate, such as ``dimension`` or ``relationship``.
        """
        with self._lock:
            run = self._next_run(run_id, attempt, started_at)
            predicate = EvalRun(
                node=NodeRef(self.node_id, self.organisation),
                run=run,
                benchmark=BenchmarkRef(benchmark, version, _digest(f"{benchmark}@{version}")),
                dataset=DatasetRef(benchmark, version, sha256(benchmark.encode()).hexdigest()),
                system=SystemRef(system, revision, _digest(f"{system}@{revision}")),
                harness=Harness("simulator", "1.0", _digest("settings"), dirty=False),
                metrics=(
                    Metric(metric, Decimal(value or _proportion(successes, n)), True, n, successes),
                    *more_metrics,
                ),
                dimension="capability",
                relationship="third_party",
                outcomes=outcomes or Outcomes(successes, n - successes),
                environment=Environment(cpu="simulated", memory_bytes=1, os="simulated"),
                cost=Cost(Decimal("1.5")),
            )
            predicate = replace(predicate, **changes)
            if self._log_started_runs:
                self.add_started(predicate)
            payload = statement or self._payload(predicate, samples)
            raw = self.sign(payload, signed_by, corrupt=corrupt)
            return run.id, self.add_raw(raw, "eval-run")

    def add_started(self, run: EvalRun) -> str:
        """Log the short leaf that announces a run."""
        started = RunStarted(
            run.node, replace(run.run, finished_at=None), run.benchmark, run.system
        )
        subject = Subject(
            f"{run.benchmark.id}@{run.benchmark.version}",
            run.benchmark.task_digest.removeprefix("sha256:"),
        )
        payload = Statement((subject,), started).to_payload()
        return self.add_raw(self.sign(payload), "run-started")

    def add_raw(self, raw: bytes, kind: str = "eval-run") -> str:
        """Log any bytes at all as an envelope; return their digest."""
        with self._lock:
            item = Item(kind, raw)
            self.items.append(item)
            return item.digest

    def add_blob(self, raw: bytes) -> str:
        digest = dsse.digest(raw)
        self.blobs[digest] = raw
        return digest

    def sign(
        self, payload: bytes, key: Ed25519PrivateKey | None = None, *, corrupt: bool = False
    ) -> bytes:
        envelope = dsse.sign(payload, key or self.key)
        if corrupt:
            broken = dsse.Signature(envelope.signatures[0].keyid, bytes(64))
            envelope = replace(envelope, signatures=(broken,))
        return envelope.to_bytes()

    def equivocate(self, run_id: str, *, system: str, successes: int, n: int) -> str:
        """Sign another result under a run id already used; return its digest."""
        return self.add_result(system=system, successes=successes, n=n, run_id=run_id)[1]

    def statement_of(self, digest: str) -> Statement:
        item = next(item for item in self.items if item.digest == digest)
        return statement.parse_statement(dsse.Envelope.parse(item.raw).payload)

    # -- the log

    @property
    def size(self) -> int:
        return len(self.items)

    @property
    def checkpoint(self) -> str:
        with self._lock:
            return self._checkpoint or self.signed_checkpoint(len(self.items))

    def signed_checkpoint(self, size: int) -> str:
        head = note.Checkpoint(self.log_origin, size, merkle.root(self.leaf_hashes[:size]))
        return note.sign(head.text, self.log_origin, self.key)

    @property
    def leaf_hashes(self) -> list[bytes]:
        return [merkle.leaf_hash(item.raw) for item in self.items]

    def rewrite_log(self, *, drop: int) -> None:
        """Forget one entry as if it had never been, and sign that history."""
        with self._lock:
            del self.items[drop]

    def roll_back_log(self, size: int) -> None:
        with self._lock:
            del self.items[size:]

    def show_checkpoint(self, text: str | None) -> None:
        """Serve this text as the checkpoint; ``None`` goes back to the truth."""
        self._checkpoint = text

    # -- misbehaviour

    def misbehave(self, path_prefix: str, fault: str) -> None:
        if fault not in FAULTS:
            raise ValueError(f"unknown fault {fault!r}; known are {', '.join(FAULTS)}")
        self._faults[path_prefix] = fault

    def behave(self) -> None:
        self._faults.clear()
        self._checkpoint = None

    def fault_for(self, path: str) -> str | None:
        return next((it for prefix, it in self._faults.items() if path.startswith(prefix)), None)

    def wait_for_close(self, seconds: float) -> bool:
        return self._closing.wait(seconds)

    # -- what is served

    def answer(self, target: str) -> tuple[str, bytes] | None:
        """Return content type and body for a path, or ``None`` where there is nothing."""
        path = urlsplit(target).path
        with self._lock:
            self.requests.append(target)
            fixed = {
                "/.well-known/eval-node.json": self._description,
                "/.well-known/jwks.json": lambda: jwks_bytes(self.keys),
                "/healthz": lambda: b'{"status":"ok"}',
            }
            if path in fixed:
                return "application/json", fixed[path]()
            if path == "/checkpoint":
                return "text/plain; charset=utf-8", self.checkpoint.encode()
            if path == "/v1/results":
                return "application/json", self._results(target)
            raw = self._stored(path)
            return None if raw is None else ("application/octet-stream", raw)

    def _description(self) -> bytes:
        return strict_json.canonical(
            {
                "protocol": "1",
                "node": {"id": self.node_id, "organisation": self.organisation},
                "contact": "node@demo.example",
                "software": {"name": "node-simulator", "version": "1.0"},
                "log": {"origin": self.log_origin, "vkey": self.verifier.vkey},
                "jwks": "/.well-known/jwks.json",
                "benchmarks": [{"id": name, "version": it} for name, it in self.benchmarks],
            }
        )

    def _results(self, target: str) -> bytes:
        query = parse_qs(urlsplit(target).query)
        after, limit = int(query.get("after", ["0"])[0]), int(query.get("limit", ["100"])[0])
        page = list(enumerate(self.items, start=1))[after : after + limit]
        more = bool(page) and page[-1][0] < len(self.items)
        return strict_json.canonical(
            {
                "items": [
                    {"seq": seq, "digest": item.digest, "kind": item.kind} for seq, item in page
                ],
                "next": page[-1][0] if more else None,
            }
        )

    def _stored(self, path: str) -> bytes | None:
        if path.startswith("/v1/envelopes/"):
            wanted = path.removeprefix("/v1/envelopes/")
            return next((item.raw for item in self.items if item.digest == wanted), None)
        if path.startswith("/v1/blobs/"):
            return self.blobs.get(path.removeprefix("/v1/blobs/"))
        with suppress(tiles.TileError):
            return self._tile(tiles.parse_path(path.removeprefix("/")))
        return None

    def _tile(self, tile: tiles.Tile) -> bytes | None:
        first = tile.index * tiles.WIDTH
        if tile.level == tiles.ENTRIES:
            entries = [item.raw for item in self.items[first : first + tile.width]]
            return tiles.entry_bundle(entries) if len(entries) == tile.width else None
        height = tiles.HEIGHT * tile.level
        if (first + tile.width) << height > len(self.items):
            return None
        reader = merkle.LeafHashes(self.leaf_hashes)
        return b"".join(reader.hash_at(height, first + at) for at in range(tile.width))

    def _next_run(self, run_id: str | None, attempt: int, started_at: datetime | None) -> Run:
        self._runs += 1
        started = started_at or FIRST_RUN + timedelta(minutes=self._runs)
        chance = sha256(f"{self.node_id}/{self._runs}".encode()).digest()[:10]
        made = run_id or ulid.make(int(started.timestamp() * 1000), chance)
        return Run(made, attempt, started, started + timedelta(seconds=2))

    def _payload(self, run: EvalRun, samples: bytes | None) -> bytes:
        raw = json.dumps({"run": run.run.id, "value": str(run.headline.value)}).encode()
        subjects = [Subject(statement.RESULTS_SUBJECT, self.add_blob(raw))]
        if samples is not None:
            subjects.append(Subject(statement.SAMPLES_SUBJECT, self.add_blob(samples)))
        return Statement(tuple(subjects), run).to_payload()


def key_of(name: str) -> Ed25519PrivateKey:
    """Return the key that a name always has in tests."""
    return Ed25519PrivateKey.from_private_bytes(sha256(f"test key of {name}".encode()).digest())


def _digest(text: str) -> str:
    return "sha256:" + sha256(text.encode()).hexdigest()


def _proportion(successes: int, n: int) -> str:
    return format(round(Decimal(successes) / Decimal(n), 4), "f")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, node: NodeSimulator) -> None:
        self.node = node
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client that hangs up on a hostile node is doing right."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        node = self.server.node
        answer = node.answer(self.path)
        fault = node.fault_for(self.path)
        if fault:
            self.close_connection = True
            self._fail(fault, answer or ("text/plain", b"nothing"))
        elif answer is None:
            self._reply(404, "text/plain", b"not found\n")
        else:
            self._honest(*answer)

    do_HEAD = do_GET

    def log_message(self, *args: object) -> None:
        """Keep the test output clean."""

    def _honest(self, kind: str, body: bytes) -> None:
        etag = f'"{sha256(body).hexdigest()}"'
        if self.headers.get("If-None-Match") == etag:
            self.send_response(304)
            self.send_header("ETag", etag)
            self.end_headers()
            return
        self._reply(200, kind, body, ETag=etag)

    def _reply(
        self, status: int, kind: str, body: bytes, *, length: int | None = None, **headers: str
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if length != -1:
            self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _fail(self, fault: str, answer: tuple[str, bytes]) -> None:
        kind, body = answer
        if fault == "reset":
            return
        if fault == "hang":
            self.server.node.wait_for_close(120)
        elif fault == "slow":
            self._drip(kind, body)
        elif fault == "oversized":
            self._reply(200, kind, bytes(OVERSIZE))
        elif fault == "oversized-unannounced":
            self._reply(200, kind, bytes(OVERSIZE), length=-1)
        elif fault == "truncated":
            self._reply(200, kind, body[: len(body) // 2], length=len(body))
        elif fault == "malformed":
            self._reply(200, "application/json", b'{"items":[{"seq":1,')
        elif fault == "not-json":
            self._reply(200, "text/html", b"<!doctype html><title>Welcome</title>")
        elif fault == "error-500":
            self._reply(500, "text/plain", b"out of order\n")
        elif fault == "not-found":
            self._reply(404, "text/plain", b"not found\n")
        elif fault == "redirect":
            self._reply(302, kind, b"", Location="http://169.254.169.254/latest/meta-data/")
        elif fault == "wrong-digest":
            self._reply(200, kind, body[:-1] + bytes([body[-1] ^ 1]))
        elif fault == "gzip":
            self._reply(200, kind, body, Content_Encoding="gzip")

    def _drip(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        for byte in body:
            self.wfile.write(bytes([byte]))
            if self.server.node.wait_for_close(1):
                return
