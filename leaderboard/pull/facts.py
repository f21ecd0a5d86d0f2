"""What the portal holds a node's items against, read from the database or from the samples."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from alliance_node.proofs import dsse
from alliance_node.proofs.jwk import Jwk

from leaderboard.models import BenchmarkVersion, Node, NodeKey
from leaderboard.pull.samples import Sheet
from leaderboard.pull.verify import Accepted, BenchmarkFacts, KeyFacts, NodeFacts, Refusal


def facts_of(node: Node) -> NodeFacts:
    """Gather a node's confirmed keys and the benchmark versions it may report on."""
    associated = set(node.associations.values_list("benchmark_id", flat=True))
    versions = BenchmarkVersion.objects.select_related("benchmark")
    return NodeFacts(
        node_id=node.node_id,
        keys={key.kid: KeyFacts(jwk_of(key), key.revoked_at) for key in node.keys.confirmed()},
        unconfirmed=frozenset(node.keys.waiting().values_list("kid", flat=True)),
        benchmarks={
            (version.benchmark.slug, version.version): benchmark_facts(
                version, is_associated=version.benchmark_id in associated
            )
            for version in versions
        },
    )


def benchmark_facts(version: BenchmarkVersion, *, is_associated: bool) -> BenchmarkFacts:
    """Take from a benchmark version what a statement must agree with."""
    return BenchmarkFacts(
        id=version.pk,
        slug=version.benchmark.slug,
        primary_metric=version.primary_metric,
        metrics={metric["id"]: metric for metric in version.metrics},
        dataset_digest=version.dataset_digest,
        task_digest=version.task_digest,
        n_items=version.n_items,
        is_associated=is_associated,
    )


def jwk_of(key: NodeKey) -> Jwk:
    """Return a stored key in the form proofs take."""
    return Jwk(bytes(key.public_key), key.not_before, key.not_after)


def head_keys(node: Node, now: datetime) -> Iterator[bytes]:
    """Yield the keys that may sign the node's tree head at this moment."""
    return (bytes(key.public_key) for key in node.keys.confirmed() if key.is_valid_at(now))


def checked_sheet(
    raw: bytes, digest: str, accepted: Accepted, sheet: Sheet | None
) -> Sheet | Refusal | None:
    """Hold the samples against the statement that names them."""
    if dsse.digest(raw) != digest:
        return Refusal("samples-wrong-digest", "subject", f"is {dsse.digest(raw)}")
    if sheet is None or not sheet.correct:
        return sheet
    metric = next(
        check.metric
        for check in accepted.checks
        if check.metric.id == accepted.benchmark.primary_metric
    )
    if metric.successes is None:
        return None
    if (sheet.n, sheet.successes) != (metric.n, metric.successes):
        return Refusal(
            "samples-mismatch",
            "predicate.metrics",
            f"{metric.successes} of {metric.n} stated, {sheet.successes} of {sheet.n} in the samples",
        )
    return sheet
