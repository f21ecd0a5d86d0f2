"""Public pages of projects: the same for everybody."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from alliance.clock import database_now
from alliance.pages import public_page, tag
from alliance.viewer import ANONYMOUS
from projects import catalogue, differing, project_page
from projects.models import FocusArea, Taxonomy

CHANGES_PER_PAGE = 25


@require_safe
@public_page("projects", "organisations")
def project_list(request: HttpRequest) -> HttpResponse:
    """Every project, narrowed by what the address asks for."""
    rows = list(catalogue.everything())
    chosen = catalogue.chosen_of(request.GET, rows)
    is_filtered = any(chosen.values())
    found = list(catalogue.narrowed(chosen, catalogue.everything())) if is_filtered else rows
    page = Paginator(found, catalogue.PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "found": len(found),
        "facets": catalogue.facets(rows, chosen),
        "standing": catalogue.standing(rows),
        "wanted": chosen["q"],
        "is_filtered": is_filtered,
    }
    return render(request, "projects/list.html", context)


@require_safe
@public_page("projects", "organisations")
def project(request: HttpRequest, slug: str) -> HttpResponse:
    """One project: what it is, its stage, its parts, who takes part, what comes next."""
    found = get_object_or_404(catalogue.everything(), slug=slug)
    tag(request, f"project:{slug}", "events")
    if found.working_group:
        tag(request, f"body:{found.working_group.slug}")
    return render(request, "projects/project.html", project_page.context(found, database_now()))


@require_safe
@public_page("projects")
def areas(request: HttpRequest) -> HttpResponse:
    """The taxonomies, newest first, with how many projects each area holds."""
    counted = FocusArea.objects.visible_to(ANONYMOUS).with_counts()
    groups = [
        (taxonomy, [area for area in counted if area.taxonomy_id == taxonomy.pk])
        for taxonomy in Taxonomy.objects.all()
    ]
    return render(request, "projects/areas.html", {"groups": groups})


@require_safe
@public_page("projects")
def history(request: HttpRequest, slug: str) -> HttpResponse:
    """Every change of an entry, each field before and after."""
    found = get_object_or_404(catalogue.everything(), slug=slug)
    tag(request, f"project:{slug}")
    rows = found.changes.select_related("organisation")
    page = Paginator(rows, CHANGES_PER_PAGE).get_page(request.GET.get("page"))
    changes = [(row, differing.shown(row.fields)) for row in page]
    context = {"project": found, "page": page, "changes": changes}
    return render(request, "projects/history.html", context)
