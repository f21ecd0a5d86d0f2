"""Public pages of meetings: what lies ahead, what was held, and each by itself."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from alliance.clock import database_now
from alliance.pages import public_page, tag
from alliance.viewer import ANONYMOUS
from governance import meeting_page
from governance.changes import parts
from governance.models import Body, Meeting, Minutes

PER_PAGE = 25


@require_safe
@public_page("governance")
def meetings(request: HttpRequest) -> HttpResponse:
    """Meetings of all bodies, or of one: those ahead, then those that were."""
    rows = Meeting.objects.visible_to(ANONYMOUS).for_list()
    slug = request.GET.get("body", "")
    body = Body.objects.visible_to(ANONYMOUS).filter(slug=slug).first() if slug else None
    if body is not None:
        rows = rows.filter(body=body)
        tag(request, f"body:{slug}")
    ahead = rows.ahead(database_now())
    past = rows.exclude(pk__in=ahead.values("pk"))
    context = {
        "ahead": ahead,
        "page": Paginator(past, PER_PAGE).get_page(request.GET.get("page")),
        "body": body,
    }
    return render(request, "governance/meetings.html", context)


@require_safe
@public_page("governance")
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """One meeting: when and where, agenda, attendance and quorum, decisions, approved minutes."""
    found = get_object_or_404(Meeting.objects.visible_to(ANONYMOUS).for_list(), pk=pk)
    tag(request, f"meeting:{pk}", f"body:{found.body.slug}")
    rows = meeting_page.attendance_rows(found)
    versions = meeting_page.minutes_of(found, ANONYMOUS)
    shown = _version(versions, request.GET.get("version", ""))
    context: dict[str, Any] = {
        "meeting": found,
        "body": found.body,
        "agenda": meeting_page.agenda_of(found, ANONYMOUS),
        "attendance": rows,
        "quorum": meeting_page.shown_quorum(found, rows),
        "decided": meeting_page.decisions_of(found),
        "minutes": shown,
        "versions": versions,
        "parts": _changes(versions, shown),
        "has_draft": found.minutes.exclude(state=Minutes.State.APPROVED).exists(),
    }
    return render(request, "governance/meeting.html", context)


def _version(versions: list[Minutes], wanted: str) -> Minutes | None:
    latest = versions[0] if versions else None
    return next((row for row in versions if str(row.number) == wanted), latest)


def _changes(versions: list[Minutes], shown: Minutes | None) -> list[Any]:
    """What the shown version corrected in the approved one before it."""
    earlier = [row for row in versions if shown and row.number < shown.number]
    return parts(earlier[0], shown) if shown and earlier else []
