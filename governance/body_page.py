"""The seats of a body as its page shows them: who sits, until when, how often the seat was heard from and attended."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from governance import charts
from governance.models import Alternate, Attendance, Ballot, Body, LatePosition, Seat, Vote
from governance.rules.meetings import ATTENDING
from governance.rules.participation import Share, participation

SOON_DAYS = 60
LOOKED_AT = 100
"""Participation is over the body's last hundred votes."""


@dataclass(frozen=True, slots=True)
class ShownShare:
    """How often of how many times, in words and as a bar."""

    words: str
    picture: SafeString


@dataclass(frozen=True, slots=True)
class SeatRow:
    """One seat."""

    seat: Seat
    term: Any
    ends_soon: bool
    alternate: Alternate | None
    heard: ShownShare | None
    attended: ShownShare | None


def seat_rows(body: Body, today: date) -> list[SeatRow]:
    """Return every seat with its holder, alternate, participation and attendance."""
    heard, attended = body_participation(body), body_attendance(body)
    alternates = {
        row.seat_id: row
        for row in Alternate.objects.current(today).filter(seat__body=body).select_related("person")
    }
    rows = []
    for seat in body.seats.with_holders(today).order_by("number"):
        term = seat.current[0] if seat.current else None  # type: ignore[attr-defined]
        soon = bool(term and term.until and (term.until - today).days <= SOON_DAYS)
        rows.append(
            SeatRow(
                seat=seat, term=term, ends_soon=soon, alternate=alternates.get(seat.pk),
                heard=_shown(heard.get(seat.number)), attended=_shown(attended.get(seat.number)),
            )
        )  # fmt: skip
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


def body_attendance(body: Body) -> dict[int, Share]:
    """Return how often each seat attended, by proxy too, of the latest meetings held while it was filled."""
    meetings = list(body.meetings.held()[:LOOKED_AT])
    there: dict[int, set[int]] = defaultdict(set)
    rows = Attendance.objects.filter(meeting__in=meetings, presence__in=[*ATTENDING])
    for meeting, seat in rows.values_list("meeting", "seat__number"):
        there[meeting].add(seat)
    return participation((row.frozen_roll, frozenset(there[row.pk])) for row in meetings)


def _shown(share: Share | None) -> ShownShare | None:
    if share is None:
        return None
    words = _("%(times)d of %(of)d") % {"times": share.heard, "of": share.called}
    return ShownShare(words, charts.meter(share.heard, share.called, label=words))
