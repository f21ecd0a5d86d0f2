"""Signed-in pages of the discussion: amendments, comments, objections and their moderation."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from alliance.clock import database_now
from alliance.desks import carry_out
from alliance.problems import DomainError
from alliance.viewer import Viewer
from governance import actions, changes, policies, vote_page
from governance.forms import AmendmentForm, CommentForm, HideForm
from governance.models import Comment, Proposal, Seat
from governance.threads import thread
from members.viewers import viewer_of


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def amend(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a competing text for a seat of mine."""
    viewer = viewer_of(request)
    proposal = _seen(viewer, pk)
    seat = my_amending_seats(viewer, proposal)[:1]
    if not seat:
        return render(request, "governance/no_seat.html", {"body": proposal.body}, status=403)
    latest = proposal.revisions.latest("number")
    form = AmendmentForm(request.POST or None, initial=AmendmentForm.initial_of(latest))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.put_amendment(
                viewer=viewer, proposal=proposal, seat=seat[0], draft=form.draft(),
                why=form.cleaned_data["why"],
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Amendment %(number)d is put.") % {"number": made.number})
            return redirect("governance:manage", pk=pk)
    context = {
        "body": proposal.body, "proposal": proposal, "seat": seat[0], "form": form, "amending": True,
        "rule": vote_page.body_rule(proposal.body), "examples": vote_page.effect_examples(),
    }  # fmt: skip
    return render(request, "governance/propose.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def amendment_act(request: HttpRequest, pk: int, number: int, verb: str) -> HttpResponse:
    """Accept or withdraw an amendment; the rules say whether I may."""
    viewer = viewer_of(request)
    proposal = _seen(viewer, pk)
    amendment = get_object_or_404(proposal.amendments.for_list(), number=number)
    verbs = {"accept": actions.accept_amendment, "withdraw": actions.withdraw_amendment}
    if verb not in verbs:
        raise Http404
    act: Any = verbs[verb]
    return _answer(request, proposal, lambda: act(viewer=viewer, amendment=amendment))


@require_POST
@login_required
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a comment, an objection or a reply."""
    viewer = viewer_of(request)
    proposal = _seen(viewer, pk)
    form = CommentForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write between 1 and 5,000 characters."))
        return redirect("governance:manage", pk=pk)
    wanted = form.cleaned_data
    parent = _comment(viewer, proposal, wanted["parent"]) if wanted["parent"] else None
    return _answer(
        request, proposal,
        lambda: actions.comment(
            viewer=viewer, proposal=proposal, text=wanted["text"], kind=wanted["kind"] or "comment", parent=parent
        ),
        anchor="discussion",
    )  # fmt: skip


@require_POST
@login_required
def hide(request: HttpRequest, pk: int, comment_pk: int) -> HttpResponse:
    """Hide a comment with a reason, as an officer or the portal's staff."""
    viewer = viewer_of(request)
    proposal = _seen(viewer, pk)
    found = _comment(viewer, proposal, comment_pk)
    return _answer(
        request, proposal,
        lambda: actions.hide_comment(viewer=viewer, comment=found, why=request.POST.get("why", "")),
        anchor="discussion",
    )  # fmt: skip


def discussion_context(viewer: Viewer, proposal: Proposal) -> dict[str, Any]:
    """Return what the signed-in page of a proposal shows of its discussion, and what I may do there."""
    today = database_now().date()
    may_revise = policies.may_revise(viewer, proposal)
    amendments = list(proposal.amendments.for_list())
    mine = {seat.pk for seat in my_amending_seats(viewer, proposal)}
    return {
        "thread": thread(proposal, viewer),
        "amendments": amendments,
        "comment_form": CommentForm(),
        "hide_form": HideForm(),
        "may_comment": policies.may_comment(viewer, proposal, today),
        "may_moderate": policies.may_moderate(viewer, proposal, today),
        "may_amend": bool(mine),
        "may_accept": may_revise,
        "my_seats": mine,
        "is_author": policies.is_author(viewer, proposal),
    }


def compare_context(proposal: Proposal, wanted_from: str, wanted_to: str) -> dict[str, Any]:
    """Return two texts of a proposal beside each other; unusable names mean the last two revisions."""
    found = changes.texts(proposal)
    revisions = [key for key in found if key[0] == "r"]
    before = wanted_from if wanted_from in found else revisions[max(0, len(revisions) - 2)]
    after = wanted_to if wanted_to in found else revisions[-1]
    return {
        "proposal": proposal, "before": before, "after": after,
        "before_name": changes.text_name(before), "after_name": changes.text_name(after),
        "names": [(key, changes.text_name(key)) for key in found],
        "parts": changes.parts(found[before], found[after]),
    }  # fmt: skip


def my_amending_seats(viewer: Viewer, proposal: Proposal) -> list[Seat]:
    """Return the seats for which I may put an amendment."""
    today = database_now().date()
    seats = proposal.body.seats.held_by(viewer, today).order_by("number")
    return [seat for seat in seats if policies.may_amend_for(viewer, proposal, seat, today)]


def _answer(
    request: HttpRequest, proposal: Proposal, act: Any, anchor: str = "amendments"
) -> HttpResponse:
    carry_out(request, act, _("Done."))
    response = redirect("governance:manage", pk=proposal.pk)
    response["Location"] += f"#{anchor}"
    return response


def _seen(viewer: Viewer, pk: int) -> Proposal:
    return get_object_or_404(Proposal.objects.visible_to(viewer).for_list(), pk=pk)


def _comment(viewer: Viewer, proposal: Proposal, pk: int) -> Comment:
    return get_object_or_404(proposal.comments.visible_to(viewer), pk=pk)
