"""A node in a temporary folder, and statements to put into it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest
from alliance_node.config import Config
from alliance_node.proofs import ulid
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

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
CONFIG = Config("node-a.demo.example", "Demo Organisation A", "engineer@node-a.demo.example")


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def make_run(number: int = 0, **changes: object) -> EvalRun:
    """Return a run that every check accepts."""
    at = NOW + timedelta(minutes=number)
    fields: dict[str, object] = {
        "node": NodeRef("node-a.demo.example", "Demo Organisation A"),
        "run": Run(
            ulid.make(int(at.timestamp() * 1000), number.to_bytes(10, "big")),
            1,
            at,
            at + timedelta(seconds=1),
        ),
        "benchmark": BenchmarkRef("language-id", "1.0.0", f"sha256:{digest('task')}"),
        "dataset": DatasetRef("lid", "1.0.0", digest("data")),
        "system": SystemRef("py3langid", "0.4.0"),
        "harness": Harness("alliance-node", "0.1.0", f"sha256:{digest('settings')}"),
        "metrics": (Metric("accuracy", Decimal("0.97"), True, 100, 97),),
        "dimension": "capability",
        "relationship": "third_party",
        "outcomes": Outcomes(97, 3),
    }
    return EvalRun(**{**fields, **changes})  # type: ignore[arg-type]


def make_payload(number: int = 0, **changes: object) -> bytes:
    subject = Subject("results.json", digest(f"results {number}"))
    return Statement((subject,), make_run(number, **changes)).to_payload()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "node", CONFIG, now=NOW)


@pytest.fixture
def filled(store: Store) -> Callable[[int], Store]:
    """Return the node with so many entries in its log."""

    def fill(count: int) -> Store:
        store.record([make_payload(number) for number in range(count)])
        return store

    return fill
