"""Events for calendars (RFC 5545): one file an event, one feed for all, for a body and for a project."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.pages import public_page, tag
from projects import calendar, catalogue
from projects.feeds import in_language
from projects.models import Event

STATES = {"planned": "CONFIRMED", "postponed": "TENTATIVE", "cancelled": "CANCELLED"}


def _calendar(name: str, events: Iterable[Event]) -> bytes:
    found = icalendar.Calendar()
    found.add("prodid", "-//AI Alliance//Portal//EN")
    found.add("version", "2.0")
    found.add("calscale", "GREGORIAN")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", " ".join(name.split()))
    found.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    for event in events:
        found.add_component(entry(event))
    found.add_missing_timezones()
    return found.to_ical()


def entry(event: Event) -> icalendar.Event:
    """Return one event. Days without hours are DATEs with an exclusive end; hours carry the venue's zone.

    Each date of a series is an entry of its own, with an identifier of its own: no reader has to know rules.
    """
    row = icalendar.Event()
    row.add("uid", f"urn:uuid:{event.uid}")
    row.add("dtstamp", event.updated_at)
    row.add("last-modified", event.updated_at)
    row.add("sequence", event.sequence)
    row.add("status", STATES[event.state])
    row.add("summary", event.title)
    row.add("dtstart", begin(event))
    row.add("dtend", end(event))
    row.add("url", f"{settings.SITE_ORIGIN}{event.get_absolute_url()}")
    row.add("categories", [event.get_kind_display()])
    if event.where:
        row.add("location", event.where)
    words = [event.cancel_reason, event.text]
    if any(words):
        row.add("description", "\n\n".join(part for part in words if part))
    if event.online_url:
        row.add("conference", event.online_url, parameters={"VALUE": "URI", "FEATURE": "VIDEO"})
    return row


def begin(event: Event) -> date | datetime:
    """First day, or first moment with its zone."""
    if event.starts_time is None:
        return event.starts_on
    return event.starts_at.astimezone(ZoneInfo(event.time_zone))


def end(event: Event) -> date | datetime:
    """The day after the last one (RFC 5545: the end is exclusive), or the last moment with its zone."""
    if event.starts_time is None:
        return (event.ends_on or event.starts_on) + timedelta(days=1)
    return event.ends_at.astimezone(ZoneInfo(event.time_zone))


def _answer(name: str, filename: str, events: Iterable[Event]) -> HttpResponse:
    response = HttpResponse(_calendar(name, events), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{filename}.ics"'
    return response


@require_safe
@public_page("events", max_age=300)
@in_language
def events(request: HttpRequest) -> HttpResponse:
    """Serve all events, or those the parameters of the list leave."""
    rows = calendar.everything()
    chosen: dict[str, Any] = calendar.chosen_of(request.GET, list(rows))
    return _answer(_("AI Alliance events"), "events", calendar.narrowed(chosen, rows))


@require_safe
@public_page("events", max_age=300)
@in_language
def event(request: HttpRequest, slug: str) -> HttpResponse:
    """Serve one event."""
    found = get_object_or_404(calendar.everything(), slug=slug)
    tag(request, f"event:{slug}")
    return _answer(found.title, slug, [found])


@require_safe
@public_page("events", max_age=300)
@in_language
def project_events(request: HttpRequest, slug: str) -> HttpResponse:
    """Serve a project's events."""
    found = get_object_or_404(catalogue.everything(), slug=slug)
    tag(request, f"project:{slug}")
    return _answer(f"AI Alliance: {found}", slug, calendar.everything().of_project(slug))
