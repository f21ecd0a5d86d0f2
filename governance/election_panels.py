"""What elections add to the dashboard."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from alliance.clock import database_now
from alliance.viewer import Viewer
from governance.models import Body, Candidate, Election, Office, Seat


def my_elections(request: HttpRequest, viewer: Viewer) -> dict[str, Any] | None:
    """Elections that need me and nominations of mine; nothing for people without either, a seat or an office."""
    today = database_now().date()
    held = Office.objects.current(today).filter(person=viewer.person_id)
    seats = Seat.objects.held_by(viewer, today)
    nominations = Candidate.objects.filter(
        person=viewer.person_id, state="nominated", election__state="nominations"
    )
    if not (held.exists() or seats.exists() or nominations.exists()):
        return None
    bodies = {*held.values_list("body", flat=True), *seats.values_list("body", flat=True)}
    return {
        "awaiting": Election.objects.visible_to(viewer).awaiting(viewer, today).for_list(),
        "nominations": nominations.select_related("election"),
        "bodies": Body.objects.filter(pk__in=held.values("body")),
        "under_way": Election.objects.under_way().filter(body__in=bodies).for_list(),
    }
