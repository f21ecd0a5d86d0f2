"""When a project's yearly account is due, and who is asked for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from projects.models import CriteriaVersion, Project, TrackEntry
from projects.rules.applications import review_due_on
from projects.rules.dates import first_day


def review_due(project: Project, track: Sequence[TrackEntry]) -> date | None:
    """Return when the next yearly review is due, counted from the last one or the stage; None without a stage."""
    version = CriteriaVersion.objects.current()
    if version is None or project.stage is None or project.stage.is_end:
        return None
    last = project.reviews.first()
    reached = [entry for entry in track if entry.kind == TrackEntry.Kind.STAGE]
    since = last.at.date() if last else first_day(reached[-1].on) if reached else None
    return review_due_on(since, version.review_months) if since else None
