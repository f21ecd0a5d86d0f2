"""Boards of any metric at a glance: every adopted version's metrics with their newest snapshot, in two queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from leaderboard.metrics import metric_name
from leaderboard.models import BenchmarkVersion, BoardSnapshot

Stored = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SideBoard:
    """A board: an adopted version and one of its metrics; no snapshot while nothing was measured."""

    version: BenchmarkVersion
    metric: Mapping[str, Any]
    snapshot: BoardSnapshot | None

    @property
    def metric_id(self) -> str:
        return str(self.metric["id"])

    @property
    def dimension(self) -> str:
        return str(self.metric.get("dimension", self.version.benchmark.dimension))

    @property
    def is_share(self) -> bool:
        return self.metric.get("kind") == "proportion"

    @property
    def higher_is_better(self) -> bool:
        return bool(self.metric.get("higher_is_better", True))

    @property
    def name(self) -> str:
        return f"{self.version.benchmark.name} · {metric_name(self.metric)}"

    @property
    def key(self) -> str:
        """The board's name in addresses."""
        return f"{self.version.benchmark.slug}:{self.metric_id}"

    @property
    def url(self) -> str:
        url = self.version.benchmark.get_absolute_url()
        is_first = self.metric_id == self.version.primary_metric
        return url if is_first else f"{url}?metric={self.metric_id}"


def side_boards() -> list[SideBoard]:
    """Return the boards of all adopted versions, oldest adoption first, metrics in their order."""
    versions = sorted(BenchmarkVersion.objects.current(), key=lambda v: (v.adopted_at, v.pk))
    newest = BoardSnapshot.objects.newest_of([version.pk for version in versions])
    return [
        SideBoard(version, metric, newest.get((version.pk, metric["id"])))
        for version in versions
        for metric in version.metrics
    ]
