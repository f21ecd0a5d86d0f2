"""Files about a project for machines: manifests, linked data, and the index that sister portals harvest."""

from __future__ import annotations

import json
import uuid
from typing import Any

from alliance_node.proofs import strict_json
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from alliance.clock import database_now
from alliance.pages import public_page, tag
from alliance.problems import problem, problem_response
from alliance.viewer import ANONYMOUS
from projects import index as index_document
from projects import linked_data
from projects.describing import entry_of
from projects.manifests import codemeta
from projects.manifests.publiccode.writing import complete, write
from projects.models import Project


def _open(response: HttpResponse, name: str = "") -> HttpResponse:
    """Let any page on the web read it: there is nothing private here."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["X-Content-Type-Options"] = "nosniff"
    if name:
        response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _project(request: HttpRequest, **wanted: Any) -> Project:
    rows = Project.objects.visible_to(ANONYMOUS).for_list()
    project = get_object_or_404(rows, **wanted)
    tag(request, f"project:{project.slug}")
    return project


@require_safe
@public_page()
def publiccode(request: HttpRequest, slug: str) -> HttpResponse:
    """The project as publiccode.yml."""
    entry = entry_of(_project(request, slug=slug), today=database_now().date())
    text = write(complete(entry))
    return _open(
        HttpResponse(text, content_type="application/yaml; charset=utf-8"), "publiccode.yml"
    )


@require_safe
@public_page()
def codemeta_file(request: HttpRequest, slug: str) -> HttpResponse:
    """The project as codemeta.json."""
    entry = entry_of(_project(request, slug=slug), today=database_now().date())
    return _open(
        HttpResponse(codemeta.write(entry), content_type="application/json"), "codemeta.json"
    )


@require_safe
@public_page()
def schema_org(request: HttpRequest, slug: str) -> HttpResponse:
    """The project for search engines: schema.org in JSON-LD."""
    project = _project(request, slug=slug)
    return _linked(linked_data.schema_org(project, entry_of(project, today=database_now().date())))


@require_safe
@public_page()
def dcat(request: HttpRequest, slug: str) -> HttpResponse:
    """The project for data portals: DCAT-AP in JSON-LD."""
    project = _project(request, slug=slug)
    return _linked(linked_data.dcat_record(project, entry_of(project, today=database_now().date())))


@require_safe
@public_page("projects")
def dcat_catalogue(request: HttpRequest) -> HttpResponse:
    """All projects as a DCAT-AP catalogue, page by page."""
    try:
        number = _number(request, "page", 1)
    except ValueError as error:
        return problem_response(problem(status=400, code="bad-query", title=str(error)))
    document = linked_data.catalogue(number, database_now().date())
    if document is None:
        raise Http404
    return _linked(document)


@require_safe
@public_page("projects")
def index(request: HttpRequest) -> HttpResponse:
    """The index of own entries, deletions included."""
    try:
        after = _number(request, "after", 0)
    except ValueError as error:
        return problem_response(problem(status=400, code="bad-query", title=str(error)))
    body = strict_json.canonical(index_document.page(after))
    return _open(HttpResponse(body, content_type="application/json"))


@require_safe
@public_page()
def entry(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """One own entry, as the index's hash is of it."""
    project = _project(request, uid=uid)
    if project.is_demo:
        raise Http404
    return _open(HttpResponse(index_document.entry_bytes(project), content_type="application/json"))


def _linked(document: dict[str, Any]) -> HttpResponse:
    text = json.dumps(document, ensure_ascii=False, indent=2)
    return _open(HttpResponse(text + "\n", content_type="application/ld+json"))


def _number(request: HttpRequest, name: str, default: int) -> int:
    text = request.GET.get(name, str(default))
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise ValueError(f"{name} must be one whole number")
    return int(text)
