"""Pulling a long log: how many results a second one core verifies, stores and enters in the portal's own log."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from alliance_node.config import Config
from alliance_node.disk import Disk
from alliance_node.proofs import ulid
from alliance_node.proofs.jwk import Jwk, raw_public_key
from alliance_node.proofs.predicate import (
    BenchmarkRef,
    DatasetRef,
    Harness,
    Metric,
    NodeRef,
    Outcomes,
    Run,
    SystemRef,
)
from alliance_node.proofs.statement import EvalRun, Statement, Subject
from alliance_node.store import Store
from django.db import connection
from django.test.utils import override_settings

from bench.figure import Figure, at_least, seen
from bench.nodes import serving

TITLE = "A log of 100,000 results"
RESULTS = int(os.environ.get("BENCH_RESULTS", "100000"))
SYSTEMS = 500
TICK = os.sysconf("SC_CLK_TCK")


class _Fast(Disk):
    """Does not wait for the disk: making the node is not what is measured."""

    def sync_directory(self, path: Path) -> None:
        """Leave it to the kernel."""


def measure() -> list[Figure]:
    """Pull a whole log, and give its entries their place in the portal's own."""
    with tempfile.TemporaryDirectory() as folder:
        store = make_node(Path(folder), RESULTS)
        own = {"LOG_CHECKPOINT_FILE": Path(folder) / "checkpoint"}  # not the last measurement's
        with (
            serving(store.folder) as host,
            override_settings(OUTBOUND_ALLOWED_HOSTS=[host], **own),
        ):
            return list(_pulled(store, host))


def _pulled(store: Store, host: str) -> Iterator[Figure]:
    from leaderboard.models import Quarantined, Result
    from leaderboard.pull.cycle import pull

    node = register(store, host)
    began, cpu, behind = time.monotonic(), time.process_time(), _backend_seconds()
    while (attempt := pull(node_id=node)) is not None and attempt.outcome == "ok":
        pass
    wall = time.monotonic() - began
    own, database = time.process_time() - cpu, _backend_seconds() - behind
    assert attempt is not None
    assert attempt.outcome == "unchanged", f"{attempt.outcome}: {attempt.detail}"
    assert Result.objects.count() == RESULTS
    assert not Quarantined.objects.exists()
    both = own + database
    yield at_least(
        f"verify, store and log {RESULTS:,} results, on one core",
        RESULTS / both, 1000, "results/s",
        spread=f"worker {own / RESULTS * 1e6:.0f} µs, its database backend "
        f"{database / RESULTS * 1e6:.0f} µs of CPU a result",
        note="CPU time of the worker and of its database backend, added",
    )  # fmt: skip
    yield seen(
        "the same by the clock, worker and database side by side", RESULTS / wall, "results/s"
    )
    yield _sequenced()


def _sequenced() -> Figure:
    from transparency.models import Leaf
    from transparency.sequencer import sequence

    began, before = time.process_time(), _backend_seconds()
    while sequence():
        pass
    spent = time.process_time() - began + _backend_seconds() - before
    assert Leaf.objects.count() >= RESULTS
    return at_least(
        "places given in the portal's log, on one core", RESULTS / spent, 1000, "entries/s"
    )


def register(store: Store, host: str) -> int:
    """Put the node into service with its key pinned, and the benchmark it measures; return its key."""
    from tests.factories.leaderboard import make_benchmark, make_node, pin

    make_benchmark()
    node = make_node(
        node_id=store.config.node_id,
        slug="bench",
        endpoint=f"http://{host}",
        log_origin=store.config.log_origin,
    )
    pin(node, Jwk(raw_public_key(store.signing_key.private.public_key())))
    return node.pk


def make_node(folder: Path, results: int) -> Store:
    """Make a node whose log holds so many results."""
    config = Config("node-bench.demo.example", "Bench", "bench@demo.example")
    store = Store.create(
        folder / "node", config, now=datetime(2026, 1, 1, tzinfo=UTC), disk=_Fast()
    )
    for first in range(0, results, 4096):
        store.record([payload(number) for number in range(first, min(results, first + 4096))])
    return store


def payload(number: int) -> bytes:
    """Return a result to sign: each number is another run, each five hundred another system."""
    at = datetime(2026, 2, 1, tzinfo=UTC) + timedelta(seconds=number)
    right = 900 + number % 100
    named = sha256(b"language-id").hexdigest()
    run = EvalRun(
        node=NodeRef("node-bench.demo.example", "Bench"),
        run=Run(
            ulid.make(int(at.timestamp() * 1000), number.to_bytes(10, "big")),
            1 + number // SYSTEMS,
            at,
            at + timedelta(seconds=2),
        ),
        benchmark=BenchmarkRef("language-id", "1.0.0", f"sha256:{named}"),
        dataset=DatasetRef("language-id", "1.0.0", named),
        system=SystemRef(f"system-{number % SYSTEMS}", "1.0"),
        harness=Harness("bench", "1.0", f"sha256:{named}", dirty=False),
        metrics=(
            Metric("accuracy", Decimal(right).scaleb(-3), True, 1000, right),
            Metric("sentences-per-second", Decimal(12_300), True, 1000),
        ),
        dimension="capability",
        relationship="third_party",
        outcomes=Outcomes(right, 1000 - right),
    )
    raw = sha256(str(number).encode()).hexdigest()
    return Statement((Subject("results.json", raw),), run).to_payload()


def _backend_seconds() -> float:
    """Return the CPU time that this connection's database process has used."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0  # another machine's: then only the worker counts
    return (int(fields[11]) + int(fields[12])) / TICK
