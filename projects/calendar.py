"""What the list of events shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from alliance.viewer import ANONYMOUS
from members.countries import country_name
from members.directory import Facet, Option, folded
from projects.forms import EventListForm
from projects.models import Event
from projects.querysets import EventQuerySet


def everything() -> EventQuerySet:
    """Return all public events, with what lists show."""
    return Event.objects.visible_to(ANONYMOUS).for_list()


def chosen_of(params: QueryDict, rows: Sequence[Event]) -> dict[str, Any]:
    """Return what the address asks for, as far as it makes sense."""
    return EventListForm(params, {row.country for row in rows if row.country}).kept()


def narrowed(chosen: Mapping[str, Any], rows: EventQuerySet) -> EventQuerySet:
    """Return the events that the choices leave, whether over or not: pages, feeds and calendars ask the same."""
    rows = rows.of_kinds(chosen["kind"]).of_modes(chosen["mode"]).in_countries(chosen["country"])
    rows = rows.of_project(chosen["project"]).of_body(chosen["body"])
    rows = rows.of_series(chosen["series"])
    return rows.matching(chosen["q"]) if chosen["q"] else rows


def split(rows: EventQuerySet, when: str, now: datetime) -> tuple[list[Event], list[Event]]:
    """Return what is to come and what is over; one of them is empty where the reader asked for the other."""
    upcoming = [] if when == "past" else list(rows.upcoming(now))
    past = [] if when == "upcoming" else list(rows.past(now))
    return upcoming, past


def facets(rows: Sequence[Event], chosen: Mapping[str, Any]) -> list[Facet]:
    """Return the facets with how many of all events each choice has."""

    def options(name: str, named: Sequence[tuple[str, Any]], held: list[str]) -> list[Option]:
        found = [
            Option(value, label, held.count(value), value in chosen[name]) for value, label in named
        ]
        return [option for option in found if option.count]

    countries = sorted(
        {row.country for row in rows if row.country}, key=lambda code: folded(country_name(code))
    )
    return [
        Facet("kind", _("Kind"), options("kind", Event.Kind.choices, [row.kind for row in rows])),
        Facet("mode", _("How"), options("mode", Event.Mode.choices, [row.mode for row in rows])),
        Facet(
            "country", _("Country"),
            options("country", [(code, country_name(code)) for code in countries], [row.country for row in rows]),
        ),
    ]  # fmt: skip


def clashes_of(event: Event) -> list[Event]:
    """Return events of the same body or project that share a moment with one: a hint, never a refusal."""
    kin = Q(projects__in=event.projects.all())
    if event.body_id:
        kin |= Q(body=event.body_id)
    rows = Event.objects.visible_to(ANONYMOUS).filter(
        kin, ends_at__gt=event.starts_at, starts_at__lt=event.ends_at
    )
    return list(rows.exclude(pk=event.pk).exclude(state=Event.State.CANCELLED).distinct())
