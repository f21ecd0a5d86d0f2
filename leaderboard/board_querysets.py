"""The questions asked about boards as they stood and about their rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, models
from django.db.models import Q

if TYPE_CHECKING:
    from leaderboard.models import BoardSnapshot

_FILL_STANDINGS = """
INSERT INTO leaderboard_standing (
  snapshot_id, system_revision_id, setting, position, ranked, unranked_reason, value, low, high, n, rank_low, rank_high,
  tie_class, nodes, organisations, assurance, name, licence, node_slugs, row
)
SELECT snapshot.id, revision, said.setting, at, said.ranked, coalesce(said.reason, ''), said.value, said.low,
  said.high, said.n, said.rank_low, said.rank_high, said.tie_class, cardinality(said.nodes),
  cardinality(said.organisations), said.assurance, said.name, said.licence, said.nodes, stored
FROM leaderboard_boardsnapshot AS snapshot
CROSS JOIN LATERAL ROWS FROM (jsonb_array_elements(snapshot.rows), unnest(%s::bigint[]))
  WITH ORDINALITY AS listed(stored, revision, at)
CROSS JOIN LATERAL jsonb_to_record(stored) AS said(
  setting text, ranked boolean, reason text, value numeric, low numeric,
  high numeric, n bigint, rank_low integer, rank_high integer, tie_class integer, nodes text[], organisations text[],
  assurance text, name text, licence text
)
WHERE snapshot.id = %s
"""


class BoardSnapshotQuerySet(models.QuerySet["BoardSnapshot"]):
    """Boards as they stood."""

    def of_board(self, benchmark_version_id: int, metric: str) -> BoardSnapshotQuerySet:
        """Those of one board, newest first."""
        return self.filter(benchmark_version=benchmark_version_id, metric=metric).order_by(
            "-number"
        )

    def latest_or_none(self) -> BoardSnapshot | None:
        """The newest one."""
        return self.order_by("-number").first()

    def newest_summary(self) -> BoardSnapshot | None:
        """The newest one without its rows; they are read only where it has no summary."""
        return self.order_by("-number").defer("rows").first()

    def newest_of(self, versions: Iterable[int]) -> dict[tuple[int, str], BoardSnapshot]:
        """The newest one of every board of some versions, without rows, by version and metric."""
        rows = self.filter(benchmark_version__in=list(versions)).defer("rows")
        rows = rows.order_by("benchmark_version_id", "metric", "-number")
        found = rows.distinct("benchmark_version_id", "metric")
        return {(row.benchmark_version_id, row.metric): row for row in found}

    def as_of(self, at: datetime) -> BoardSnapshotQuerySet:
        """Those computed up to a moment, newest first."""
        return self.filter(computed_at__lte=at).order_by("-number")


class StandingQuerySet(models.QuerySet["Standing"]):
    """Rows of boards."""

    def of_system(self, system_id: int) -> StandingQuerySet:
        """One system's rows on all boards."""
        return self.filter(system_revision__system=system_id).select_related(
            "snapshot__benchmark_version__benchmark", "system_revision"
        )

    def of_snapshot(self, snapshot_id: int) -> StandingQuerySet:
        """The rows of the newest snapshot of a board, in its order."""
        return self.filter(snapshot=snapshot_id).order_by("position")

    def leading_rows(self, snapshots: Iterable[int], count: int) -> dict[int, list[dict[str, Any]]]:
        """The first rows of several boards, by snapshot."""
        found: dict[int, list[dict[str, Any]]] = {}
        rows = self.filter(snapshot__in=list(snapshots), position__lte=count)
        for snapshot, row in rows.order_by("position").values_list("snapshot_id", "row"):
            found.setdefault(snapshot, []).append(row)
        return found

    def row_with(self, snapshot_id: int, ulid: str) -> dict[str, Any] | None:
        """The row of a board that a result is part of."""
        rows = self.filter(snapshot=snapshot_id, row__results__contains=[ulid])
        return rows.values_list("row", flat=True).first()

    def row_of(self, system: str, revision: str = "") -> dict[str, Any] | None:
        """The first row of a system, ranked ones first; of one revision where it is named."""
        rows = self.filter(system_revision__system__slug=system)
        if revision:
            rows = rows.filter(system_revision__revision=revision)
        return rows.order_by("-ranked", "position").values_list("row", flat=True).first()

    def of_systems(self, snapshots: Iterable[int], systems: Iterable[str]) -> StandingQuerySet:
        """The rows of some systems on some boards, the best placed of each system first."""
        rows = self.filter(
            snapshot__in=list(snapshots), system_revision__system__slug__in=list(systems)
        )
        return rows.order_by("snapshot", "-ranked", "position")

    def kept_by(self, chosen: Mapping[str, frozenset[str]], wanted: str) -> StandingQuerySet:
        """Those that pass every facet and hold the words."""
        rows = self
        if names := chosen.get("assurance"):
            rows = rows.filter(assurance__in=names)
        if names := chosen.get("licence"):
            rows = rows.filter(licence__in=names)
        if names := chosen.get("node"):
            rows = rows.filter(node_slugs__overlap=sorted(names))
        if wanted:
            words = Q(name__unaccent__icontains=wanted) | Q(row__revision__icontains=wanted)
            rows = rows.filter(words)
        return rows

    def replace_with(self, snapshot: BoardSnapshot, revisions: Sequence[int]) -> None:
        """Put the rows of a new snapshot in the place of its forerunner's, inside the database.

        `revisions` are the keys of the rows' system revisions, in the order of the rows. To look them up by name there
        would leave the plan to statistics that a fast growing table has not got yet, and a bad one is quadratic.
        """
        self.filter(
            snapshot__benchmark_version=snapshot.benchmark_version, snapshot__metric=snapshot.metric
        ).delete()
        with connection.cursor() as cursor:
            cursor.execute(_FILL_STANDINGS, [list(revisions), snapshot.pk])
