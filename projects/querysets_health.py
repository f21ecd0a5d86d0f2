"""The questions asked about measured figures and what measures them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

if TYPE_CHECKING:
    from projects import models as rows


class HealthFigureQuerySet(models.QuerySet["rows.HealthFigure"]):
    """Figures; as public as their project."""

    def newest(self) -> HealthFigureQuerySet:
        """Of each figure of each repository the newest."""
        key = ("project_id", "repository_id", "name")
        newest = self.order_by(*key, "-on").distinct(*key).values("pk")
        rows = HealthFigureQuerySet(self.model).filter(pk__in=newest)
        return rows.order_by("name", F("repository__position").asc(nulls_first=True), "pk")

    def exempt(self) -> HealthFigureQuerySet:
        """Those of which somebody said why they don't apply."""
        return self.exclude(exemption="")


class HealthProbeQuerySet(models.QuerySet["rows.HealthProbe"]):
    """What is asked about repositories."""

    def takeable(self, now: datetime) -> HealthProbeQuerySet:
        """Those that nobody works on, of projects that are listed and real."""
        return self.filter(
            Q(lease_until=None) | Q(lease_until__lt=now),
            repository__project__is_listed=True,
        )

    def due(self, now: datetime, again: timedelta) -> HealthProbeQuerySet:
        """Those to ring for now, the longest waiting first."""
        rows = self.takeable(now).filter(Q(rung_at=None) | Q(rung_at__lt=now - again))
        return rows.filter(next_at__lte=now).order_by("next_at", "pk")

    def of_project(self, project: rows.Project) -> HealthProbeQuerySet:
        """Those of a project's repositories."""
        return self.filter(repository__project=project)

    def failing(self) -> HealthProbeQuerySet:
        """Those whose last attempt failed."""
        return self.filter(failures__gt=0)
