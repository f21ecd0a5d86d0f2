"""What this room adds to an organisation's page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from alliance.pages import tag
from alliance.viewer import ANONYMOUS
from members.models import Organisation
from projects.models import Participation, Project


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
    return {"participations": found}
