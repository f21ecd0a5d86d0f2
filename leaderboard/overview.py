"""What stands on the leaderboard's first page and in its part of the home page."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.i18n import whole
from alliance.viewer import ANONYMOUS
from leaderboard import node_page, wording
from leaderboard.board_page import Decision, decision_of
from leaderboard.charts.scale import scale_over
from leaderboard.lines import Table, make_table
from leaderboard.metrics import in_sentence, metric_name
from leaderboard.models import (
    Benchmark,
    BenchmarkVersion,
    BoardSnapshot,
    Dimension,
    Result,
    Standing,
    System,
)
from leaderboard.summary import Summary

LEADERS = 5


@dataclass(frozen=True, slots=True)
class MiniBoard:
    """The leaders of one board."""

    benchmark: Benchmark
    version: BenchmarkVersion
    decision: Decision | None
    dimension: str
    table: Table | None
    computed_at: datetime | None
    link_text: str


@dataclass(frozen=True, slots=True)
class DimensionLine:
    """One of the six dimensions and the boards that speak to it."""

    code: str
    name: str
    links: list[tuple[str, str]]


def leading_snapshots() -> list[BoardSnapshot]:
    """Return the newest snapshot of every adopted benchmark's headline metric, without rows, in two queries."""
    versions = {version.pk: version for version in BenchmarkVersion.objects.current()}
    newest = (
        BoardSnapshot.objects.filter(
            benchmark_version__in=versions, metric=F("benchmark_version__primary_metric")
        )
        .order_by("benchmark_version_id", "-number")
        .distinct("benchmark_version_id")
        .defer("rows")
    )
    found = list(newest)
    for snapshot in found:
        snapshot.benchmark_version = versions[snapshot.benchmark_version_id]
    return sorted(found, key=lambda s: (s.benchmark_version.adopted_at, s.pk))


def mini_boards(limit: int | None = None) -> list[MiniBoard]:
    """Return the adopted benchmarks with their leaders, oldest adoption first."""
    snapshots = {s.benchmark_version_id: s for s in leading_snapshots()}
    leaders = Standing.objects.leading_rows([s.pk for s in snapshots.values()], LEADERS)
    versions = sorted(BenchmarkVersion.objects.current(), key=lambda v: (v.adopted_at, v.pk))
    return [_mini(version, snapshots.get(version.pk), leaders) for version in versions[:limit]]


def _mini(
    version: BenchmarkVersion,
    snapshot: BoardSnapshot | None,
    leaders: dict[int, list[dict[str, Any]]],
) -> MiniBoard:
    said = snapshot.said if snapshot else Summary()
    ranked = [row for row in leaders.get(snapshot.pk, []) if row["ranked"]] if snapshot else []
    metric = version.metric(version.primary_metric) or {"id": version.primary_metric}
    name = metric_name(metric)
    table = None
    if ranked:
        head = f"{name}, n = {whole(ranked[0]['n'])}" if ranked[0]["n"] else name
        caption = _("Leading systems by %(metric)s, with 95 %% intervals and rank ranges")
        ends = [float(row[end]) for row in ranked for end in ("low", "value", "high")]
        table = make_table(
            ranked,
            count=said.ranked,
            scale=scale_over(ends, is_share=all(row["is_share"] for row in ranked)),
            caption=caption % {"metric": in_sentence(metric)},
            value_head=head,
        )
    return MiniBoard(
        benchmark=version.benchmark,
        version=version,
        decision=decision_of(version),
        dimension=wording.dimension(version.benchmark.dimension),
        table=table,
        computed_at=snapshot.computed_at if snapshot else None,
        link_text=_link_text(said),
    )


def _link_text(said: Summary) -> str:
    count = len(said.counts.get("node", {}))
    systems = ngettext("%(count)s system", "%(count)s systems", said.total) % {"count": said.total}
    measured = ngettext("%(count)s node", "%(count)s nodes", count) % {"count": count}
    return _("The full board: %(systems)s, %(nodes)s") % {"systems": systems, "nodes": measured}


def dimension_lines(versions: list[BenchmarkVersion]) -> list[DimensionLine]:
    """Return all six dimensions in their order; one without a board says so in the template."""
    links: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for version in versions:
        url = version.benchmark.get_absolute_url()
        for metric in version.metrics:
            where = (
                url if metric["id"] == version.primary_metric else f"{url}?metric={metric['id']}"
            )
            side = metric.get("dimension", version.benchmark.dimension)
            name = _("%(benchmark)s: %(metric)s") % {
                "benchmark": version.benchmark.name,
                "metric": metric_name(metric),
            }
            links[side].append((name, where))
    return [DimensionLine(side.value, str(side.label), links[side.value]) for side in Dimension]


def overview() -> dict[str, Any]:
    """Return the context of the leaderboard's first page."""
    boards = mini_boards()
    lines = node_page.node_lines()
    adopted = {board.benchmark.pk for board in boards}
    proposed = Benchmark.objects.visible_to(ANONYMOUS).exclude(pk__in=adopted)
    return {
        "boards": boards,
        "dimensions": dimension_lines([board.version for board in boards]),
        "proposed": list(proposed),
        "lines": lines,
        "key": node_page.health_key(lines),
        "picture": node_page.picture_of(lines, leading_snapshots()),
        "counts": {
            "boards": len(boards),
            "systems": System.objects.visible_to(ANONYMOUS).count(),
            "results": Result.objects.visible_to(ANONYMOUS).count(),
            "nodes": len(lines),
        },
    }
