"""What a system's page shows: its place on every board, how that changed, and the results behind it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Func, JSONField, Value
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from alliance.viewer import ANONYMOUS
from leaderboard import figures, wording
from leaderboard.charts.history import Point, history_line
from leaderboard.charts.strips import rung_bars
from leaderboard.devices import DeviceTable, device_tables
from leaderboard.measures import short_moment
from leaderboard.metrics import metric_with_unit
from leaderboard.models import BenchmarkVersion, BoardSnapshot, Result, Standing, System
from leaderboard.node_page import ResultLine, result_lines
from leaderboard.statistics.assurance import Rung
from leaderboard.statistics.board import decimal_text

HISTORY = 40
RESULTS = 50


@dataclass(frozen=True, slots=True)
class CellLine:
    """One number of the system on one board."""

    metric: str
    dimension: str
    url: str
    revision: str
    value: str
    interval: str
    place: str
    rung: str
    bars: SafeString
    organisations: int
    reason: str
    embed_url: str


@dataclass(frozen=True, slots=True)
class BoardGroup:
    """Everything about the system on one benchmark."""

    name: str
    url: str
    version: str
    cells: list[CellLine]
    history: SafeString


@dataclass(frozen=True, slots=True)
class SystemPage:
    """Everything the template prints."""

    system: System
    revisions: list[str]
    groups: list[BoardGroup]
    results: list[ResultLine]
    devices: list[DeviceTable]


def system_page(system: System) -> SystemPage:
    """Gather a system's page; boards of retired versions are left to their `as_of` pages."""
    standings = Standing.objects.of_system(system.pk).order_by("snapshot", "position")
    by_version: dict[int, list[Standing]] = {}
    for standing in standings:
        by_version.setdefault(standing.snapshot.benchmark_version_id, []).append(standing)
    results = Result.objects.visible_to(ANONYMOUS).filter(system_revision__system=system)
    results = results.select_related(
        "node", "benchmark_version__benchmark", "system_revision__system"
    ).prefetch_related("measurements")
    return SystemPage(
        system=system,
        revisions=list(dict.fromkeys(system.revisions.values_list("revision", flat=True))),
        groups=[_group(system, rows) for rows in by_version.values()],
        results=result_lines(list(results.order_by("-finished_at", "-pk")[:RESULTS])),
        devices=device_tables(system=system.pk),
    )


def _group(system: System, standings: list[Standing]) -> BoardGroup:
    version = standings[0].snapshot.benchmark_version
    order = {metric["id"]: i for i, metric in enumerate(version.metrics)}
    ordered = sorted(standings, key=lambda s: (order.get(s.snapshot.metric, 99), s.position))
    return BoardGroup(
        name=version.benchmark.name,
        url=version.benchmark.get_absolute_url(),
        version=version.version,
        cells=[_cell(version, standing) for standing in ordered],
        history=_history(system, version),
    )


def _cell(version: BenchmarkVersion, standing: Standing) -> CellLine:
    metric = version.metric(standing.snapshot.metric) or {"id": standing.snapshot.metric}
    is_share = metric.get("kind") == "proportion"
    low, high, value = (
        None if number is None else decimal_text(float(number))
        for number in (standing.low, standing.high, standing.value)
    )
    url = version.benchmark.get_absolute_url()
    is_primary = metric["id"] == version.primary_metric
    rung = Rung(standing.assurance)
    return CellLine(
        metric=metric_with_unit(metric),
        dimension=wording.dimension(metric.get("dimension", version.benchmark.dimension)),
        url=url if is_primary else f"{url}?metric={metric['id']}",
        revision=standing.system_revision.revision,
        value=figures.score(value, is_share=is_share, n=standing.n),
        interval=figures.span(low, high, is_share=is_share),
        place=figures.places_span(standing.rank_low, standing.rank_high),
        rung=wording.rung(rung),
        bars=rung_bars(rung),
        organisations=standing.organisations,
        reason=wording.reason(standing.unranked_reason),
        embed_url=_embed_url(version, metric["id"], standing),
    )


def _embed_url(version: BenchmarkVersion, metric: str, standing: Standing) -> str:
    system = standing.row.get("system") or standing.system_revision.system.slug
    url = reverse("leaderboard:embed", args=[version.benchmark.slug, system])
    question = {"revision": standing.system_revision.revision}
    if metric != version.primary_metric:
        question["metric"] = metric
    return f"{url}?{urlencode(question)}"


def _history(system: System, version: BenchmarkVersion) -> SafeString:
    """Draw the headline over the board's versions; PostgreSQL picks this system's row out of each."""
    boards = BoardSnapshot.objects.of_board(version.pk, version.primary_metric).annotate(
        row=Func(
            F("rows"),
            Value("$[*] ? (@.system == $system)"),
            Value(json.dumps({"system": system.slug})),
            function="jsonb_path_query_first",
            template="%(function)s(%(expressions)s)",
            output_field=JSONField(),
        )
    )
    found = [
        (at, row) for at, row in boards.values_list("computed_at", "row")[:HISTORY][::-1] if row
    ]
    changed = [
        pair
        for i, pair in enumerate(found)
        if i in (0, len(found) - 1) or _said(pair[1]) != _said(found[i - 1][1])
    ]
    points = [
        Point(at, float(row["value"]), _float(row["low"]), _float(row["high"]))
        for at, row in changed
    ]
    if len(points) < 2:
        return SafeString("")
    label = _(
        "%(system)s on %(benchmark)s: from %(first)s to %(last)s over %(count)s versions of the board"
    ) % {
        "system": system.name,
        "benchmark": version.benchmark.name,
        "first": figures.score(changed[0][1]["value"], is_share=changed[0][1]["is_share"]),
        "last": figures.score(changed[-1][1]["value"], is_share=changed[-1][1]["is_share"]),
        "count": len(found),
    }
    return history_line(
        points,
        label=label,
        first=short_moment(points[0].at),
        last=short_moment(points[-1].at),
        is_share=bool(found[0][1]["is_share"]),
    )


def _said(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["value"], row["low"], row["high"]


def _float(text: str | None) -> float | None:
    return None if text is None else float(text)
