"""What a project's page shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max

from alliance.viewer import ANONYMOUS
from projects import charts, health_page, reviewing, stage_page
from projects.models import Project, Source, Stage, TrackEntry

NEIGHBOURS = 6


@dataclass(frozen=True, slots=True)
class Step:
    """A stage as the track draws it."""

    stage: Stage
    reached: TrackEntry | None
    is_done: bool
    is_current: bool


def context(project: Project, now: datetime) -> dict[str, Any]:
    """Return everything the page shows."""
    events = project.events.visible_to(ANONYMOUS)
    track = list(project.track.select_related("stage"))
    milestones = list(project.milestones.prefetch_related("moves"))
    return {
        "project": project,
        "milestones": milestones,
        "deliverables": list(project.deliverables.all()),
        "adopters": list(project.adopters.select_related("organisation")),
        "audits": list(project.audits.all()),
        "applications": [
            (row, stage_page.state_name(row))
            for row in project.applications.visible_to(ANONYMOUS).for_list()
        ],
        "review": project.reviews.first(),
        "review_due": reviewing.review_due(project, track),
        "picture": charts.milestones(milestones, now.date()) if milestones else "",
        "steps": steps(project, track),
        "other_steps": [entry for entry in track if entry.kind != TrackEntry.Kind.STAGE],
        "archiving": next(
            (row for row in project.applications.under_way() if row.stage.is_end), None
        ),
        "led_by": [
            row for row in project.participations.all() if row.role == "lead" and not row.until
        ],
        "participations": [row for row in project.participations.all() if not row.until],
        "upcoming": list(events.upcoming(now)),
        "past": list(events.past(now)),
        "neighbours": neighbours(project),
        "programme": programme(project),
        "manifests": manifests(project),
        "changes": list(project.changes.select_related("actor", "organisation")[:5]),
        **health_page.context(project),
    }


def steps(project: Project, track: list[TrackEntry]) -> list[Step]:
    """Return the stages in order with the day each was reached; nothing for a project without a stage."""
    current = project.stage
    if current is None:
        return []
    reached = {entry.stage_id: entry for entry in track if entry.kind == TrackEntry.Kind.STAGE}
    return [
        Step(
            stage,
            reached.get(stage.pk),
            is_done=stage.pk in reached and stage.position <= current.position,
            is_current=stage.pk == current.pk,
        )
        for stage in Stage.objects.all()
    ]


def programme(project: Project) -> Any:
    """Return the area of the taxonomy in force that the project stands in, or none."""
    return next((area for area in project.focus_areas.all() if not area.taxonomy.until), None)


def manifests(project: Project) -> list[Source]:
    """Return the manifests that speak for the project, each with `good_at`: how old the last good copy is."""
    rows = project.sources.visible_to(ANONYMOUS).exclude(state=Source.State.WITHDRAWN)
    return list(rows.annotate(good_at=Max("objects_found__good_at")).order_by("pk"))


def neighbours(project: Project) -> list[Project]:
    """Return other real projects of the same programme."""
    area = programme(project)
    if area is None:
        return []
    rows = Project.objects.visible_to(ANONYMOUS).real().in_areas([area.slug]).exclude(pk=project.pk)
    return list(rows.prefetch_related("participations__organisation")[:NEIGHBOURS])
