"""Public pages of stages: criteria, applications, one application."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from alliance.clock import database_now
from alliance.pages import public_page, tag
from alliance.viewer import ANONYMOUS
from projects import stage_page
from projects.models import CriteriaVersion, Stage, StageApplication


@require_safe
@public_page("projects", "applications")
def stages(request: HttpRequest) -> HttpResponse:
    """The stages, what each asks for, and the applications that are under way; `?version=` shows an earlier one."""
    versions = list(CriteriaVersion.objects.all())
    asked = request.GET.get("version", "")
    found = next(
        (row for row in versions if str(row.number) == asked), versions[0] if versions else None
    )
    if asked and (found is None or str(found.number) != asked):
        raise Http404
    criteria = list(found.criteria.all()) if found else []
    context = {
        "version": found,
        "versions": versions,
        "stages": [
            (stage, [row for row in criteria if row.stage_id == stage.pk])
            for stage in Stage.objects.all()
        ],
        "applications": [
            (row, stage_page.state_name(row))
            for row in StageApplication.objects.visible_to(ANONYMOUS).for_list()[:50]
        ],
    }
    return render(request, "projects/stages.html", context)


@require_safe
@public_page("applications")
def application(request: HttpRequest, reference: str) -> HttpResponse:
    """One application: what was asked for, what was shown, what was said, what was decided."""
    rows = StageApplication.objects.visible_to(ANONYMOUS).for_list()
    found = get_object_or_404(rows, reference=reference)
    tag(request, f"application:{reference}", f"project:{found.project.slug}", "decisions")
    if found.proposal_id:
        tag(request, f"proposal:{found.proposal_id}")
    return render(request, "projects/application.html", stage_page.context(found, database_now()))
