"""Signed-in pages: the ballot paper, writing a proposal, and bringing it on its way."""

from __future__ import annotations

import uuid
from collections.abc import Callable
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
from governance import actions, policies, vote_page
from governance.discussion_desk import compare_context, discussion_context
from governance.errors import WrongState
from governance.forms import BallotForm, CallForm, CancelForm, NewProposalForm, proposal_form
from governance.history import history, track
from governance.kinds import KINDS
from governance.models import Ballot, Body, Proposal, Seat, Vote
from governance.querysets import SeatQuerySet
from governance.rollcall import position_words
from governance.rules import ProposalState
from members.step_up import step_up
from members.viewers import viewer_of


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@step_up
def ballot(request: HttpRequest, pk: int) -> HttpResponse:
    """The ballot paper of one of my seats; afterwards the receipt."""
    viewer = viewer_of(request)
    vote = actions.close_if_due(
        get_object_or_404(Vote.objects.visible_to(viewer).for_list(), pk=pk)
    )
    now = database_now()
    seats = list(
        vote.body.seats.votable_by(viewer, now.date(), vote.pk)
        .select_related("organisation")
        .order_by("number")
    )
    if not seats:
        return render(
            request, "governance/no_seat.html", {"body": vote.body, "vote": vote}, status=403
        )
    seat = _chosen_seat(seats, request.POST.get("seat") or request.GET.get("seat"))
    form = BallotForm(
        vote, request.POST or None, initial={"key": uuid.uuid4().hex, "seat": seat.number}
    )
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        try:
            if vote.takes_late_positions(now):
                actions.record_late(
                    viewer=viewer, vote_id=vote.pk, seat_number=wanted["seat"], position=wanted["position"],
                    reason=wanted["reason"], more=form.more(vote),
                )  # fmt: skip
            else:
                actions.cast_ballot(
                    viewer=viewer, vote_id=vote.pk, seat_number=wanted["seat"], position=wanted["position"],
                    reason=wanted["reason"], idempotency_key=wanted["key"], more=form.more(vote),
                )  # fmt: skip
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            address = redirect("governance:ballot", pk=vote.pk)
            address["Location"] += f"?seat={seat.number}"
            return address
    cast = Ballot.objects.filter(vote=vote, seat=seat).current().in_order().first()
    late = vote.late_positions.filter(seat=seat).first()
    context = {
        "vote": vote, "body": vote.body, "revision": vote.revision, "seat": seat, "seats": seats, "form": form,
        "cast": cast, "decision": getattr(vote, "decision", None), "effect": vote_page.effect_of(vote.revision),
        "rule": vote_page.shown_rule(vote.frozen_rule, vote.frozen_roll), "positions": form.fields["position"],
        "late": late,
        "may_record_late": vote.takes_late_positions(now) and cast is None,
        "acting": policies.acting_for(viewer, seat, vote, now.date()),
        "texts": vote_page.texts_on(vote), "said": position_words(cast, vote), "late_said": position_words(late, vote),
    }  # fmt: skip
    return render(request, "governance/ballot.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, slug: str) -> HttpResponse:
    """Write a proposal for a seat of mine; it stays private until I open it."""
    viewer = viewer_of(request)
    body = get_object_or_404(Body.objects.visible_to(viewer), slug=slug)
    seat = _my_seats(viewer, body).first()
    if seat is None:
        return render(request, "governance/no_seat.html", {"body": body}, status=403)
    kind = KINDS.get(request.GET.get("kind", ""))
    form = NewProposalForm(
        request.POST or None, initial=kind.initial(request.GET.dict()) if kind else None
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.propose(
                viewer=viewer, seat=seat, draft=form.draft(), audience=form.cleaned_data["audience"]
            )
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(
                request, _("The draft is kept. Only you see it until you open it for discussion.")
            )
            return redirect("governance:manage", pk=made.pk)
    context = {"body": body, "seat": seat, "form": form, "kinds": KINDS.values(), "kind": kind}
    return _writing(request, context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """Write another revision of my proposal."""
    viewer = viewer_of(request)
    proposal = _mine(viewer, pk)
    if not policies.may_revise(viewer, proposal):
        return _refuse(request, proposal)
    form = proposal_form(proposal, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.revise(viewer=viewer, proposal=proposal, draft=form.draft())
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("The revision is kept."))
            return redirect("governance:manage", pk=pk)
    context = {
        "body": proposal.body,
        "proposal": proposal,
        "form": form,
        "rule": vote_page.body_rule(proposal.body),
    }
    return _writing(request, context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@step_up
def manage(request: HttpRequest, pk: int) -> HttpResponse:
    """What I may do with a proposal: open, second, call, cancel, withdraw."""
    viewer = viewer_of(request)
    proposal = _mine(viewer, pk)
    call = CallForm(proposal.body, request.POST or None)
    if request.method == "POST" and call.is_valid():
        return _call(request, viewer, proposal, call)
    today = database_now().date()
    vote = proposal.votes.for_list().first()
    my_seats = [
        seat
        for seat in _my_seats(viewer, proposal.body)
        if policies.may_second_for(viewer, proposal, seat, today)
    ]
    officer = policies.is_officer(viewer, proposal.body, today)
    context = {
        "proposal": proposal, "revision": proposal.revisions.latest("number"), "vote": vote,
        "track": track(proposal, vote), "history": history(proposal), "call": call, "cancel": CancelForm(),
        "effect": vote_page.effect_of(proposal.revisions.latest("number")),
        "may": {
            "revise": policies.may_revise(viewer, proposal),
            "open": policies.may_bring(viewer, proposal, ProposalState.DISCUSSION, today),
            "withdraw": policies.may_bring(viewer, proposal, ProposalState.WITHDRAWN, today),
            "lapse": policies.may_bring(viewer, proposal, ProposalState.LAPSED, today),
            "second": my_seats if proposal.state == ProposalState.DISCUSSION else [],
            "call": officer and proposal.state == ProposalState.SECONDED,
            "cancel": officer and vote is not None and vote.is_open,
        },
        "lapses": actions.lapses_at(proposal),
    }  # fmt: skip
    context |= discussion_context(viewer, proposal)
    return render(request, "governance/manage.html", context, status=422 if call.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD"])
def changes(request: HttpRequest, pk: int) -> HttpResponse:
    """Two texts of a proposal that only members, or only I, may read yet."""
    proposal = _mine(viewer_of(request), pk)
    context = compare_context(proposal, request.GET.get("from", ""), request.GET.get("to", ""))
    return render(request, "governance/changes.html", context)


@require_POST
@login_required
@step_up
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Open, second, withdraw or lapse a proposal, or cancel its vote; the rules say whether I may."""
    viewer = viewer_of(request)
    proposal = _mine(viewer, pk)
    verbs: dict[str, Callable[[], object]] = {
        "open": lambda: actions.open_discussion(viewer=viewer, proposal=proposal),
        "second": lambda: actions.second(
            viewer=viewer, proposal=proposal, seat=_posted_seat(request, viewer, proposal)
        ),
        "withdraw": lambda: actions.withdraw(viewer=viewer, proposal=proposal),
        "lapse": lambda: actions.lapse(viewer=viewer, proposal=proposal),
        "cancel": lambda: actions.cancel_vote(
            viewer=viewer, vote_id=_open_vote(proposal), reason=request.POST.get("reason", "")
        ),
    }
    if verb not in verbs:
        raise Http404
    carry_out(request, verbs[verb], _("Done."))
    return redirect("governance:manage", pk=pk)


def _writing(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Show the form with the rule the text would be voted on under."""
    context |= {
        "rule": vote_page.body_rule(context["body"]),
        "examples": vote_page.effect_examples(),
    }
    return render(
        request, "governance/propose.html", context, status=422 if context["form"].errors else 200
    )


def _call(request: HttpRequest, viewer: Viewer, proposal: Proposal, form: CallForm) -> HttpResponse:
    try:
        vote = actions.call_vote(
            viewer=viewer,
            proposal=proposal,
            closes_at=form.closes_at(database_now()),
            rule=form.chosen_rule(),
        )
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("governance:manage", pk=proposal.pk)
    return redirect("governance:vote", pk=vote.pk)


def _mine(viewer: Viewer, pk: int) -> Proposal:
    found = get_object_or_404(Proposal.objects.visible_to(viewer).for_list(), pk=pk)
    return actions.lapse_if_overdue(found)


def _my_seats(viewer: Viewer, body: Body) -> SeatQuerySet:
    today = database_now().date()
    return body.seats.held_by(viewer, today).order_by("number")


def _chosen_seat(seats: list[Seat], wanted: str | None) -> Seat:
    return next((seat for seat in seats if str(seat.number) == wanted), seats[0])


def _posted_seat(request: HttpRequest, viewer: Viewer, proposal: Proposal) -> Seat:
    seats = list(_my_seats(viewer, proposal.body))
    if not seats:
        raise Http404
    return _chosen_seat(seats, request.POST.get("seat"))


def _open_vote(proposal: Proposal) -> int:
    vote = proposal.votes.open().first()
    if vote is None:
        raise WrongState(_("This vote is not open any more."))
    return vote.pk


def _refuse(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    messages.error(
        request, _("Only the author revises a proposal, and only until it has been seconded.")
    )
    return redirect("governance:manage", pk=proposal.pk)
