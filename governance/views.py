"""Public pages: the same for everybody. Signed-in pages are in `governance.desk`."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from alliance.clock import database_now
from alliance.pages import public_page, tag
from alliance.viewer import ANONYMOUS
from governance import body_page, vote_page
from governance.actions import close_if_due, lapse_if_overdue, lapses_at
from governance.discussion_desk import compare_context
from governance.forms import RegisterForm
from governance.groups import working_groups
from governance.history import history, track
from governance.home import LATEST, decided, home_context
from governance.models import Body, Decision, Election, Proposal, Vote
from governance.rollcall import roll_call
from governance.sections import sections
from governance.threads import thread

PER_PAGE = 25


@require_safe
@public_page("governance", "decisions")
def home(request: HttpRequest) -> HttpResponse:
    """Bodies, open votes, what is discussed, latest decisions."""
    context: dict[str, Any] = home_context() | {
        "bodies": Body.objects.visible_to(ANONYMOUS).for_list(),
        "proposals": Proposal.objects.visible_to(ANONYMOUS).under_way().for_list(),
        "elections": Election.objects.visible_to(ANONYMOUS).for_list()[:LATEST],
    }
    for vote in context["open_votes"]:
        tag(request, f"vote:{vote.vote.pk}")
    return render(request, "governance/home.html", context)


@require_safe
@public_page("governance")
def body(request: HttpRequest, slug: str) -> HttpResponse:
    """One body: who sits there, under which rule it votes, what it decides and decided."""
    found = get_object_or_404(Body.objects.visible_to(ANONYMOUS).for_list(), slug=slug)
    tag(request, f"body:{slug}")
    today = database_now().date()
    charter = found.documents.filter(kind="charter").with_latest().first()
    context = {
        "body": found,
        "seats": body_page.seat_rows(found, today),
        "charter": charter,
        "brief": getattr(charter.versions.all()[0], "brief", None) if charter else None,
        "group_members": found.group_members.members(),
        "standards": found.documents.standards().with_latest(),
        "sections": sections(request, found),
        "offices": found.offices.current(today),
        "meetings": found.meetings.visible_to(ANONYMOUS).for_list()[:LATEST],
        "rule": vote_page.body_rule(found),
        "proposals": found.proposals.visible_to(ANONYMOUS).for_list(),
        "elections": found.elections.visible_to(ANONYMOUS).for_list(),
        "decisions": [decided(row) for row in found.decisions.visible_to(ANONYMOUS).for_list()],
    }
    return render(request, "governance/body.html", context)


@require_safe
@public_page("governance")
def groups(request: HttpRequest) -> HttpResponse:
    """Working groups: those public sources name, and the demonstration's own."""
    demonstration = Body.objects.visible_to(ANONYMOUS).working_groups().for_list()
    context = {"groups": working_groups(), "bodies": demonstration}
    return render(request, "governance/groups.html", context)


@require_safe
@public_page("governance")
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """A proposal's latest text, its revisions and what happened to it."""
    found = get_object_or_404(Proposal.objects.visible_to(ANONYMOUS).for_list(), pk=pk)
    found = lapse_if_overdue(found)
    tag(request, f"proposal:{pk}")
    revisions = list(found.revisions.order_by("-number"))
    vote = found.votes.for_list().first()
    context = {
        "proposal": found,
        "revision": revisions[0],
        "revisions": revisions,
        "vote": vote,
        "track": track(found, vote),
        "history": history(found),
        "effect": vote_page.effect_of(revisions[0]),
        "rule": None if vote else vote_page.body_rule(found.body),
        "amendments": found.amendments.for_list(),
        "thread": thread(found, ANONYMOUS),
        "lapses": lapses_at(found),
    }
    return render(request, "governance/proposal.html", context)


@require_safe
@public_page("governance")
def changes(request: HttpRequest, pk: int) -> HttpResponse:
    """Two texts of a proposal beside each other."""
    found = get_object_or_404(Proposal.objects.visible_to(ANONYMOUS).for_list(), pk=pk)
    tag(request, f"proposal:{pk}")
    context = compare_context(found, request.GET.get("from", ""), request.GET.get("to", ""))
    return render(request, "governance/changes.html", context)


@require_safe
@public_page()
def vote(request: HttpRequest, pk: int) -> HttpResponse:
    """A vote: text, rule, seats, history. Whoever finds it overdue closes it, should no worker be alive."""
    found = get_object_or_404(Vote.objects.visible_to(ANONYMOUS).for_list(), pk=pk)
    found = close_if_due(found)
    tag(request, f"vote:{pk}", f"proposal:{found.proposal_id}")
    context = {
        "vote": found,
        "body": found.body,
        "proposal": found.proposal,
        "revision": found.revision,
        "decision": getattr(found, "decision", None),
        "track": track(found.proposal, found),
        "rule": vote_page.shown_rule(found.frozen_rule, found.frozen_roll),
        "roll": roll_call(found),
        "history": history(found.proposal),
        "effect": vote_page.effect_of(found.revision),
        "seconds": found.proposal.seconds.select_related("seat__organisation"),
        "texts": vote_page.texts_on(found),
    }
    return render(request, "governance/vote.html", context)


@require_safe
@public_page("decisions")
def decisions(request: HttpRequest) -> HttpResponse:
    """The register, by words, body and outcome."""
    chosen = RegisterForm(request.GET).chosen()
    rows = (
        Decision.objects.visible_to(ANONYMOUS)
        .of_body(chosen["body"])
        .with_outcome(chosen["outcome"])
    )
    if chosen["q"]:
        rows = rows.matching(chosen["q"])
    elections = Election.objects.visible_to(ANONYMOUS).counted().of_body(chosen["body"])
    if chosen["q"]:
        elections = elections.matching(chosen["q"])
    if chosen["outcome"]:
        elections = elections.none()  # an election is neither carried nor not
    page = Paginator(rows.for_list(), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "decided": [decided(row) for row in page],
        "elections": elections.for_list().order_by("-ended_at", "-pk")[:PER_PAGE]
        if page.number == 1
        else [],
        "chosen": chosen,
        "bodies": Body.objects.visible_to(ANONYMOUS),
    }
    return render(request, "governance/decisions.html", context)


@require_safe
@public_page()
def decision(request: HttpRequest, number: str) -> HttpResponse:
    """A decision: text, count, what it did, and its place in the public log."""
    rows = (
        Decision.objects.visible_to(ANONYMOUS)
        .for_list()
        .select_related("vote__revision", "vote__proposal", "entry")
    )
    found = get_object_or_404(rows, number=number)
    tag(request, f"decision:{number}")
    vote = found.vote
    context = {
        "decision": found,
        "vote": vote,
        "body": found.body,
        "rule": vote_page.shown_rule(vote.frozen_rule, vote.frozen_roll),
        "deciding": vote_page.deciding_sentence(found, vote),
        "roll": roll_call(vote),
        "effects": vote_page.effects_of(found),
        "texts": vote_page.texts_on(vote, found),
        "chain": vote_page.chain(found),
    }
    return render(request, "governance/decision.html", context)
