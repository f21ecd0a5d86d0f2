"""Boards as they stood: computed by `leaderboard.standings`, kept for ever, never changed."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from leaderboard.board_querysets import BoardSnapshotQuerySet, StandingQuerySet
from leaderboard.models.append_only import append_only
from leaderboard.models.benchmarks import BenchmarkVersion
from leaderboard.models.systems import SystemRevision
from leaderboard.statistics.ranking import DRAWS
from leaderboard.summary import Summary


class BoardSnapshot(models.Model):
    """One version of a board (benchmark version and metric); `number` rises by one for each."""

    benchmark_version = models.ForeignKey(
        BenchmarkVersion, models.PROTECT, related_name="snapshots"
    )
    metric = models.CharField(max_length=200)
    number = models.PositiveIntegerField()
    computed_at = models.DateTimeField(default=timezone.now)
    ranking_code_version = models.CharField(max_length=40)
    draws_digest = models.CharField(max_length=64, blank=True)
    rows = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    summary = models.JSONField(
        null=True, help_text=_("what the rows say as a whole; boards of code version 1 have none")
    )

    objects = BoardSnapshotQuerySet.as_manager()

    class Meta:
        ordering = ["benchmark_version", "metric", "-number"]
        verbose_name = _("board snapshot")
        verbose_name_plural = _("board snapshots")
        triggers = append_only("board_snapshot")
        indexes = [models.Index(fields=["benchmark_version", "metric", "-computed_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["benchmark_version", "metric", "number"], name="board_snapshot_number_once"
            ),
            models.CheckConstraint(
                name="board_snapshot_number_positive", condition=Q(number__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.benchmark_version_id} {self.metric} {self.number}"

    @cached_property
    def said(self) -> Summary:
        """The summary, from the rows where none was kept."""
        if self.summary is None:
            return Summary.of(self.rows, DRAWS)
        return Summary.from_json(self.summary)


class Standing(models.Model):
    """One row of the newest snapshot of a board: what pages filter, sort and cut without reading the whole board."""

    snapshot = models.ForeignKey(BoardSnapshot, models.CASCADE, related_name="standings")
    system_revision = models.ForeignKey(SystemRevision, models.PROTECT, related_name="standings")
    setting = models.CharField(max_length=200, blank=True)
    position = models.PositiveIntegerField(help_text=_("the place in the list, ranked or not"))
    ranked = models.BooleanField()
    unranked_reason = models.CharField(max_length=40, blank=True)
    value = models.DecimalField(max_digits=38, decimal_places=12)
    low = models.DecimalField(max_digits=38, decimal_places=12, null=True, blank=True)
    high = models.DecimalField(max_digits=38, decimal_places=12, null=True, blank=True)
    n = models.BigIntegerField(null=True, blank=True)
    rank_low = models.PositiveIntegerField(null=True, blank=True)
    rank_high = models.PositiveIntegerField(null=True, blank=True)
    tie_class = models.PositiveIntegerField(null=True, blank=True)
    nodes = models.PositiveIntegerField(default=0)
    organisations = models.PositiveIntegerField(default=0)
    assurance = models.CharField(max_length=20)
    name = models.CharField(max_length=200, default="")
    licence = models.CharField(max_length=200, blank=True, default="")
    node_slugs = ArrayField(models.CharField(max_length=120), default=list)
    row = models.JSONField(default=dict, help_text=_("the row as the snapshot keeps it"))

    objects = StandingQuerySet.as_manager()

    class Meta:
        ordering = ["snapshot", "position"]
        verbose_name = _("standing")
        verbose_name_plural = _("standings")
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "position"], name="standing_place_once"),
            models.UniqueConstraint(
                fields=["snapshot", "system_revision", "setting"], name="standing_cell_once"
            ),
            models.CheckConstraint(
                name="standing_rank_where_ranked",
                condition=Q(
                    ranked=True,
                    rank_low__isnull=False,
                    rank_high__gte=F("rank_low"),
                    unranked_reason="",
                )
                | (Q(ranked=False, rank_low=None, rank_high=None) & ~Q(unranked_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.snapshot_id} {self.position}"
