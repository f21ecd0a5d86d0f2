"""Signed-in pages for parts of an entry: deliverables, adopters, audits, participants, leads, addresses, exemptions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from alliance.clock import database_now
from alliance.problems import DomainError
from members.models import Organisation
from members.viewers import viewer_of
from projects import actions, policies
from projects.actions import parts
from projects.desk import own_project
from projects.models import Project
from projects.parts_forms import FORMS, NAMES


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def part(request: HttpRequest, slug: str, kind: str, pk: int | None = None) -> HttpResponse:
    """Add, change or remove a part."""
    project = own_project(request, slug)
    if kind not in FORMS:
        raise Http404
    viewer = viewer_of(request)
    row = get_object_or_404(parts.rows_of(project, kind), pk=pk) if pk else None
    fields = FORMS[kind].base_fields
    initial = {
        name: getattr(row, f"{name}_id" if hasattr(row, f"{name}_id") else name)
        for name in (fields if row else ())
    }
    mine = policies.organisations_spoken_for(viewer, database_now().date())
    if row is not None and kind == "participants":
        mine = mine | Organisation.objects.filter(pk=row.organisation_id)
    form = FORMS[kind](project, mine, request.POST or None, initial=initial)
    if request.method == "POST" and _done(request, project, kind, form, pk):
        messages.success(request, _("The entry was changed."))
        return redirect("projects:edit", slug=slug)
    context = {
        "project": project, "form": form, "row": row, "name": NAMES[kind],
        "may_remove": row is not None and kind not in parts.ENDED,
    }  # fmt: skip
    return render(request, "projects/desk/part.html", context)


def _done(request: HttpRequest, project: Project, kind: str, form: Any, pk: int | None) -> bool:
    """Do what was asked; False where the form has to be mended."""
    viewer = viewer_of(request)
    try:
        if pk and request.POST.get("verb") == "remove":
            actions.remove_part(viewer=viewer, project=project, kind=kind, pk=pk)
            return True
        if not form.is_valid():
            return False
        facts = form.cleaned_data
        actions.write_part(viewer=viewer, project=project, kind=kind, facts=facts, pk=pk)
    except DomainError as refusal:
        form.is_valid()
        form.add_error(None, refusal.message)
        return False
    return True
