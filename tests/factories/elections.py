"""Elections brought to a state by the real actions."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import Any

import pgtrigger
from django.db.models import F

from alliance.clock import database_now
from alliance.viewer import Viewer
from governance import actions
from governance.models import Candidate, Election, ElectionBallot, Seat
from governance.rules.elections import ElectionRule
from governance.tally import Method
from members.models import Affiliation, Organisation, Person
from members.viewers import viewer_of_person
from tests.factories.governance import SINCE, Chamber

TERM = date(2027, 1, 1), date(2028, 12, 31)


def vacant_seats(chamber: Chamber, count: int) -> list[int]:
    """Add seats nobody holds to a chamber's body; return their numbers."""
    first = chamber.body.seats.count() + 1
    for number in range(first, first + count):
        Seat.objects.create(body=chamber.body, number=number)
    return list(range(first, first + count))


def announced(
    chamber: Chamber, *, seats: int = 1, method: Method = Method.SCOTTISH_STV, **rule: Any
) -> Election:
    """Announce an election of so many new seats of the chamber's own body."""
    numbers = vacant_seats(chamber, seats)
    sheet = actions.ElectionSheet(
        fills=chamber.body, seat_numbers=numbers, term_since=TERM[0], term_until=TERM[1],
        rule=ElectionRule(method=method, seats=seats, **rule),
        title_en="Elect the council", title_fr="Élire le conseil",
    )  # fmt: skip
    return actions.announce_election(viewer=chamber.chair, body=chamber.body, sheet=sheet)


def stand(
    election: Election, chamber: Chamber, name: str, organisation: Organisation | None = None
) -> Candidate:
    """Nominate somebody new, who accepts."""
    person = Person.objects.create(email=f"{uuid.uuid4().hex}@cast.example", full_name=name)
    if organisation:
        Affiliation.objects.create(
            person=person, organisation=organisation, role="engineer", since=SINCE
        )
    nomination = actions.nominate(
        viewer=chamber.viewer(2), election_id=election.pk, email=person.email
    )
    return actions.accept_nomination(
        viewer=viewer_of_person(person), candidate_id=nomination.pk, organisation=organisation,
        statement_en=f"{name} stands.", statement_fr=f"{name} se présente.",
    )  # fmt: skip


def opened(
    chamber: Chamber, names: str = "Ada Bo Cy Di", closes_at: datetime | None = None, **more: Any
) -> Election:
    """Open an election among people of these names, without organisations."""
    election = announced(chamber, **more)
    for name in names.split():
        stand(election, chamber, name)
    return open_now(chamber, election, closes_at)


def open_now(chamber: Chamber, election: Election, closes_at: datetime | None = None) -> Election:
    """Open the ballot for a day."""
    return actions.open_election(
        viewer=chamber.chair, election_id=election.pk, closes_at=closes_at or database_now() + timedelta(days=1)
    )  # fmt: skip


def numbers(election: Election) -> dict[str, int]:
    """Return the number of each candidate by name."""
    return {one.name: one.number for one in election.standing}


def rank(
    election: Election, chamber: Chamber, seat: int, order: str, viewer: Viewer | None = None
) -> ElectionBallot:
    """Cast `Bo Ada` for a seat: Bo first."""
    number = numbers(election)
    content = {str(number[name]): place for place, name in enumerate(order.split(), start=1)}
    return actions.cast_election_ballot(
        viewer=viewer or chamber.viewer(seat), election_id=election.pk, seat_number=seat, content=content,
        idempotency_key=uuid.uuid4().hex,
    )  # fmt: skip


def overdue_election(election: Election) -> Election:
    """Let the close have passed a second ago, which the database refuses to everybody else."""
    assert election.closes_at is not None
    by = database_now() - timedelta(seconds=1) - election.closes_at
    with pgtrigger.ignore("governance.Election:election_frozen"):
        Election.objects.filter(pk=election.pk).update(
            opens_at=F("opens_at") + by, closes_at=F("closes_at") + by
        )
    election.refresh_from_db()
    return election
