"""What is measured: benchmarks and their versions."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance.i18n import Localised
from leaderboard.querysets import BenchmarkQuerySet, BenchmarkVersionQuerySet


class Dimension(models.TextChoices):
    """The six sides of a system that the Alliance measures."""

    CAPABILITY = "capability", _("Capability")
    SAFETY = "safety", _("Safety")
    FAIRNESS = "fairness", _("Fairness")
    ROBUSTNESS = "robustness", _("Robustness")
    CALIBRATION = "calibration", _("Calibration")
    EFFICIENCY = "efficiency", _("Efficiency")


class Benchmark(models.Model):
    """A measured task; its data and metrics are fixed by its versions."""

    slug = models.SlugField(max_length=80, unique=True)
    name_en = models.CharField(max_length=120)
    name_fr = models.CharField(max_length=120, blank=True)
    summary_en = models.TextField(blank=True)
    summary_fr = models.TextField(blank=True)
    dimension = models.CharField(max_length=20, choices=Dimension)
    tasks_en = models.TextField(blank=True, help_text=_("what a system is asked to do"))
    tasks_fr = models.TextField(blank=True)

    name = Localised("name")
    summary = Localised("summary")
    tasks = Localised("tasks")

    objects = BenchmarkQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        verbose_name = _("benchmark")
        verbose_name_plural = _("benchmarks")

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("leaderboard:board", args=[self.slug])


class BenchmarkVersion(models.Model):
    """Fixed data, tasks and metrics; results of two versions never share a column.

    `metrics` is a list of `{id, name_en, name_fr, unit, higher_is_better, dimension, kind}` where
    `kind` is `proportion` or `number`. An empty digest means that none is fixed.

    Whatever touches the version's results counts `results_revision` up in the same transaction;
    `board_revision` follows when the boards are computed. While they differ there is work to do,
    even if the doorbell was lost.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        ADOPTED = "adopted", _("Adopted")
        RETIRED = "retired", _("Retired")

    benchmark = models.ForeignKey(Benchmark, models.PROTECT, related_name="versions")
    version = models.CharField(max_length=40)
    dataset_digest = models.CharField(max_length=64, blank=True)
    task_digest = models.CharField(max_length=64, blank=True)
    primary_metric = models.CharField(max_length=200)
    metrics = models.JSONField(default=list)
    tolerance = models.DecimalField(
        max_digits=12,
        decimal_places=6,
        default="0.01",
        help_text=_("how far two organisations may differ and still replicate each other"),
    )
    n_items = models.PositiveIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    adopted_by = models.CharField(
        max_length=40, blank=True, help_text=_("the number of the decision")
    )
    adopted_at = models.DateTimeField(null=True, blank=True)
    results_revision = models.BigIntegerField(default=0)
    board_revision = models.BigIntegerField(default=0)

    objects = BenchmarkVersionQuerySet.as_manager()

    class Meta:
        ordering = ["benchmark", "-pk"]
        verbose_name = _("benchmark version")
        verbose_name_plural = _("benchmark versions")
        constraints = [
            models.UniqueConstraint(fields=["benchmark", "version"], name="benchmark_version_once"),
            models.CheckConstraint(
                name="benchmark_version_adopted_by_decision",
                condition=Q(state="proposed") | Q(adopted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="benchmark_version_tolerance_not_negative", condition=Q(tolerance__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.benchmark} {self.version}"

    def get_absolute_url(self) -> str:
        return self.benchmark.get_absolute_url()

    def metric(self, metric_id: str) -> dict[str, Any] | None:
        """Return the metric with this id, or None where the version knows none."""
        return next((metric for metric in self.metrics if metric["id"] == metric_id), None)
