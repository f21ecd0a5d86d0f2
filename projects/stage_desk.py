"""Signed-in pages of applications: applying, evidence, comments, putting it to a body."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from alliance.clock import database_now
from alliance.problems import DomainError
from alliance.viewer import Viewer
from members.viewers import viewer_of
from projects import actions, policies, stage_page
from projects.desk import own_project
from projects.desk_forms import ApplicationCommentForm, ApplyForm, EvidenceForm
from projects.models import Stage, StageApplication
from projects.querysets import ApplicationQuerySet
from projects.rules.applications import may_apply_for


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin an application for the next stage, or the notice that a project is to be archived."""
    project = own_project(request, slug)
    form = ApplyForm(_stages_open_to(project.stage), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.apply_for_stage(
                viewer=viewer_of(request), project=project, **form.cleaned_data
            )
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("projects:application-desk", reference=made.reference)
    return render(request, "projects/desk/apply.html", {"project": project, "form": form})


def _stages_open_to(current: Stage | None) -> Any:
    open_to = [
        stage.pk
        for stage in Stage.objects.all()
        if may_apply_for(
            current=current.position if current else None, wanted=stage.position, wanted_is_end=stage.is_end,
            current_is_end=bool(current and current.is_end),
        )
    ]  # fmt: skip
    return Stage.objects.filter(pk__in=open_to)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def application(request: HttpRequest, reference: str) -> HttpResponse:
    """Everything one may do with an application, each where it is allowed."""
    viewer = viewer_of(request)
    found = get_object_or_404(_visible(viewer), reference=reference)
    evidence = EvidenceForm(
        stage_page.criteria_of(found), _for(request, "evidence"),
        initial={"criterion": stage_page.first_bare(found)},
    )  # fmt: skip
    comment = ApplicationCommentForm(_for(request, "comment"))
    if request.method == "POST":
        try:
            done = _act(request, viewer, found, evidence, comment)
        except DomainError as refusal:
            messages.error(request, refusal.message)
            done = True
        if done:
            return redirect("projects:application-desk", reference=reference)
    found = get_object_or_404(_visible(viewer), reference=reference)
    today = database_now().date()
    context = stage_page.context(found, database_now()) | {
        "evidence_form": evidence,
        "comment_form": comment,
        "may_edit": policies.may_edit(viewer, found.project, today),
        "may_add_evidence": policies.may_add_evidence(viewer, found, today),
        "seats": list(policies.deciding_seats(viewer, today)),
    }
    return render(request, "projects/desk/application.html", context)


def _visible(viewer: Viewer) -> ApplicationQuerySet:
    return StageApplication.objects.visible_to(viewer).for_list()


def _for(request: HttpRequest, verb: str) -> Any:
    return request.POST if request.method == "POST" and request.POST.get("verb") == verb else None


def _act(
    request: HttpRequest,
    viewer: Viewer,
    found: StageApplication,
    evidence: EvidenceForm,
    comment: ApplicationCommentForm,
) -> bool:
    """Do what was asked; False where a form has to be mended."""
    match request.POST.get("verb"):
        case "evidence":
            if not evidence.is_valid():
                return False
            actions.add_evidence(viewer=viewer, application=found, **evidence.cleaned_data)
        case "comment":
            if not comment.is_valid():
                return False
            actions.comment_on(viewer=viewer, application=found, text=comment.cleaned_data["text"])
            messages.success(request, _("Your comment is published."))
        case "open":
            actions.open_comments(viewer=viewer, application=found)
            messages.success(request, _("The application is public and open for comments."))
        case "withdraw":
            actions.withdraw_application(viewer=viewer, application=found)
        case "propose":
            number = request.POST.get("seat", "")
            seats = policies.deciding_seats(viewer, database_now().date())
            seat = get_object_or_404(seats, pk=number if number.isdigit() else 0)
            actions.put_to_body(viewer=viewer, application=found, seat=seat)
            messages.success(request, _("The proposal is open for discussion in its body."))
        case _:
            messages.error(request, _("Nothing was done: the button is not known."))
    return True
