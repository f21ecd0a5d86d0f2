"""Writing an event: local times become instants, calendars are told that it changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from alliance.pages import purge
from projects.errors import EntryRefused
from projects.models import Event, EventSeries, Project
from projects.models.events import check_time_zone
from projects.rules.moments import span


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSheet:
    """What an event's entry says. `facts` are columns of `Event`."""

    slug: str
    facts: dict[str, Any]
    projects: Sequence[str] | None = None


@transaction.atomic
def record_series(*, slug: str, **facts: Any) -> EventSeries:
    """Write down a series of events."""
    series, _made = EventSeries.objects.update_or_create(slug=slug, defaults=facts)
    purge("events")
    return series


@transaction.atomic
def record_event(*, sheet: EventSheet) -> Event:
    """Make or change an event; a change that matters raises the number calendars compare."""
    event = Event.objects.select_for_update().filter(slug=sheet.slug).first()
    is_new = event is None
    event = event or Event(slug=sheet.slug)
    changed = is_new or any(getattr(event, name) != value for name, value in sheet.facts.items())
    for name, value in sheet.facts.items():
        setattr(event, name, value)
    event.starts_at, event.ends_at = instants(event)
    if changed:
        event.sequence += not is_new
        event.save()
    projects = None if sheet.projects is None else projects_named(sheet.projects)
    if projects is not None and set(event.projects.all()) != set(projects):
        event.projects.set(projects)
        changed = True
    if changed:
        keys = [f"project:{slug}" for slug in event.projects.values_list("slug", flat=True)]
        purge("events", f"event:{event.slug}", *keys)
    return event


def instants(event: Event) -> tuple[Any, Any]:
    """Return first and last instant of an event, or refuse times that contradict each other."""
    try:
        check_time_zone(event.time_zone)
    except ValidationError as error:
        raise EntryRefused(error.messages[0], code="time-zone-unknown") from None
    if event.ends_on is not None and event.ends_on < event.starts_on:
        raise EntryRefused(
            _("The event would end before it begins. Check its days."), code="event-order"
        )
    begin, end = span(
        starts_on=event.starts_on, ends_on=event.ends_on, starts_time=event.starts_time, ends_time=event.ends_time,
        zone=event.time_zone,
    )  # fmt: skip
    if end <= begin:
        raise EntryRefused(
            _("The event would end before it begins. Check its hours."), code="event-order"
        )
    return begin, end


def projects_named(slugs: Sequence[str]) -> list[Project]:
    found = {row.slug: row for row in Project.objects.filter(slug__in=slugs)}
    for slug in slugs:
        if slug not in found:
            raise EntryRefused(
                _("There is no project “%(slug)s”.") % {"slug": slug}, code="project-unknown"
            )
    return [found[slug] for slug in slugs]
