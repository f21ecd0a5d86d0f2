"""Computing a board: from the stored results of a benchmark version to a new snapshot, if anything changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from alliance_node.proofs.strict_json import canonical
from django.db import connection, transaction
from django.utils import timezone

from alliance.pages import announce, purge
from leaderboard.models import BenchmarkVersion, BoardSnapshot, Measurement, Result, Standing
from leaderboard.statistics import ranking
from leaderboard.statistics.board import Board, Reason, Row, Rules, Run, as_dict, compute

_LOCK = 0x0B0A4D  # first key of the advisory lock: boards; the second is the version
_STATE_REASONS = {
    Result.State.RETRACTED: Reason.RETRACTED,
    Result.State.EQUIVOCATED: Reason.EQUIVOCATION,
}


def refresh(benchmark_version_id: int) -> list[BoardSnapshot]:
    """Compute every board of an adopted version; write, announce and purge those that changed.

    Safe to call at any time and by several workers at once: an advisory lock makes them take turns, and a board whose
    rows are what they were stays as it is.
    """
    with transaction.atomic():
        _take_turn(benchmark_version_id)
        version = (
            BenchmarkVersion.objects.select_related("benchmark")
            .filter(pk=benchmark_version_id)
            .first()
        )
        if version is None or version.state == BenchmarkVersion.State.PROPOSED:
            return []
        results = list(
            Result.objects.of_version(version.pk).exclude(state="superseded").for_board()
        )
        made = [_refresh_metric(version, metric, results) for metric in version.metrics]
        written = [snapshot for snapshot in made if snapshot is not None]
        if written:
            _tell(version, written, results)
        return written


def _take_turn(benchmark_version_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, benchmark_version_id])


def _refresh_metric(
    version: BenchmarkVersion, metric: dict[str, Any], results: Sequence[Result]
) -> BoardSnapshot | None:
    """Write the next snapshot of one board, or nothing when it would say the same."""
    labels = {result.ulid: result for result in results}
    board = compute(_runs(results, metric["id"]), rules_of(version, metric))
    rows = [_stored(row, labels) for row in (*board.ranked, *board.unranked)]
    last = BoardSnapshot.objects.of_board(version.pk, metric["id"]).latest_or_none()
    digest = _digest(version, metric["id"], rows, board)
    if (last is None and not rows) or (last is not None and last.digest == digest):
        return None
    snapshot = BoardSnapshot.objects.create(
        benchmark_version=version,
        metric=metric["id"],
        number=last.number + 1 if last else 1,
        computed_at=timezone.now(),
        ranking_code_version=ranking.CODE_VERSION,
        draws_digest=board.ranking.digest,
        rows=rows,
        digest=digest,
    )
    _write_standings(snapshot, board, labels)
    return snapshot


def rules_of(version: BenchmarkVersion, metric: dict[str, Any]) -> Rules:
    """Return what the version fixes; only the headline metric must cover every item."""
    is_headline = metric["id"] == version.primary_metric
    return Rules(
        tolerance=Fraction(Decimal(str(metric.get("tolerance", version.tolerance)))),
        higher_is_better=bool(metric.get("higher_is_better", True)),
        n_items=version.n_items if is_headline else None,
    )


def _runs(results: Iterable[Result], metric_id: str) -> Iterable[Run]:
    for result in results:
        for measurement in result.measurements.all():
            if measurement.metric == metric_id:
                yield _run(result, measurement)


def _run(result: Result, measurement: Measurement) -> Run:
    revision = result.system_revision
    run = Run(
        id=result.ulid,
        node=result.node.slug,
        organisation=result.node.organisation.slug,
        system=revision.system.slug,
        revision=revision.revision,
        artefact=revision.digest,
        setting=setting_of(result),
        value=Fraction(measurement.value),
        n=measurement.n,
        successes=measurement.successes,
        stderr=None if measurement.stderr is None else float(measurement.stderr),
        first_party=result.relationship == Result.Relationship.FIRST_PARTY,
        excluded=_excluded(result),
        abstained=int(result.outcomes.get("abstained", 0)),
    )
    return _with_samples(run, result, measurement)


def _with_samples(run: Run, result: Result, measurement: Measurement) -> Run:
    """Add the outcomes the portal counted itself, where they are those of this very number."""
    sheet = getattr(result, "samples", None)
    if sheet is None or measurement.successes is None:
        return run
    correct = np.frombuffer(bytes(sheet.correct), np.uint8).astype(bool)
    if len(correct) != measurement.n or int(correct.sum()) != measurement.successes:
        return run
    return replace(run, recomputed=True, outcomes=correct, items=sheet.items)


def _excluded(result: Result) -> str | None:
    if result.state == Result.State.COUNTED:
        return None
    return str(_STATE_REASONS.get(Result.State(result.state), result.reason or Reason.LIMITED))


def setting_of(result: Result) -> str:
    """Name what must be equal for results to meet in a cell: harness, major version, settings, precision, adapter."""
    parts = [
        result.harness_name,
        result.harness_version.split(".", 1)[0],
        result.settings_digest,
        result.precision,
        result.adapter,
    ]
    return hashlib.sha256(canonical(parts)).hexdigest()


def _stored(row: Row, results: dict[str, Result]) -> dict[str, Any]:
    """Add the names as they are today, so that an old board still says what it said."""
    result = results[row.results[0]]
    system = result.system_revision.system
    harness = " ".join(
        part for part in (result.harness_name, result.harness_version, result.precision) if part
    )
    return as_dict(row) | {
        "name": system.name,
        "licence": system.licence,
        "setting_label": harness,
    }


def _digest(
    version: BenchmarkVersion, metric: str, rows: list[dict[str, Any]], board: Board
) -> str:
    said = {
        "benchmark": version.benchmark.slug,
        "version": version.version,
        "metric": metric,
        "code": ranking.CODE_VERSION,
        "drawing": str(board.ranking.drawing),
        "draws": board.ranking.digest,
        "rows": rows,
    }
    return hashlib.sha256(canonical(said)).hexdigest()


def _write_standings(snapshot: BoardSnapshot, board: Board, results: dict[str, Result]) -> None:
    """Replace the rows that answer questions across boards."""
    Standing.objects.filter(
        snapshot__benchmark_version=snapshot.benchmark_version, snapshot__metric=snapshot.metric
    ).delete()
    Standing.objects.bulk_create(
        _standing(snapshot, place, row, results[row.results[0]])
        for place, row in enumerate((*board.ranked, *board.unranked), start=1)
    )


def _standing(snapshot: BoardSnapshot, position: int, row: Row, result: Result) -> Standing:
    place = row.place
    return Standing(
        snapshot=snapshot,
        system_revision=result.system_revision,
        setting=row.setting,
        position=position,
        ranked=place is not None,
        unranked_reason=row.reason or "",
        value=_decimal(row.value),
        low=_maybe(row.interval.low),
        high=_maybe(row.interval.high),
        n=row.n,
        rank_low=place.low if place else None,
        rank_high=place.high if place else None,
        tie_class=(1 if place.tied else 2) if place else None,
        nodes=len(row.nodes),
        organisations=len(row.organisations),
        assurance=str(row.rung),
    )


def _maybe(value: Fraction | float | None) -> Decimal | None:
    return None if value is None else _decimal(value)


def _decimal(value: Fraction | float) -> Decimal:
    exact = Fraction(value)
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("1e-12"))


def _tell(
    version: BenchmarkVersion, written: Sequence[BoardSnapshot], results: Sequence[Result]
) -> None:
    """Drop the pages that stand on the boards and wake the readers, when this transaction commits."""
    slug = version.benchmark.slug
    systems = {f"system:{result.system_revision.system.slug}" for result in results}
    purge("boards", f"board:{slug}", *sorted(systems))
    for snapshot in written:
        announce(f"board:{slug}", number=snapshot.number, metric=snapshot.metric)
