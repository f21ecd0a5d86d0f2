"""Signed-in pages: editing an entry, its milestones, its yearly review."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from alliance.clock import database_now
from alliance.problems import DomainError
from members.models import Organisation, Person
from members.viewers import viewer_of
from projects import actions, parts_forms, policies
from projects.actions import ProjectSheet
from projects.desk_forms import EntryForm, MilestoneForm, ReviewForm
from projects.models import Milestone, Project

COLUMNS = (
    "name",
    "summary_en",
    "summary_fr",
    "text_en",
    "text_fr",
    "homepage",
    "artefact_kinds",
    "working_group",
)


def own_project(request: HttpRequest, slug: str) -> Project:
    """Return the project, if the person signed in may edit it."""
    viewer = viewer_of(request)
    project = get_object_or_404(Project.objects.visible_to(viewer).for_list(), slug=slug)
    if not policies.may_edit(viewer, project, database_now().date()):
        raise PermissionDenied(
            _(
                "Only the project’s leads and representatives of organisations that run it may do this."
            )
        )
    return project


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change an entry; the history keeps what was before."""
    project = own_project(request, slug)
    form = EntryForm(request.POST or None, initial=EntryForm.initial_of(project))
    if request.method == "POST" and form.is_valid():
        today = database_now().date()
        organisation = policies.organisation_for(viewer_of(request), project, today)
        try:
            actions.record_project(
                sheet=_sheet(project, form.cleaned_data, organisation), actor=_person(request),
                organisation=organisation, note=form.cleaned_data["note"],
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("The entry was changed."))
            return redirect("projects:edit", slug=slug)
    context = {
        "project": project,
        "form": form,
        "milestones": project.milestones.all(),
        "parts": parts_forms.listed(project),
    }
    return render(request, "projects/desk/edit.html", context)


def _sheet(
    project: Project, wanted: dict[str, Any], organisation: Organisation | None
) -> ProjectSheet:
    facts = {name: wanted[name] for name in COLUMNS}
    source = f"declared by {organisation or 'a lead of the project'}"
    if wanted["activity"] != project.activity:
        is_known = wanted["activity"] != Project.Activity.UNKNOWN
        facts |= {
            "activity": wanted["activity"],
            "activity_on": database_now().date() if is_known else None,
            "activity_source": source if is_known else "",
        }
    read = {row.covers: row for row in project.licences.all()}
    kept = [
        (
            covers,
            text,
            read[covers].source if covers in read and read[covers].expression == text else source,
        )
        for covers, text in wanted["licences"]
    ]
    return ProjectSheet(
        slug=project.slug,
        facts=facts,
        areas=wanted["areas"],
        licences=kept,
        repositories=wanted["repositories"],
    )


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def milestone(request: HttpRequest, slug: str, pk: int | None = None) -> HttpResponse:
    """Add or change a milestone."""
    project = own_project(request, slug)
    found = get_object_or_404(project.milestones, pk=pk) if pk else None
    names = ("title_en", "title_fr", "state", "starts_on", "due_on", "reached_on")
    initial = (
        {name: getattr(found, name) for name in names}
        if found
        else {"state": Milestone.State.PLANNED}
    )
    form = MilestoneForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_milestone(
                viewer=viewer_of(request), project=project, milestone=found, reason=form.cleaned_data["reason"],
                facts={name: form.cleaned_data[name] for name in names},
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("The milestone was kept."))
            return redirect("projects:edit", slug=slug)
    return render(
        request,
        "projects/desk/milestone.html",
        {"project": project, "form": form, "milestone": found},
    )


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the yearly account."""
    project = own_project(request, slug)
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.give_review(viewer=viewer_of(request), project=project, **form.cleaned_data)
        messages.success(request, _("The review was published."))
        return redirect("projects:edit", slug=slug)
    return render(request, "projects/desk/review.html", {"project": project, "form": form})


def _person(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)  # login_required
    return request.user
