"""Benchmarks, organisations and nodes for tests; a node may stand for a simulator that answers."""

from __future__ import annotations

from typing import Any

from alliance_node.proofs.jwk import Jwk
from django.utils import timezone

from leaderboard.models import Benchmark, BenchmarkVersion, Node, NodeBenchmark, NodeKey
from members.models import Organisation
from tests.node_simulator import NodeSimulator

ACCURACY = {
    "id": "accuracy",
    "name_en": "Accuracy",
    "name_fr": "Exactitude",
    "unit": "proportion",
    "higher_is_better": True,
    "dimension": "capability",
    "kind": "proportion",
}
SPEED = {
    "id": "sentences-per-second",
    "name_en": "Speed",
    "name_fr": "Vitesse",
    "unit": "1/s",
    "higher_is_better": True,
    "dimension": "efficiency",
    "kind": "number",
}


def make_organisation(slug: str = "demo-a") -> Organisation:
    organisation, _ = Organisation.objects.get_or_create(
        slug=slug, defaults={"name": slug, "short_name": slug, "kind": "research", "is_demo": True}
    )
    return organisation


def make_benchmark(
    slug: str = "language-id", version: str = "1.0.0", *, state: str = "adopted", **fields: Any
) -> BenchmarkVersion:
    """Make a benchmark version that any simulated result fits."""
    benchmark, _ = Benchmark.objects.get_or_create(
        slug=slug, defaults={"name_en": slug, "name_fr": slug, "dimension": "capability"}
    )
    return BenchmarkVersion.objects.create(
        benchmark=benchmark,
        version=version,
        primary_metric="accuracy",
        metrics=[ACCURACY, SPEED],
        state=state,
        adopted_at=None if state == "proposed" else timezone.now(),
        **fields,
    )


def make_node(
    simulator: NodeSimulator | None = None,
    *,
    organisation: Organisation | None = None,
    benchmarks: tuple[Benchmark, ...] | None = None,
    **fields: Any,
) -> Node:
    """Make a node in service with the simulator's keys pinned, for every benchmark there is."""
    node_id = simulator.node_id if simulator else "node-x.demo.example"
    values = {
        "slug": node_id.split(".", 1)[0],
        "node_id": node_id,
        "organisation": organisation or make_organisation(),
        "endpoint": simulator.url if simulator else "http://127.0.0.1:9",
        "log_origin": simulator.log_origin if simulator else f"{node_id}/log",
        "state": Node.State.ACTIVE,
        "interval": 10,
    }
    node = Node.objects.create(**(values | fields))
    for key in simulator.keys if simulator else []:
        pin(node, key)
    for benchmark in Benchmark.objects.all() if benchmarks is None else benchmarks:
        NodeBenchmark.objects.create(node=node, benchmark=benchmark)
    return node


def pin(node: Node, key: Jwk, **fields: Any) -> NodeKey:
    """Confirm a key of a node."""
    return NodeKey.objects.create(
        node=node,
        kid=key.kid,
        public_key=key.public_key,
        not_before=key.not_before,
        not_after=key.expires,
        **({"confirmed_at": timezone.now()} | fields),
    )
