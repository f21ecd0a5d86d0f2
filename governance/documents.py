"""Public pages of charters, standards and guidelines: the text in force, its versions, and what changed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from alliance.pages import public_page, tag
from alliance.viewer import ANONYMOUS
from governance.changes import parts
from governance.models import Document, DocumentVersion


@require_safe
@public_page("governance")
def documents(request: HttpRequest) -> HttpResponse:
    """Standards and guidelines, and the charters of bodies."""
    rows = Document.objects.visible_to(ANONYMOUS).with_latest()
    return render(request, "governance/documents.html", {"documents": rows})


@require_safe
@public_page("governance")
def document(request: HttpRequest, slug: str) -> HttpResponse:
    """One document: the version asked for or the latest, with what it changed in the one before."""
    found = get_object_or_404(Document.objects.visible_to(ANONYMOUS).with_latest(), slug=slug)
    tag(request, f"document:{slug}")
    versions: list[DocumentVersion] = list(found.versions.all())
    wanted = request.GET.get("version", "")
    shown = next((row for row in versions if str(row.number) == wanted), versions[0])
    before = next((row for row in versions if row.number == shown.number - 1), None)
    context = {
        "document": found,
        "version": shown,
        "versions": versions,
        "before": before,
        "parts": parts(before, shown) if before else [],
        "before_name": str(before.number) if before else "",
        "after_name": str(shown.number),
    }
    return render(request, "governance/document.html", context)
