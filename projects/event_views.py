"""Public pages of events: the same for everybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from alliance.clock import database_now
from alliance.pages import public_page, tag
from projects import calendar


@require_safe
@public_page("events")
def event_list(request: HttpRequest) -> HttpResponse:
    """What is to come and what was, narrowed by what the address asks for."""
    rows = list(calendar.everything())
    chosen = calendar.chosen_of(request.GET, rows)
    upcoming, past = calendar.split(
        calendar.narrowed(chosen, calendar.everything()), chosen["when"], database_now()
    )
    context = {
        "upcoming": upcoming,
        "past": past,
        "facets": calendar.facets(rows, chosen),
        "chosen": chosen,
        "is_filtered": any(chosen.values()),
    }
    return render(request, "projects/events.html", context)


@require_safe
@public_page("events")
def event(request: HttpRequest, slug: str) -> HttpResponse:
    """One event: when, where, for which projects, and its calendar file."""
    found = get_object_or_404(calendar.everything(), slug=slug)
    tag(request, f"event:{slug}")
    now = database_now()
    siblings = calendar.everything().filter(series=found.series_id) if found.series_id else None
    context = {
        "event": found,
        "clashes": calendar.clashes_of(found),
        "is_over": found.ends_at <= now,
        "siblings": [row for row in siblings if row.pk != found.pk] if siblings is not None else [],
        "projects": [row for row in found.projects.all() if row.is_listed],
    }
    return render(request, "projects/event.html", context)
