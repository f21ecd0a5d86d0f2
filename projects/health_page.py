"""What a project's page shows of its measured figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.safestring import SafeString

from projects import charts
from projects.health import reasons
from projects.models import HealthFigure, HealthProbe, Project


@dataclass(frozen=True, slots=True)
class Line:
    """A figure in words."""

    figure: HealthFigure
    value: str
    scope: str


@dataclass(frozen=True, slots=True)
class Activity:
    """Commits of a repository week by week: a picture, and the same as rows."""

    figure: HealthFigure
    picture: SafeString
    weeks: list[tuple[date, int]]


def context(project: Project) -> dict[str, Any]:
    """Return figures, pictures, and what could not be asked."""
    rows = list(project.figures.newest().select_related("repository"))
    probes = HealthProbe.objects.of_project(project).failing()
    return {
        "figures": [line_of(row) for row in rows],
        "activities": [activity_of(row) for row in rows if row.weeks],
        "unasked": [
            (row, reasons.reason(row.outcome)) for row in probes.select_related("repository")
        ],
    }


def line_of(row: HealthFigure) -> Line:
    """Put a figure into words."""
    scope = reasons.scope(row.scope)
    name = row.repository.short_name if row.repository else ""
    return Line(
        row, reasons.value(row.name, row.value), " · ".join(part for part in (name, scope) if part)
    )


def activity_of(row: HealthFigure) -> Activity:
    """Date the weeks back from the day they were read."""
    count = len(row.weeks)
    weeks = [(row.on - timedelta(weeks=count - n), commits) for n, commits in enumerate(row.weeks)]
    return Activity(row, charts.weeks(weeks), weeks)
