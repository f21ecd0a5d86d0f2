"""What this room adds to the dashboard and to an organisation's page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from alliance.clock import database_now
from alliance.pages import tag
from alliance.viewer import ANONYMOUS, Viewer
from governance.home import decided
from governance.models import Body, Decision, Office, Proposal, Seat, Vote
from members.models import Organisation

LATEST_DECISIONS = 10


def my_votes(request: HttpRequest, viewer: Viewer) -> dict[str, Any] | None:
    """Votes that need me, my seats and my proposals; nothing for people without a seat or office."""
    today = database_now().date()
    seats = list(
        Seat.objects.held_by(viewer, today)
        .select_related("body", "organisation")
        .order_by("body", "number")
    )
    offices = list(
        Office.objects.current(today).filter(person=viewer.person_id).select_related("body")
    )
    if not seats and not offices:
        return None
    bodies = {office.body_id for office in offices}
    return {
        "awaiting": Vote.objects.visible_to(viewer).awaiting(viewer, today).for_list(),
        "seats": seats,
        "offices": offices,
        "bodies": Body.objects.visible_to(viewer).where_seated(viewer, today),
        "proposals": Proposal.objects.visible_to(viewer).of_author(viewer).unfinished().for_list(),
        "to_call": Proposal.objects.visible_to(viewer)
        .filter(body__in=bodies)
        .ready_to_call()
        .for_list(),
    }


def groups_of(request: HttpRequest, organisation: Organisation) -> dict[str, Any] | None:
    """The working groups in which people of an organisation work, on its public page."""
    groups = list(Body.objects.visible_to(ANONYMOUS).with_people_of(organisation.pk))
    if not groups:
        return None
    tag(request, *(f"body:{group.slug}" for group in groups))
    return {"groups": groups}


def decisions_of(request: HttpRequest, organisation: Organisation) -> dict[str, Any] | None:
    """The latest decisions that an organisation had a seat for, on its public page."""
    rows = Decision.objects.visible_to(ANONYMOUS).with_seat_of(organisation.public_slug)
    tag(request, "decisions")
    latest = list(rows.for_list()[:LATEST_DECISIONS])
    if not latest:
        return None
    return {"decided": [decided(row) for row in latest], "count": rows.count()}


def seats_of(request: HttpRequest, organisation: Organisation) -> dict[str, Any] | None:
    """The seats of an organisation, on its public page."""
    today = database_now().date()
    seats = list(
        Seat.objects.filter(organisation=organisation).select_related("body").with_holders(today)
    )
    if not seats:
        return None
    tag(request, *(f"body:{seat.body.slug}" for seat in seats))
    return {"seats": seats}
