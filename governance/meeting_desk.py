"""Signed-in pages of meetings: calling one, its agenda, attendance, roll calls and minutes, for the officers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
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
from governance import actions, meeting_page, policies, vote_page
from governance.actions.attendance import attending
from governance.actions.minutes import approval_of
from governance.meeting_forms import (
    AgendaForm,
    AttendanceForm,
    CancelMeetingForm,
    MeetingForm,
    MinutesForm,
    RollCallForm,
)
from governance.models import Body, Meeting, Proposal, Seat
from members.step_up import step_up
from members.viewers import viewer_of


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def call(request: HttpRequest, slug: str) -> HttpResponse:
    """Call a meeting of a body, as an officer."""
    viewer = viewer_of(request)
    body = get_object_or_404(Body.objects.visible_to(viewer), slug=slug)
    _officer(viewer, body)
    form = MeetingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.schedule_meeting(viewer=viewer, body=body, sheet=form.sheet())
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("The meeting is called, and the body has been written to."))
            return redirect("governance:meeting-desk", pk=made.pk)
    context = {"body": body, "form": form, "notice_days": body.notice_days}
    return _answer(request, "governance/meeting_call.html", context, form)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD"])
def desk(request: HttpRequest, pk: int) -> HttpResponse:
    """What the body's people see of a meeting, and what its officers can do with it."""
    viewer, meeting = viewer_of(request), _meeting(request, pk)
    officer = policies.is_officer(viewer, meeting.body, database_now().date())
    rows = meeting_page.attendance_rows(meeting)
    versions = meeting_page.minutes_of(meeting, viewer)
    agenda = meeting_page.agenda_of(meeting, viewer)
    seats = _own_seats(viewer, meeting.body)
    put = approval_of(versions[0]) if versions else None
    context = {
        "meeting": meeting, "body": meeting.body, "officer": officer, "agenda": agenda, "attendance": rows,
        "quorum": meeting_page.shown_quorum(meeting, rows), "versions": versions, "put": put,
        "to_vote": [shown.proposal for shown in agenda if shown.proposal and shown.proposal.state == "seconded"],
        "may_put": bool(seats and versions and not versions[0].is_approved and put is None),
        "cancel": CancelMeetingForm(), "decided": meeting_page.decisions_of(meeting),
    }  # fmt: skip
    return render(request, "governance/meeting_desk.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Change when or where a meeting takes place."""
    viewer, meeting = viewer_of(request), _run_meeting(request, pk)
    form = MeetingForm(request.POST or None, initial=MeetingForm.initial_of(meeting))
    return _form_page(
        request, meeting, form, "governance/meeting_call.html",
        lambda: actions.move_meeting(viewer=viewer, meeting=meeting, sheet=form.sheet()),
        notice_days=meeting.body.notice_days,
    )  # fmt: skip


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agenda(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the points of the agenda in order."""
    viewer, meeting = viewer_of(request), _run_meeting(request, pk)
    items = list(meeting.agenda.in_order())
    standing = [item.proposal_id for item in items if item.proposal_id]
    others = meeting.body.proposals.visible_to(viewer).under_way().exclude(pk__in=standing)
    form = AgendaForm(items, list(others), request.POST or None)
    return _form_page(
        request, meeting, form, "governance/meeting_agenda.html",
        lambda: actions.set_agenda(viewer=viewer, meeting=meeting, items=form.wanted()),
    )  # fmt: skip


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter who attends, seat by seat."""
    viewer, meeting = viewer_of(request), _run_meeting(request, pk)
    seats = _seats(meeting, {seat.number for seat in meeting.frozen_roll.filled})
    form = AttendanceForm(meeting, seats, request.POST or None)
    return _form_page(
        request, meeting, form, "governance/meeting_attendance.html",
        lambda: actions.record_attendance(viewer=viewer, meeting=meeting, rows=form.wanted()),
    )  # fmt: skip


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@step_up
def roll_call(request: HttpRequest, pk: int, proposal_pk: int) -> HttpResponse:
    """Enter what each attending seat answered on a proposal of the agenda."""
    viewer, meeting = viewer_of(request), _run_meeting(request, pk)
    rows = Proposal.objects.visible_to(viewer).filter(agenda_items__meeting=meeting)
    proposal = get_object_or_404(rows.for_list(), pk=proposal_pk)
    form = RollCallForm(meeting, _seats(meeting, attending(meeting)), request.POST or None)
    revision = proposal.revisions.latest("number")
    return _form_page(
        request, meeting, form, "governance/meeting_roll_call.html",
        lambda: actions.enter_roll_call(
            viewer=viewer, meeting=meeting, proposal=proposal, answers=form.answers(),
            rule=form.chosen_rule(),
        ),
        proposal=proposal, revision=revision, effect=vote_page.effect_of(revision),
        shown_rule=vote_page.shown_rule(meeting.body.rule, meeting.frozen_roll),
    )  # fmt: skip


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """Write another version of the minutes; the first begins with what the portal knows."""
    viewer, meeting = viewer_of(request), _run_meeting(request, pk)
    latest = meeting.minutes.order_by("-number").first()
    begun = meeting_page.draft_of(meeting) if latest is None else {
        "text_en": latest.text_en, "text_fr": latest.text_fr
    }  # fmt: skip
    form = MinutesForm(request.POST or None, initial=begun)
    return _form_page(
        request, meeting, form, "governance/meeting_minutes.html",
        lambda: actions.write_minutes(viewer=viewer, meeting=meeting, **form.cleaned_data),
        latest=latest,
    )  # fmt: skip


@require_POST
@login_required
@step_up
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Open, end or cancel a meeting, or put its minutes to approval; the rules say whether I may."""
    viewer, meeting = viewer_of(request), _meeting(request, pk)
    verbs: dict[str, Callable[[], object]] = {
        "open": lambda: actions.open_meeting(viewer=viewer, meeting=meeting),
        "close": lambda: actions.close_meeting(viewer=viewer, meeting=meeting),
        "cancel": lambda: actions.cancel_meeting(
            viewer=viewer, meeting=meeting, reason=request.POST.get("reason", "")
        ),
        "put": lambda: actions.put_minutes(
            viewer=viewer, meeting=meeting, seat=_own_seats(viewer, meeting.body)[0]
        ),
    }
    if verb not in verbs or (verb == "put" and not _own_seats(viewer, meeting.body)):
        raise Http404
    carry_out(request, verbs[verb], _("Done."))
    return redirect("governance:meeting-desk", pk=pk)


def _form_page(
    request: HttpRequest, meeting: Meeting, form: forms.Form, template: str, act: Callable[[], object],
    **context: Any,
) -> HttpResponse:  # fmt: skip
    """Show a form of a meeting, or carry it out and go back to the desk."""
    if request.method == "POST" and form.is_valid() and carry_out(request, act, _("Kept."), form):
        return redirect("governance:meeting-desk", pk=meeting.pk)
    context |= {"meeting": meeting, "body": meeting.body, "form": form}
    return _answer(request, template, context, form)


def _answer(
    request: HttpRequest, template: str, context: dict[str, Any], form: forms.Form
) -> HttpResponse:
    return render(request, template, context, status=422 if form.errors else 200)


def _meeting(request: HttpRequest, pk: int) -> Meeting:
    """A meeting, for its body's people: who holds a seat there, stands in, or has an office."""
    viewer = viewer_of(request)
    found = get_object_or_404(Meeting.objects.visible_to(viewer).for_list(), pk=pk)
    if not policies.belongs_to(viewer, found.body, database_now().date()):
        raise Http404
    return found


def _run_meeting(request: HttpRequest, pk: int) -> Meeting:
    """A meeting, for its officers."""
    found = _meeting(request, pk)
    _officer(viewer_of(request), found.body)
    return found


def _officer(viewer: Viewer, body: Body) -> None:
    if not policies.is_officer(viewer, body, database_now().date()):
        raise Http404


def _own_seats(viewer: Viewer, body: Body) -> list[Seat]:
    return list(body.seats.held_by(viewer, database_now().date()).order_by("number"))


def _seats(meeting: Meeting, numbers: set[int]) -> list[Seat]:
    rows = meeting.body.seats.filter(number__in=numbers).select_related("organisation")
    return list(rows.order_by("number"))
