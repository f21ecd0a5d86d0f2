"""Signed-in pages of elections: the ballot paper; nominating, standing, asking; an officer's announcing and opening."""

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
from governance import actions, election_page, election_wording, policies
from governance.actions.counting import settle_if_due
from governance.election_forms import (
    AcceptForm,
    AnnounceForm,
    NominateForm,
    OpenForm,
    PaperForm,
    TextForm,
    paper_content,
)
from governance.errors import BallotRefused, WrongState
from governance.forms import CancelForm
from governance.models import Body, Candidate, Election, ElectionBallot, Seat
from governance.rules.elections import paper_order
from members.models import Organisation
from members.step_up import step_up
from members.viewers import viewer_of


@never_cache
@login_required
@step_up
@require_http_methods(["GET", "HEAD", "POST"])
def announce(request: HttpRequest, slug: str) -> HttpResponse:
    """Announce an election as an officer."""
    viewer = viewer_of(request)
    body = get_object_or_404(Body.objects.visible_to(viewer), slug=slug)
    if not policies.is_officer(viewer, body, database_now().date()):
        return render(request, "governance/no_seat.html", {"body": body}, status=403)
    form = AnnounceForm(body, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.announce_election(viewer=viewer, body=body, sheet=form.sheet())
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("The election is announced. Nominations are open."))
            return redirect("governance:election-desk", pk=made.pk)
    context = {"body": body, "form": form}
    status = 422 if form.errors else 200
    return render(request, "governance/election_announce.html", context, status=status)


@never_cache
@login_required
@step_up
@require_http_methods(["GET", "HEAD", "POST"])
def ballot(request: HttpRequest, pk: int) -> HttpResponse:
    """The ballot paper of one of my seats; afterwards the receipt."""
    viewer = viewer_of(request)
    election = settle_if_due(_found(viewer, pk))
    seats = _my_seats(viewer, election.body)
    if not seats or not election.opens_at:
        context = {"body": election.body, "election": election}
        return render(request, "governance/no_seat.html", context, status=403)
    wanted = request.POST.get("seat") or request.GET.get("seat")
    seat = next((one for one in seats if str(one.number) == wanted), seats[0])
    form = PaperForm(request.POST or None, initial={"key": uuid.uuid4().hex, "seat": seat.number})
    if request.method == "POST" and form.is_valid():
        try:
            _cast(request, viewer, election, form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            address = redirect("governance:election-ballot", pk=pk)
            address["Location"] += f"?seat={seat.number}"
            return address
    context = _paper(election, seat, request.POST) | {"form": form, "seats": seats}
    status = 422 if form.errors else 200
    return render(request, "governance/election_ballot.html", context, status=status)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD"])
def desk(request: HttpRequest, pk: int) -> HttpResponse:
    """What I may do in an election: nominate, stand, ask, answer; open or cancel it as an officer."""
    viewer = viewer_of(request)
    election = settle_if_due(_found(viewer, pk))
    today = database_now().date()
    mine = Candidate.objects.filter(election=election, person=viewer.person_id).first()
    initial = (
        {
            "organisation": mine.organisation_id,
            "statement_en": mine.statement_en,
            "statement_fr": mine.statement_fr,
        }
        if mine
        else {}
    )
    seats = _my_seats(viewer, election.body)
    officer = policies.is_officer(viewer, election.body, today)
    active = election.takes_nominations or election.is_open
    context = {
        "election": election, "mine": mine, "seats": seats, "officer": officer, "active": active,
        "nominated": Candidate.objects.filter(election=election).visible_to(viewer).for_page(),
        "waiting": election.candidacies.filter(state="nominated").count(),
        "questions": election.questions.for_page(),
        "answered": set(mine.answers.values_list("question", flat=True)) if mine else set(),
        "nominate": NominateForm() if _may_nominate(viewer, election) else None,
        "accept": AcceptForm(_own_organisations(viewer), initial=initial) if mine else None,
        "ask": TextForm() if seats and active else None, "answer": TextForm(), "open": OpenForm(),
        "cancel": CancelForm(), "rule": election_wording.rule_sentences(election.counting_rule),
    }  # fmt: skip
    return render(request, "governance/election_desk.html", context)


@require_POST
@login_required
@step_up
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Do one of the things the desk offers; the rules say whether I may."""
    viewer = viewer_of(request)
    election = _found(viewer, pk)
    verbs: dict[str, Callable[[], object]] = {
        "nominate": lambda: _nominate(request, viewer, election),
        "accept": lambda: _accept(request, viewer, election),
        "decline": lambda: actions.decline_nomination(
            viewer=viewer, candidate_id=_mine(viewer, election).pk
        ),
        "ask": lambda: _ask(request, viewer, election),
        "answer": lambda: actions.answer_question(
            viewer=viewer, question_id=_question(request, election), text=request.POST.get("text", "")
        ),
        "hide": lambda: actions.hide_question(
            viewer=viewer, question_id=_question(request, election), reason=request.POST.get("reason", "")
        ),
        "open": lambda: _open(request, viewer, election),
        "cancel": lambda: actions.cancel_election(
            viewer=viewer, election_id=pk, reason=request.POST.get("reason", "")
        ),
    }  # fmt: skip
    if verb not in verbs:
        raise Http404
    carry_out(request, verbs[verb], _("Done."))
    return redirect("governance:election-desk", pk=pk)


def _cast(
    request: HttpRequest, viewer: Viewer, election: Election, wanted: dict[str, Any]
) -> ElectionBallot:
    try:
        content = paper_content(election, request.POST)
    except ValueError:
        raise BallotRefused(_("Write whole numbers only."), code="rank-range") from None
    return actions.cast_election_ballot(
        viewer=viewer, election_id=election.pk, seat_number=wanted["seat"], content=content,
        idempotency_key=wanted["key"],
    )  # fmt: skip


def _paper(election: Election, seat: Seat, posted: Any) -> dict[str, Any]:
    """Return what a ballot paper shows; candidates in an order of the voter's own."""
    cast = ElectionBallot.objects.filter(election=election, seat=seat).current().in_order().first()
    standing = {one.number: one for one in election.standing}
    organisations = election_page.organisations_of(election.standing)
    statements = {one.number: one for one in election_page.candidates_of(election)}
    order = paper_order(standing, f"{election.pk}:{seat.pk}:{election.entry_id}")
    lines = [
        {
            "number": number,
            "name": standing[number].name,
            "organisation": organisations.get(standing[number].organisation or ""),
            "candidate": statements.get(number),
            "value": posted.get(f"c-{number}", ""),
            "chosen": posted.get("choice") == str(number),
        }
        for number in order
    ]
    rule = election.counting_rule
    return {
        "election": election, "seat": seat, "cast": cast, "lines": lines, "method": rule.method.value,
        "said": election_page.content_words(election, cast.content) if cast else "",
        "how": election_wording.how_to_fill(rule), "rule": election_wording.rule_sentences(rule),
    }  # fmt: skip


def _nominate(request: HttpRequest, viewer: Viewer, election: Election) -> Candidate:
    form = NominateForm(request.POST)
    if not form.is_valid():
        raise WrongState(_("Write the e-mail address of the person."), code="email")
    return actions.nominate(
        viewer=viewer, election_id=election.pk, email=form.cleaned_data["email"]
    )


def _accept(request: HttpRequest, viewer: Viewer, election: Election) -> Candidate:
    form = AcceptForm(_own_organisations(viewer), request.POST)
    if not form.is_valid():
        raise WrongState(_("The statement has at most 4,000 characters."), code="statement")
    return actions.accept_nomination(
        viewer=viewer, candidate_id=_mine(viewer, election).pk, **form.cleaned_data
    )


def _ask(request: HttpRequest, viewer: Viewer, election: Election) -> object:
    seats = _my_seats(viewer, election.body)
    if not seats:
        raise Http404
    return actions.ask_candidates(
        viewer=viewer, election_id=election.pk, seat_number=seats[0].number, text=request.POST.get("text", "")
    )  # fmt: skip


def _open(request: HttpRequest, viewer: Viewer, election: Election) -> Election:
    form = OpenForm(request.POST)
    if not form.is_valid():
        raise WrongState(_("An election is open for 1 to 90 days."), code="days")
    closes_at = form.closes_at(database_now())
    return actions.open_election(viewer=viewer, election_id=election.pk, closes_at=closes_at)


def _question(request: HttpRequest, election: Election) -> int:
    number = request.POST.get("question", "")
    if not number.isdigit():
        raise Http404
    return get_object_or_404(election.questions, pk=number).pk


def _mine(viewer: Viewer, election: Election) -> Candidate:
    if viewer.person_id is None:
        raise Http404
    return get_object_or_404(Candidate, election=election, person=viewer.person_id)


def _may_nominate(viewer: Viewer, election: Election) -> bool:
    return election.takes_nominations and policies.may_nominate(
        viewer, election.body, database_now().date()
    )


def _own_organisations(viewer: Viewer) -> Any:
    return Organisation.objects.filter(pk__in=viewer.organisation_ids)


def _my_seats(viewer: Viewer, body: Body) -> list[Seat]:
    today = database_now().date()
    held = body.seats.held_by(viewer, today).select_related("organisation")
    return list(held.order_by("number"))


def _found(viewer: Viewer, pk: int) -> Election:
    return get_object_or_404(Election.objects.visible_to(viewer).for_list(), pk=pk)
