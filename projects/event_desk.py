"""Signed-in pages of events: announcing, changing, cancelling one or a whole series."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from alliance.clock import database_now
from alliance.problems import DomainError
from members.viewers import viewer_of
from projects import actions, calendar, policies, wording
from projects.actions.holding import not_theirs
from projects.event_forms import CancelForm, EventForm, NewEventForm, SeriesForm
from projects.models import Event, EventSeries


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def announce(request: HttpRequest) -> HttpResponse:
    """Announce an event, or a series of them."""
    viewer, today = viewer_of(request), database_now().date()
    if not policies.may_announce(viewer, today):
        raise PermissionDenied(not_theirs())
    form = NewEventForm(viewer, today, [], request.POST or None)
    if request.method == "POST" and form.is_valid():
        facts, projects = form.facts(), form.projects_chosen()
        try:
            if form.rule():
                made = actions.announce_series(
                    viewer=viewer, rule=form.rule(), facts=facts, projects=projects
                )
                event = made.events.order_by("starts_at")[0]
            else:
                event = actions.announce_event(viewer=viewer, facts=facts, projects=projects)
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("The event was announced."))
            _hint(request, event)
            return redirect("events:edit", slug=event.slug)
    context = {"form": form, "heading": _("Announce an event")}
    return render(request, "projects/desk/event.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change, cancel or put on again one event."""
    viewer, today = viewer_of(request), database_now().date()
    event = get_object_or_404(Event.objects.visible_to(viewer).for_list(), slug=slug)
    if not policies.may_change_event(viewer, event, today):
        raise PermissionDenied(not_theirs())
    verb, posted, cancelling = _asked(request)
    form = EventForm(viewer, today, [event], posted, initial=EventForm.initial_of(event))
    if _carried_out(form, cancelling, lambda: _event_done(request, event, form, cancelling, verb)):
        return redirect("events:edit", slug=slug)
    context = {
        "form": form, "event": event, "cancelling": cancelling, "heading": event.title, "back": event,
        "series": event.series if event.occurs_on else None,
    }  # fmt: skip
    return render(request, "projects/desk/event.html", context)


def _event_done(
    request: HttpRequest, event: Event, form: EventForm, cancelling: CancelForm, verb: str
) -> bool:
    viewer = viewer_of(request)
    if verb == "reinstate":
        actions.reinstate_event(viewer=viewer, event=event)
        messages.success(request, _("The event takes place after all."))
    elif verb == "cancel" and cancelling.is_valid():
        actions.cancel_event(viewer=viewer, event=event, **cancelling.cleaned_data)
        messages.success(request, _("The event is cancelled. Calendars are told."))
    elif not verb and form.is_valid():
        event = actions.change_event(
            viewer=viewer, event=event, facts=form.facts(), projects=form.projects_chosen()
        )
        messages.success(request, _("The event was changed. Calendars are told."))
        _hint(request, event)
    else:
        return False
    return True


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def series(request: HttpRequest, slug: str) -> HttpResponse:
    """Change or cancel all dates to come of a series."""
    viewer, now = viewer_of(request), database_now()
    found = get_object_or_404(EventSeries.objects.visible_to(viewer).exclude(rule=""), slug=slug)
    events = list(found.events.for_list())
    if not policies.may_change_series(viewer, events, now.date()):
        raise PermissionDenied(not_theirs())
    as_series = [row for row in events if not row.is_apart] or events
    verb, posted, cancelling = _asked(request)
    initial = SeriesForm.initial_of_series(found, as_series[-1])
    form = SeriesForm(viewer, now.date(), events, posted, initial=initial)
    if _carried_out(form, cancelling, lambda: _series_done(request, found, form, cancelling, verb)):
        return redirect("events:edit-series", slug=slug)
    context = {
        "form": form, "cancelling": cancelling, "heading": found.title, "dates": events, "is_series": True,
        "back": as_series[0],
    }  # fmt: skip
    return render(request, "projects/desk/event.html", context)


def _series_done(
    request: HttpRequest, found: EventSeries, form: SeriesForm, cancelling: CancelForm, verb: str
) -> bool:
    viewer = viewer_of(request)
    if verb == "cancel" and cancelling.is_valid():
        actions.cancel_series(viewer=viewer, series=found, **cancelling.cleaned_data)
        messages.success(request, _("The dates to come are cancelled. Calendars are told."))
    elif not verb and form.is_valid():
        actions.change_series(
            viewer=viewer, series=found, rule=form.cleaned_data["rule"], facts=form.facts(),
            projects=form.projects_chosen(),
        )  # fmt: skip
        messages.success(request, _("The series was changed. Calendars are told."))
    else:
        return False
    return True


def _asked(request: HttpRequest) -> tuple[str, QueryDict | None, CancelForm]:
    """Return which button was pressed, none for that of the form; the form's fields; and the form of a cancellation."""
    verb = request.POST.get("verb", "")
    posted = request.POST if request.method == "POST" and not verb else None
    return verb, posted, CancelForm(request.POST if verb == "cancel" else None, prefix="cancel")


def _carried_out(form: EventForm, cancelling: CancelForm, act: Callable[[], bool]) -> bool:
    """Do what was asked; False where nothing was, or a form has to be mended."""
    try:
        return act()
    except DomainError as refusal:
        _say(form if form.is_bound else cancelling, refusal)
        return False


def _say(form: Any, refusal: DomainError) -> None:
    """Write a refusal above the form it is about; one without fields filled in gets it all the same."""
    form.is_bound = True
    form.full_clean()
    form.add_error(None, refusal.message)


def _hint(request: HttpRequest, event: Event) -> None:
    """Name what else the same people hold at the same time: a hint, never a refusal."""
    clashes = calendar.clashes_of(event)[:3]
    if clashes:
        named = "; ".join(f"{row} ({wording.when(row)})" for row in clashes)
        messages.warning(request, _("At the same time: %(events)s") % {"events": named})
