"""Deadlines for calendars (RFC 5545): meetings, closes of votes and ends of terms, for all bodies or one."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import icalendar
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.clock import database_now
from alliance.i18n import LANGUAGE_CODES
from alliance.pages import public_page, tag
from alliance.viewer import ANONYMOUS
from governance.meeting_page import agenda_of
from governance.models import Appointment, Body, Election, Meeting, Vote
from governance.querysets import BodyQuerySet
from governance.rules.elections import ElectionState

RECENT = timedelta(days=30)
TERMS_AHEAD = timedelta(days=365)


@require_safe
@public_page("governance", "decisions", max_age=300)
def deadlines(request: HttpRequest) -> HttpResponse:
    """Serve the calendar; `?lang=fr` chooses French, `?body=board` one body."""
    language, slug = request.GET.get("lang", ""), request.GET.get("body", "")
    bodies = Body.objects.visible_to(ANONYMOUS)
    if slug:
        bodies = bodies.filter(pk=get_object_or_404(bodies, slug=slug).pk)
        tag(request, f"body:{slug}")
    with translation.override(language if language in LANGUAGE_CODES else "en"):
        return _answer(_deadlines(bodies, database_now()), "deadlines")


@require_safe
@public_page("governance", max_age=300)
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """Serve one meeting; `?lang=fr` chooses French."""
    found = get_object_or_404(Meeting.objects.visible_to(ANONYMOUS).for_list(), pk=pk)
    tag(request, f"meeting:{pk}")
    language = request.GET.get("lang", "")
    with translation.override(language if language in LANGUAGE_CODES else "en"):
        calendar = _begun(str(found.title))
        calendar.add_component(_meeting(found))
        return _answer(calendar, f"meeting-{pk}")


def _answer(calendar: icalendar.Calendar, name: str) -> HttpResponse:
    calendar.add_missing_timezones()
    response = HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{name}.ics"'
    return response


def _begun(name: str) -> icalendar.Calendar:
    found = icalendar.Calendar()
    found.add("prodid", "-//AI Alliance//Portal//EN")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", " ".join(name.split()))
    return found


def _deadlines(bodies: BodyQuerySet, now: datetime) -> icalendar.Calendar:
    found = _begun(_("AI Alliance: meetings, votes and terms"))
    meetings = Meeting.objects.visible_to(ANONYMOUS).filter(
        body__in=bodies, ends_at__gte=now - RECENT
    )
    for row in meetings.for_list():
        found.add_component(_meeting(row))
    votes = Vote.objects.visible_to(ANONYMOUS).filter(body__in=bodies, closes_at__gte=now - RECENT)
    for vote in votes.for_list():
        found.add_component(_vote(vote))
    elections = Election.objects.visible_to(ANONYMOUS).filter(
        body__in=bodies, closes_at__gte=now - RECENT
    )
    for election in elections.for_list():
        found.add_component(_election(election))
    span = (now.date(), now.date() + TERMS_AHEAD)
    terms = Appointment.objects.filter(seat__body__in=bodies, until__range=span)
    for term in terms.select_related("seat__body", "person").order_by("until", "pk"):
        found.add_component(_term(term, now))
    return found


def _meeting(meeting: Meeting) -> icalendar.Event:
    """Return a meeting on the clock of its own time zone: a change of the zone's rules moves it with its place."""
    row = icalendar.Event()
    row.add("uid", f"urn:alliance:meeting:{meeting.pk}")
    row.add("dtstamp", meeting.changed_at)
    row.add("last-modified", meeting.changed_at)
    row.add("sequence", meeting.sequence)
    cancelled = meeting.state == Meeting.State.CANCELLED
    row.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    row.add("summary", f"{meeting.body.code}: {meeting.title}")
    row.add("dtstart", meeting.begins)
    row.add("dtend", meeting.ends)
    if meeting.place:
        row.add("location", meeting.place)
    agenda = agenda_of(meeting, ANONYMOUS)
    if agenda:
        lines = [f"{shown.item.position}. {shown.title}" for shown in agenda]
        row.add("description", "\n".join(lines))
    row.add("url", f"{settings.SITE_ORIGIN}{meeting.get_absolute_url()}")
    return row


def _vote(vote: Vote) -> icalendar.Event:
    """Return the close of a vote, in UTC: every calendar shows it in its own zone."""
    row = icalendar.Event()
    row.add("uid", f"urn:alliance:vote:{vote.pk}")
    row.add("dtstamp", vote.ended_at or vote.opens_at)
    row.add("sequence", 0 if vote.is_open else 1)
    row.add("status", "CANCELLED" if vote.state == Vote.State.CANCELLED else "CONFIRMED")
    named = {"body": vote.body.code, "title": vote.revision.title}
    row.add("summary", _("%(body)s: the vote closes: %(title)s") % named)
    row.add("dtstart", vote.closes_at)
    row.add("dtend", vote.closes_at)
    row.add("url", f"{settings.SITE_ORIGIN}{vote.get_absolute_url()}")
    return row


def _election(election: Election) -> icalendar.Event:
    """Return the close of an election’s ballot, in UTC."""
    row = icalendar.Event()
    row.add("uid", f"urn:alliance:election:{election.pk}")
    row.add("dtstamp", election.ended_at or election.opens_at)
    row.add("sequence", 0 if election.is_open else 1)
    cancelled = election.state == ElectionState.CANCELLED
    row.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    named = {"body": election.body.code, "title": election.title}
    row.add("summary", _("%(body)s: the election closes: %(title)s") % named)
    row.add("dtstart", election.closes_at)
    row.add("dtend", election.closes_at)
    row.add("url", f"{settings.SITE_ORIGIN}{election.get_absolute_url()}")
    return row


def _term(term: Appointment, now: datetime) -> icalendar.Event:
    """Return the last day of a term."""
    until: date | None = term.until
    assert until is not None
    row = icalendar.Event()
    row.add("uid", f"urn:alliance:term:{term.pk}")
    row.add("dtstamp", now.replace(hour=0, minute=0, second=0, microsecond=0))
    named = {"body": term.seat.body.code, "number": term.seat.number}
    row.add("summary", _("%(body)s: the term of seat %(number)d ends") % named)
    row.add("dtstart", until)
    row.add("dtend", until + timedelta(days=1))
    row.add("url", f"{settings.SITE_ORIGIN}{term.seat.body.get_absolute_url()}")
    return row
