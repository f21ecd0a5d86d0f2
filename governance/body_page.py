"""The seats of a body as its page shows them: who sits, until when, and how often the seat was heard from."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from governance.models import Alternate, Ballot, Body, LatePosition, Seat, Vote
from governance.rules.participation import Share, participation

SOON_DAYS = 60
LOOKED_AT = 100
"""Participation is over the body's last hundred votes."""


@dataclass(frozen=True, slots=True)
class SeatRow:
    """One seat."""

    seat: Seat
    term: Any
    ends_soon: bool
    alternate: Alternate | None
    share: Share | None


def seat_rows(body: Body, today: date) -> list[SeatRow]:
    """Return every seat with its holder, alternate and participation."""
    shares = body_participation(body)
    alternates = {
        row.seat_id: row
        for row in Alternate.objects.current(today).filter(seat__body=body).select_related("person")
    }
    rows = []
    for seat in body.seats.with_holders(today).order_by("number"):
        term = seat.current[0] if seat.current else None  # type: ignore[attr-defined]
        soon = bool(term and term.until and (term.until - today).days <= SOON_DAYS)
        rows.append(SeatRow(seat, term, soon, alternates.get(seat.pk), shares.get(seat.number)))
    return rows


def body_participation(body: Body) -> dict[int, Share]:
    """Return how often each seat was heard from in the body's latest closed votes, late positions included."""
    votes = list(Vote.objects.filter(body=body, state="closed").order_by("-pk")[:LOOKED_AT])
    heard: dict[int, set[int]] = defaultdict(set)
    for table in (Ballot, LatePosition):
        pairs = table._default_manager.filter(vote__in=votes).values_list("vote", "seat__number")
        for vote, seat in pairs.distinct():
            heard[vote].add(seat)
    return participation((vote.frozen_roll, frozenset(heard[vote.pk])) for vote in votes)
