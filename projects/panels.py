"""What this room adds to the pages of organisations and bodies, and to the dashboard."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from alliance.clock import database_now
from alliance.pages import tag
from alliance.viewer import ANONYMOUS, Viewer
from governance.models import Body
from members.models import Organisation
from projects import calendar, policies, policies_sources, stage_page
from projects.models import FocusArea, Participation, Project, ReviewCall, Source, StageApplication

EVENTS = 6


def projects_of(request: HttpRequest, organisation: Organisation) -> dict[str, Any] | None:
    """The projects an organisation takes part in, with its part in each."""
    visible = Project.objects.visible_to(ANONYMOUS)
    rows = Participation.objects.filter(
        organisation=organisation, until=None, project__in=visible
    ).select_related("project")
    found = list(rows.order_by("project__name"))
    if not found:
        return None
    tag(request, *(f"project:{row.project.slug}" for row in found))
    areas = FocusArea.objects.filter(projects__in=[row.project_id for row in found]).distinct()
    return {"participations": found, "areas": areas}


def of_body(request: HttpRequest, body: Body) -> dict[str, Any] | None:
    """The projects and events that belong to a body: of events those to come, then the latest."""
    projects = list(
        Project.objects.visible_to(ANONYMOUS).filter(working_group=body).order_by("name")
    )
    events = list(calendar.everything().of_body(body.slug).order_by("-starts_at")[:EVENTS])
    if not projects and not events:
        return None
    tag(request, *(f"project:{row.slug}" for row in projects), "events")
    return {"body": body, "projects": projects, "events": events}


def my_projects(request: HttpRequest, viewer: Viewer) -> dict[str, Any] | None:
    """The projects a person may edit, and their applications that are under way."""
    if viewer.person_id is None:
        return None
    today = database_now().date()
    rows = list(
        Project.objects.editable_by(viewer.person_id, today, policies.RUNNING, policies.ROLES)
    )
    if not rows:
        return None
    open_ones = StageApplication.objects.visible_to(viewer).filter(project__in=rows)
    return {
        "projects": rows,
        "calls": list(
            ReviewCall.objects.filter(project__in=rows, review=None).select_related("project")
        ),
        "applications": list(
            open_ones.filter(state__in=["draft", "comment", "proposed"]).for_list()
        ),
    }


def harvest_of(request: HttpRequest, viewer: Viewer) -> dict[str, Any] | None:
    """The manifests a person looks after; nothing for who leads no project."""
    today = database_now().date()
    rows = policies_sources.managed_sources(viewer, today).exclude(state=Source.State.WITHDRAWN)
    found = list(rows.select_related("project"))
    if not found and not policies_sources.editable_projects(viewer, today).exists():
        return None
    bad = (Source.Health.FAULTY, Source.Health.FAILING)
    return {"sources": len(found), "troubled": [row for row in found if row.health in bad][:10]}


def deciding_of(request: HttpRequest, viewer: Viewer) -> dict[str, Any] | None:
    """The applications that are open or wait for a body, for who holds a seat in one that decides them."""
    now = database_now()
    if viewer.person_id is None or not policies.deciding_seats(viewer, now.date()).exists():
        return None
    rows = StageApplication.objects.awaiting_a_body().for_list()
    return {"applications": [(row, not stage_page.comments_open(row, now)) for row in rows]}
