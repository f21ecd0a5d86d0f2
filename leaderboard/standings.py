"""Computing a board: from the stored results of a benchmark version to a new snapshot, if anything changed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from alliance_node.proofs.strict_json import canonical
from django.db import connection, transaction
from django.utils import timezone

from alliance.pages import announce, purge
from leaderboard.board_facts import BoardFacts, board_facts
from leaderboard.board_memory import remembered
from leaderboard.models import BenchmarkVersion, BoardSnapshot, Standing
from leaderboard.statistics import ranking
from leaderboard.statistics.board import Board, Rules, compute
from leaderboard.summary import Summary

_LOCK = 0x0B0A4D  # first key of the advisory lock: boards; the second is the version


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
        facts = board_facts(version.pk)
        made = [_refresh_metric(version, metric, facts) for metric in version.metrics]
        written = [snapshot for snapshot in made if snapshot is not None]
        if written:
            _tell(version, written)
        return written


def _take_turn(benchmark_version_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, benchmark_version_id])


def _refresh_metric(
    version: BenchmarkVersion, metric: dict[str, Any], facts: BoardFacts
) -> BoardSnapshot | None:
    """Write the next snapshot of one board, or nothing when it would say the same."""
    with remembered(version.pk, metric["id"]) as memory:
        runs = facts.runs(metric["id"], memory.runs)
        board = compute(runs, rules_of(version, metric), memory.cells)
        listed = [*board.ranked, *board.unranked]
        rows, written = memory.write(listed, facts)
    last = BoardSnapshot.objects.of_board(version.pk, metric["id"]).newest_summary()
    digest = _digest(version, metric["id"], written, board)
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
        summary=Summary.of(rows, board.ranking.draws).to_json(),
    )
    Standing.objects.replace_with(snapshot, [facts.revision_of(row.results[0]) for row in listed])
    return snapshot


def rules_of(version: BenchmarkVersion, metric: dict[str, Any]) -> Rules:
    """Return what the version fixes; only the headline metric must cover every item."""
    is_headline = metric["id"] == version.primary_metric
    return Rules(
        tolerance=Fraction(Decimal(str(metric.get("tolerance", version.tolerance)))),
        higher_is_better=bool(metric.get("higher_is_better", True)),
        n_items=version.n_items if is_headline else None,
    )


def _digest(version: BenchmarkVersion, metric: str, rows: list[bytes], board: Board) -> str:
    """Digest a board as canonical JSON: its rows, written already, come last but one among the sorted names."""
    said = {
        "benchmark": version.benchmark.slug,
        "version": version.version,
        "metric": metric,
        "code": ranking.CODE_VERSION,
        "drawing": str(board.ranking.drawing),
        "draws": board.ranking.digest,
        "rows": [],
    }
    head, empty, tail = canonical(said).rpartition(b'"rows":[]')
    return hashlib.sha256(head + empty[:-1] + b",".join(rows) + b"]" + tail).hexdigest()


def _tell(version: BenchmarkVersion, written: Sequence[BoardSnapshot]) -> None:
    """Drop the pages that stand on the boards and wake the readers, when this transaction commits."""
    slug = version.benchmark.slug
    systems = {f"system:{row['system']}" for snapshot in written for row in snapshot.rows}
    purge("boards", f"board:{slug}", *sorted(systems))
    for snapshot in written:
        announce(
            f"board:{slug}",
            number=snapshot.number,
            metric=snapshot.metric,
            version=version.version,
        )
