"""Storing what a pull brought. Each function is one transaction, and each asks the lease first.

An item's rows, its entry in the public log and the node's cursor are written together: a worker
killed at any point leaves either all of them or none, and the next pull goes on from the cursor.
"""

from __future__ import annotations

from dataclasses import asdict
from decimal import Context, Decimal
from typing import Any

from alliance_node.proofs.statement import RESULTS_SUBJECT, SAMPLES_SUBJECT, EvalRun, RunStarted
from django.db import transaction

from alliance.pages import purge
from leaderboard import outcomes, systems
from leaderboard.models import (
    Envelope,
    Measurement,
    Node,
    Quarantined,
    Result,
    SampleSheet,
)
from leaderboard.models import RunStarted as AnnouncedRun
from leaderboard.pull import leases
from leaderboard.pull.leases import Lease
from leaderboard.pull.samples import Sheet
from leaderboard.pull.verify import Accepted, Check, Item, Refusal
from transparency.actions import append

LOG_KINDS = {"eval-run": "result", "run-started": "run-started"}
KEPT_BYTES = 64 * 1024
_PLACES = Decimal("0.000000000001")
_WIDE = Context(prec=60)


def store(lease: Lease, accepted: Accepted, sheet: Sheet | None) -> set[int] | Refusal:
    """Enter an accepted item; return the benchmark versions it touches.

    What only the database can tell may still refuse it (a replay, an unknown target).
    """
    with transaction.atomic():
        node = leases.hold(lease)
        item, said = accepted.item, accepted.statement.predicate
        if Envelope.objects.filter(pk=item.digest, node=node, seq=item.seq).exists():
            _advance(node, item)
            return set()
        if Envelope.objects.filter(pk=item.digest).exists():
            return Refusal("replayed", "digest", "the same statement was entered before")
        target = outcomes.target_of(node, said) if isinstance(said, EvalRun) else None
        if isinstance(target, Refusal):
            return target
        envelope = _enter(node, accepted)
        touched: set[int] = set()
        if isinstance(said, RunStarted):
            _announce(node, envelope, said)
        elif said.retracts is not None and target is not None:
            touched = outcomes.retract(target, by=envelope, reason=said.retracts.reason)
        else:
            result = _result(node, envelope, accepted, said, sheet)
            touched = outcomes.settle(result, supersedes=target)
        _advance(node, item)
        outcomes.mark_touched(touched)
        purge(f"node:{node.slug}", "nodes")
    return touched


def quarantine(lease: Lease, item: Item, refusal: Refusal, raw: bytes | None) -> None:
    """Set an item aside with its reason, and go on behind it."""
    with transaction.atomic():
        node = leases.hold(lease)
        Quarantined.objects.get_or_create(
            node=node,
            seq=item.seq,
            digest=item.digest,
            defaults={
                "kind": item.kind,
                "reason_code": refusal.code,
                "field": refusal.field[:200],
                "detail": refusal.detail[:500],
                "raw": None if raw is None else raw[:KEPT_BYTES],
            },
        )
        _advance(node, item)
        purge(f"node:{node.slug}", "nodes")


def _advance(node: Node, item: Item) -> None:
    Node.objects.filter(pk=node.pk, cursor__lt=item.seq).update(cursor=item.seq)


def _enter(node: Node, accepted: Accepted) -> Envelope:
    item = accepted.item
    return Envelope.objects.create(
        sha256=item.digest,
        raw=accepted.raw,
        kind=item.kind,
        node=node,
        seq=item.seq,
        kid=accepted.kid,
        entry=append(kind=LOG_KINDS[item.kind], body=accepted.raw),
    )


def _announce(node: Node, envelope: Envelope, said: RunStarted) -> None:
    AnnouncedRun.objects.create(
        envelope=envelope,
        node=node,
        run_id=said.run.id,
        attempt=said.run.attempt,
        benchmark=said.benchmark.id,
        version=said.benchmark.version,
        system=said.system.id,
        revision=said.system.revision,
        started_at=said.run.started_at,
    )


def _result(
    node: Node, envelope: Envelope, accepted: Accepted, said: EvalRun, sheet: Sheet | None
) -> Result:
    statement = accepted.statement
    result = Result.objects.create(
        ulid=outcomes.public_id(said.run.id, envelope),
        envelope=envelope,
        node=node,
        run_id=said.run.id,
        attempt=said.run.attempt,
        benchmark_version_id=accepted.benchmark.id,
        system_revision=systems.revision_of(said.system),
        precision=said.system.precision or "",
        adapter=said.system.adapter or "",
        started_at=said.run.started_at,
        finished_at=said.run.finished_at or said.run.started_at,
        harness_name=said.harness.name,
        harness_version=said.harness.version,
        settings_digest=said.harness.settings_digest.removeprefix("sha256:"),
        accelerator=systems.accelerator_of(said.environment.accelerator),
        environment=_plain(said.environment),
        outcomes=_plain(said.outcomes),
        cost=_plain(said.cost),
        contamination=_plain(said.contamination),
        dimension=said.dimension,
        relationship=said.relationship,
        raw_digest=statement.digest_of(RESULTS_SUBJECT) or "",
        samples_digest=statement.digest_of(SAMPLES_SUBJECT) or "",
        **outcomes.first_state(node, said.run.id, accepted.unranked),
    )
    Measurement.objects.bulk_create(
        _measurement(result, position, check) for position, check in enumerate(accepted.checks)
    )
    if sheet is not None:
        SampleSheet.objects.create(result=result, items=sheet.items, correct=sheet.correct)
    return result


def _measurement(result: Result, position: int, check: Check) -> Measurement:
    metric = check.metric
    ci = metric.ci
    return Measurement(
        result=result,
        position=position,
        metric=metric.id,
        group=metric.group or "",
        value=_rounded(metric.value),
        n=metric.n,
        successes=metric.successes,
        stderr=_maybe(metric.stderr),
        stderr_method=metric.stderr_method or "",
        ci_low=_rounded(ci.lower) if ci else None,
        ci_high=_rounded(ci.upper) if ci else None,
        ci_level=round(ci.level, 6) if ci else None,
        ci_method=ci.method if ci else "",
        unit=metric.unit or "",
        higher_is_better=metric.higher_is_better,
        recomputed=_maybe(check.recomputed),
        agrees=check.agrees,
    )


def _rounded(value: Decimal) -> Decimal:
    """Keep twelve places for computing; the exact text stays in the envelope."""
    return value.quantize(_PLACES, context=_WIDE)


def _maybe(value: Decimal | None) -> Decimal | None:
    return None if value is None else _rounded(value)


def _plain(part: Any) -> dict[str, Any]:
    """Write a part of the statement as JSON; unknown fields left out, decimals as text."""
    if part is None:
        return {}
    return {
        name: str(value) if isinstance(value, Decimal) else value
        for name, value in asdict(part).items()
        if value is not None
    }
