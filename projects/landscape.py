"""All projects by focus area and stage: a page, a frame for other sites, and the lines to paste."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from alliance.pages import public_page
from projects import catalogue
from projects.feeds import in_language
from projects.models import FocusArea, Project, Stage, Taxonomy


@dataclass(frozen=True, slots=True)
class Row:
    """A focus area with its projects, a cell a stage; the first cell is for those without a stage."""

    area: FocusArea
    cells: list[list[Project]]

    @property
    def count(self) -> int:
        return sum(len(cell) for cell in self.cells)


def grid(request: HttpRequest) -> dict[str, Any]:
    """Return the grid of the taxonomy asked for (`?taxonomy=`), narrowed like the list."""
    taxonomies = list(Taxonomy.objects.all())
    asked = request.GET.get("taxonomy", "")
    taxonomy = next(
        (row for row in taxonomies if row.slug == asked), taxonomies[0] if taxonomies else None
    )
    rows = catalogue.everything()
    chosen = catalogue.chosen_of(request.GET, list(rows))
    found = list(catalogue.narrowed(chosen, rows))
    stages = [None, *Stage.objects.all()]
    used = [stage for stage in stages if any(row.stage == stage for row in found)]
    lines = [
        Row(area, [[row for row in found if row.stage == stage and area in row.focus_areas.all()] for stage in used])
        for area in (taxonomy.areas.all() if taxonomy else [])
    ]  # fmt: skip
    return {
        "taxonomy": taxonomy,
        "taxonomies": taxonomies,
        "stages": used,
        "rows": [row for row in lines if row.count],
    }


@require_safe
@public_page("projects")
def landscape(request: HttpRequest) -> HttpResponse:
    """The page."""
    return render(request, "projects/landscape.html", grid(request))


@require_safe
@xframe_options_exempt
@public_page("projects", max_age=300)
@in_language
def frame(request: HttpRequest) -> HttpResponse:
    """The grid alone, which any site may put into a frame."""
    context = grid(request) | {"origin": settings.SITE_ORIGIN, "language": get_language()}
    response = render(request, "projects/landscape_frame.html", context)
    response.csp = {"frame-ancestors": "*"}  # type: ignore[attr-defined]
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
@public_page("projects")
def embed(request: HttpRequest) -> HttpResponse:
    """Choose what to show; read the lines to paste, and see what they show."""
    context = grid(request)
    chosen = {"lang": get_language() or "en"}
    if context["taxonomy"]:
        chosen["taxonomy"] = context["taxonomy"].slug
    tier = request.GET.get("tier", "")
    if tier in Project.Tier.values:
        chosen["tier"] = tier
    address = f"{reverse('projects-machine:landscape-frame')}?{urlencode(chosen)}"
    context |= {
        "frame_url": address,
        "origin": settings.SITE_ORIGIN,
        "tier": tier,
        "tiers": Project.Tier.choices,
    }
    response = render(request, "projects/landscape_embed.html", context)
    response.csp = {"frame-src": "'self'"}  # type: ignore[attr-defined]
    return response
