"""What an accepted statement says, as the rows that keep it: plain values by column, for `alliance.copying`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import is_dataclass
from datetime import datetime
from decimal import Context, Decimal
from typing import Any
from uuid import UUID

from alliance_node.proofs.statement import RESULTS_SUBJECT, SAMPLES_SUBJECT, EvalRun, RunStarted

from leaderboard.models import Node, Relay
from leaderboard.pull.samples import Sheet
from leaderboard.pull.verify import Accepted, Check

Row = dict[str, Any]

_PLACES = Decimal("0.000000000001")
_WIDE = Context(prec=60)


def envelope_row(
    node: Node, accepted: Accepted, entry: UUID, relay: Relay | None, now: datetime
) -> Row:
    """The bytes as they came, and where they stand in the node's log (unknown to a relay) and in ours."""
    return {
        "sha256": accepted.item.digest,
        "raw": accepted.raw,
        "kind": accepted.statement.kind,
        "node_id": node.pk,
        "seq": None if relay else accepted.item.seq,
        "relay_id": relay.pk if relay else None,
        "kid": accepted.kid,
        "received_at": now,
        "entry_id": entry,
    }


def announced_row(node: Node, accepted: Accepted, said: RunStarted, now: datetime) -> Row:
    """A run that was announced before it began."""
    return {
        "envelope_id": accepted.item.digest,
        "node_id": node.pk,
        "run_id": said.run.id,
        "attempt": said.run.attempt,
        "benchmark": said.benchmark.id,
        "version": said.benchmark.version,
        "system": said.system.id,
        "revision": said.system.revision,
        "started_at": said.run.started_at,
        "received_at": now,
    }


def result_row(node: Node, accepted: Accepted, said: EvalRun, now: datetime) -> Row:
    """What a statement says; its own address, key, state and the rows it points to are for the caller to add."""
    statement = accepted.statement
    return {
        "envelope_id": accepted.item.digest,
        "node_id": node.pk,
        "run_id": said.run.id,
        "attempt": said.run.attempt,
        "benchmark_version_id": accepted.benchmark.id,
        "precision": said.system.precision or "",
        "adapter": said.system.adapter or "",
        "started_at": said.run.started_at,
        "finished_at": said.run.finished_at or said.run.started_at,
        "ingested_at": now,
        "harness_name": said.harness.name,
        "harness_version": said.harness.version,
        "settings_digest": said.harness.settings_digest.removeprefix("sha256:"),
        "environment": _plain(said.environment),
        "outcomes": _plain(said.outcomes),
        "cost": _plain(said.cost),
        "contamination": _plain(said.contamination),
        "dimension": said.dimension,
        "relationship": said.relationship,
        "raw_digest": statement.digest_of(RESULTS_SUBJECT) or "",
        "samples_digest": statement.digest_of(SAMPLES_SUBJECT) or "",
        "reason_text": "",
    }


def measurement_rows(result: int, accepted: Accepted) -> Iterator[Row]:
    """The numbers of a result, in its own order."""
    for position, check in enumerate(accepted.checks):
        yield _measurement(result, position, check)


def _measurement(result: int, position: int, check: Check) -> Row:
    metric = check.metric
    ci = metric.ci
    return {
        "result_id": result,
        "position": position,
        "metric": metric.id,
        "group": metric.group or "",
        "value": _rounded(metric.value),
        "n": metric.n,
        "successes": metric.successes,
        "stderr": _maybe(metric.stderr),
        "stderr_method": metric.stderr_method or "",
        "ci_low": _rounded(ci.lower) if ci else None,
        "ci_high": _rounded(ci.upper) if ci else None,
        "ci_level": round(ci.level, 6) if ci else None,
        "ci_method": ci.method if ci else "",
        "unit": metric.unit or "",
        "higher_is_better": metric.higher_is_better,
        "recomputed": _maybe(check.recomputed),
        "agrees": check.agrees,
    }


def sheet_row(result: int, sheet: Sheet, now: datetime) -> Row:
    """What became of every sample."""
    return {
        "result_id": result,
        "items": sheet.items,
        "correct": sheet.correct,
        "confidence": sheet.confidence,
        "read_at": now,
    }


def event_row(result: int, state: str, reason: str, now: datetime) -> Row:
    """The first event of a result: what it began as."""
    return {
        "result_id": result,
        "from_state": "",
        "to_state": state,
        "reason": reason,
        "details": {},
        "at": now,
    }


def _rounded(value: Decimal) -> Decimal:
    """Keep twelve places for computing; the exact text stays in the envelope."""
    return value.quantize(_PLACES, context=_WIDE)


def _maybe(value: Decimal | None) -> Decimal | None:
    return None if value is None else _rounded(value)


def _plain(part: Any) -> dict[str, Any]:
    """Write a part of the statement as JSON; unknown fields left out, decimals as text."""
    if part is None:
        return {}
    return {name: _value(value) for name, value in vars(part).items() if value is not None}


def _value(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    return _nested(value) if is_dataclass(value) else value


def _nested(part: Any) -> dict[str, Any]:
    """A part within a part keeps its unknown fields, as null."""
    return dict(vars(part))
