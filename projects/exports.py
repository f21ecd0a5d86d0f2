"""The lists as files: exactly what the page shows for the same parameters, at the same address with a suffix."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from alliance.cells import safe_cell
from alliance.pages import public_page, tag
from projects import calendar, catalogue
from projects.api.serializers import EventSerializer, ProjectSerializer
from projects.feeds import in_language
from projects.models import Event, Project

SCHEMA = "https://schema.org"
PROJECT_COLUMNS = (
    "slug", "name", "tier", "stage", "activity", "activity_on", "summary_en", "summary_fr", "makes", "areas",
    "licences", "repositories", "leads", "homepage", "source", "is_demo", "url",
)  # fmt: skip
EVENT_COLUMNS = (
    "slug", "title_en", "title_fr", "kind", "mode", "state", "starts_on", "ends_on", "starts_time", "ends_time",
    "time_zone", "place", "country", "projects", "page_url", "source", "is_demo", "url",
)  # fmt: skip
LD_TYPES = {
    "software": "SoftwareSourceCode", "model": "SoftwareSourceCode", "dataset": "Dataset", "benchmark": "Dataset",
    "course": "Course",
}  # fmt: skip
LD_STATES = {
    "planned": "EventScheduled",
    "postponed": "EventPostponed",
    "cancelled": "EventCancelled",
}
LD_MODES = {
    "in-person": "OfflineEventAttendanceMode", "online": "OnlineEventAttendanceMode",
    "hybrid": "MixedEventAttendanceMode",
}  # fmt: skip


def _csv(name: str, columns: tuple[str, ...], rows: Iterable[dict[str, Any]]) -> HttpResponse:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([safe_cell(row[column]) for column in columns])
    response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{name}.csv"'
    return response


def _ld(items: Iterable[dict[str, Any]]) -> JsonResponse:
    listed = [
        {"@type": "ListItem", "position": n, "item": item} for n, item in enumerate(items, start=1)
    ]
    body = {"@context": SCHEMA, "@type": "ItemList", "itemListElement": listed}
    return JsonResponse(body, content_type="application/ld+json")


def _address(row: Project | Event) -> str:
    return f"{settings.SITE_ORIGIN}{row.get_absolute_url()}"


def _projects(request: HttpRequest) -> list[Project]:
    rows = catalogue.everything()
    return list(catalogue.narrowed(catalogue.chosen_of(request.GET, list(rows)), rows))


@require_safe
@public_page("projects")
def projects(request: HttpRequest, suffix: str) -> HttpResponse:
    """Serve the list of projects as CSV, JSON or JSON-LD."""
    rows = _projects(request)
    if suffix == "csv":
        return _csv("projects", PROJECT_COLUMNS, (project_row(row) for row in rows))
    if suffix == "jsonld":
        return _ld(project_ld(row) for row in rows)
    return JsonResponse({"projects": ProjectSerializer(rows, many=True).data})


def project_row(row: Project) -> dict[str, Any]:
    """Return a project as cells; lists are joined by blanks, names by semicolons."""
    plain = {
        name: getattr(row, name)
        for name in PROJECT_COLUMNS
        if hasattr(row, name) and name != "stage"
    }
    return plain | {
        "stage": row.stage.slug if row.stage else "",
        "makes": " ".join(row.artefact_kinds),
        "areas": " ".join(area.slug for area in row.focus_areas.all()),
        "licences": "; ".join(f"{part.covers}: {part.expression}" for part in row.licences.all()),
        "repositories": " ".join(part.url for part in row.repositories.all()),
        "leads": "; ".join(
            part.shown_name for part in row.participations.all() if part.role == "lead"
        ),
        "url": _address(row),
    }


def project_ld(row: Project) -> dict[str, Any]:
    """Return a project in the words of schema.org; what nobody knows is left out."""
    kinds = [LD_TYPES.get(kind, "CreativeWork") for kind in row.artefact_kinds] or ["CreativeWork"]
    entry: dict[str, Any] = {
        "@type": kinds[0] if len(set(kinds)) == 1 else sorted(set(kinds)),
        "@id": f"urn:uuid:{row.uid}",
        "name": row.name,
        "url": _address(row),
        "description": [{"@value": row.summary_en, "@language": "en"}],
        "keywords": [str(area) for area in row.focus_areas.all()],
        "license": [f"https://spdx.org/licenses/{part.expression}" for part in row.licences.all()],
        "codeRepository": [part.url for part in row.repositories.all()],
        "producer": [
            {"@type": "Organization", "name": part.shown_name}
            for part in row.participations.all()
            if part.role == "lead"
        ],
        "dateModified": row.updated_at.isoformat(),
        "sameAs": row.homepage,
    }
    if row.summary_fr:
        entry["description"].append({"@value": row.summary_fr, "@language": "fr"})
    return {name: value for name, value in entry.items() if value}


@require_safe
@public_page("events")
def events(request: HttpRequest, suffix: str) -> HttpResponse:
    """Serve the list of events as CSV, JSON or JSON-LD."""
    everything = calendar.everything()
    chosen = calendar.chosen_of(request.GET, list(everything))
    rows = list(calendar.narrowed(chosen, everything))
    if suffix == "csv":
        return _csv("events", EVENT_COLUMNS, (event_row(row) for row in rows))
    if suffix == "jsonld":
        return _ld(event_ld(row) for row in rows)
    return JsonResponse({"events": EventSerializer(rows, many=True).data})


@require_safe
@public_page("events", max_age=300)
@in_language
def event(request: HttpRequest, slug: str) -> HttpResponse:
    """Serve one event as JSON-LD."""
    found = get_object_or_404(calendar.everything(), slug=slug)
    tag(request, f"event:{slug}")
    return JsonResponse({"@context": SCHEMA, **event_ld(found)}, content_type="application/ld+json")


def event_row(row: Event) -> dict[str, Any]:
    """Return an event as cells."""
    plain = {
        name: getattr(row, name)
        for name in EVENT_COLUMNS
        if hasattr(row, name) and name != "projects"
    }
    return plain | {
        "projects": " ".join(project.slug for project in row.projects.all() if project.is_listed),
        "url": _address(row),
    }


def event_ld(row: Event) -> dict[str, Any]:
    """Return an event in the words of schema.org; days without hours stay days."""
    has_hours = row.starts_time is not None
    entry: dict[str, Any] = {
        "@type": "Event",
        "@id": f"urn:uuid:{row.uid}",
        "name": row.title,
        "description": row.text,
        "url": _address(row),
        "startDate": row.starts_at.isoformat() if has_hours else row.starts_on.isoformat(),
        "endDate": row.ends_at.isoformat()
        if has_hours
        else (row.ends_on or row.starts_on).isoformat(),
        "eventStatus": f"{SCHEMA}/{_state(row)}",
        "previousStartDate": row.occurs_on.isoformat() if row.occurs_on and row.is_moved else None,
        "superEvent": _series(row),
        "eventAttendanceMode": f"{SCHEMA}/{LD_MODES[row.mode]}",
        "location": _places(row),
        "maximumAttendeeCapacity": row.capacity,
        "organizer": {"@type": "Organization", "name": str(row.body or "AI Alliance")},
    }
    return {name: value for name, value in entry.items() if value}


def _state(row: Event) -> str:
    """Postponed and cancelled as they are; a date of a series on another day than its rule says is rescheduled."""
    is_moved = row.is_moved and row.state == Event.State.PLANNED
    return "EventRescheduled" if is_moved else LD_STATES[row.state]


def _series(row: Event) -> dict[str, Any] | None:
    if row.series is None:
        return None
    address = f"{settings.SITE_ORIGIN}{reverse('events:list')}?series={row.series.slug}"
    return {"@type": "EventSeries", "name": str(row.series), "url": address}


def _places(row: Event) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if row.place:
        address = {
            "@type": "PostalAddress",
            "addressLocality": row.place,
            "addressCountry": row.country,
        }
        found.append({"@type": "Place", "name": row.place, "address": address})
    if row.online_url:
        found.append({"@type": "VirtualLocation", "url": row.online_url})
    return found
