"""Projects and events as Atom, in the language asked for, narrowed like their pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import translation
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.i18n import LANGUAGE_CODES, active_language
from alliance.pages import public_page, tag
from projects import calendar, catalogue, wording
from projects.models import Event, Project, ProjectChange

LENGTH = 50
View = Callable[..., HttpResponse]


def in_language(view: View) -> View:
    """Answer in the language that `?lang=` names; English without it."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = request.GET.get("lang", "")
        with translation.override(asked if asked in LANGUAGE_CODES else "en"):
            return view(request, *args, **kwargs)

    return wrapped


def _feed(request: HttpRequest, *, title: str, subtitle: str, link: str) -> Atom1Feed:
    return Atom1Feed(
        title=title, subtitle=subtitle, link=f"{settings.SITE_ORIGIN}{link}", description=subtitle,
        language=active_language(), feed_url=f"{settings.SITE_ORIGIN}{request.get_full_path()}",
    )  # fmt: skip


def _answer(feed: Atom1Feed) -> HttpResponse:
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)


@require_safe
@public_page("projects", max_age=300)
@in_language
def projects(request: HttpRequest) -> HttpResponse:
    """Serve the projects that changed last; the parameters are those of the list."""
    rows = catalogue.everything()
    chosen = catalogue.chosen_of(request.GET, list(rows))
    feed = _feed(
        request, title=_("AI Alliance: projects"), subtitle=_("Projects of the catalogue, the latest changes first."),
        link=reverse("projects:list"),
    )  # fmt: skip
    for row in catalogue.narrowed(chosen, rows).order_by("-updated_at", "-pk")[:LENGTH]:
        _add_project(feed, row)
    return _answer(feed)


def _add_project(feed: Atom1Feed, row: Project) -> None:
    feed.add_item(
        title=row.name, link=f"{settings.SITE_ORIGIN}{row.get_absolute_url()}", description=row.summary,
        unique_id=f"urn:uuid:{row.uid}", pubdate=row.created_at, updateddate=row.updated_at,
        categories=[str(area) for area in row.focus_areas.all()],
    )  # fmt: skip


@require_safe
@public_page("projects", max_age=300)
@in_language
def project(request: HttpRequest, slug: str) -> HttpResponse:
    """Serve what changed in one project's entry."""
    found = get_object_or_404(catalogue.everything(), slug=slug)
    tag(request, f"project:{slug}")
    link = f"{settings.SITE_ORIGIN}{found.get_absolute_url()}"
    feed = _feed(
        request,
        title=f"AI Alliance: {found}",
        subtitle=found.summary,
        link=found.get_absolute_url(),
    )
    for change in found.changes.select_related("organisation")[:LENGTH]:
        feed.add_item(
            title=change.get_kind_display(), link=link, description=_change_text(change),
            unique_id=f"urn:uuid:{found.uid}#{change.pk}", pubdate=change.at, updateddate=change.at,
        )  # fmt: skip
    return _answer(feed)


def _change_text(change: ProjectChange) -> str:
    names = ", ".join(wording.field_name(name) for name in change.fields)
    return " ".join(part for part in (change.note, names) if part) or change.get_kind_display()


@require_safe
@public_page("events", max_age=300)
@in_language
def events(request: HttpRequest) -> HttpResponse:
    """Serve the events that changed last; the parameters are those of the list."""
    rows = calendar.everything()
    chosen = calendar.chosen_of(request.GET, list(rows))
    feed = _feed(
        request, title=_("AI Alliance: events"), subtitle=_("Events of the calendar, the latest changes first."),
        link=reverse("events:list"),
    )  # fmt: skip
    found: Iterable[Event] = calendar.narrowed(chosen, rows).order_by("-updated_at", "-pk")[:LENGTH]
    for row in found:
        _add_event(feed, row, row.updated_at)
    return _answer(feed)


def _add_event(feed: Atom1Feed, row: Event, at: datetime) -> None:
    feed.add_item(
        title=row.title, link=f"{settings.SITE_ORIGIN}{row.get_absolute_url()}",
        description=f"{wording.when(row)} · {row.where}", unique_id=f"urn:uuid:{row.uid}", pubdate=at,
        updateddate=at, categories=[row.get_kind_display()],
    )  # fmt: skip
