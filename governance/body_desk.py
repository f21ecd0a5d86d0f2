"""Signed-in page of a working group: ask to join, leave, and answer requests as a lead."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from alliance.clock import database_now
from alliance.desks import carry_out
from governance import actions, policies
from governance.models import Body, GroupMember
from members.viewers import viewer_of


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask to join a group or leave it; leads see who asks."""
    viewer = viewer_of(request)
    body = get_object_or_404(Body.objects.visible_to(viewer).working_groups(), slug=slug)
    if request.method == "POST":
        leave = request.POST.get("verb") == "leave"
        why = request.POST.get("why", "")
        return _answer(
            request, body,
            lambda: actions.leave_group(viewer=viewer, body=body)
            if leave
            else actions.ask_to_join(viewer=viewer, body=body, why=why),
        )  # fmt: skip
    lead = policies.is_officer(viewer, body, database_now().date())
    rows = GroupMember.objects.filter(body=body)
    context = {
        "body": body,
        "mine": rows.present().filter(person=viewer.person_id).first(),
        "may_ask": bool(viewer.organisation_ids),
        "asked": rows.asked() if lead else [],
        "lead": lead,
    }
    return render(request, "governance/join.html", context)


@require_POST
@login_required
def answer(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Accept or decline a request, as a lead."""
    viewer = viewer_of(request)
    body = get_object_or_404(Body.objects.visible_to(viewer).working_groups(), slug=slug)
    if not policies.is_officer(viewer, body, database_now().date()):
        raise Http404
    asked = get_object_or_404(GroupMember.objects.filter(body=body).select_related("body"), pk=pk)
    accept = request.POST.get("verb") == "accept"
    return _answer(
        request, body, lambda: actions.answer_request(viewer=viewer, asked=asked, accept=accept)
    )


def _answer(request: HttpRequest, body: Body, act: Callable[[], object]) -> HttpResponse:
    carry_out(request, act, _("Done."))
    return redirect("governance:join", slug=body.slug)
