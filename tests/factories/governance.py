"""Bodies with seats and holders, and proposals brought to a state by the real actions."""

from __future__ import annotations

import itertools
import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pgtrigger
from django.db.models import F

from alliance.clock import database_now
from alliance.viewer import Viewer
from governance import actions
from governance.actions import Draft
from governance.bodies import BodySheet, appoint_officer, seat_holder, set_up_body
from governance.models import Ballot, Body, Meeting, Proposal, Seat, Vote
from governance.rules import PRESETS, Rule
from governance.rules.meetings import Attendance, Presence
from members.models import Organisation, Person
from members.viewers import viewer_of_person

SINCE = date(2026, 1, 1)
MAJORITY = PRESETS["simple-majority"]
_numbers = itertools.count(1)


@dataclass
class Chamber:
    """A body whose seats 1…n are held by people of organisations of their own; seat 1's holder is the chair."""

    body: Body
    people: list[Person]

    def seat(self, number: int) -> Seat:
        return self.body.seats.get(number=number)

    def person(self, number: int) -> Person:
        return self.people[number - 1]

    def viewer(self, number: int) -> Viewer:
        return viewer_of_person(self.person(number))

    @property
    def chair(self) -> Viewer:
        return self.viewer(1)

    def propose(self, seat: int = 2, **text: Any) -> Proposal:
        """Write a draft for a seat."""
        content = {"title_en": "Publish figures", "text_en": "Every quarter."} | text
        return actions.propose(
            viewer=self.viewer(seat), seat=self.seat(seat), draft=Draft(**content)
        )

    def discussed(self, seat: int = 2, **text: Any) -> Proposal:
        """Bring a proposal to its discussion."""
        return actions.open_discussion(
            viewer=self.viewer(seat), proposal=self.propose(seat, **text)
        )

    def seconded(self, seat: int = 2, **text: Any) -> Proposal:
        """Bring a proposal to where it can be called."""
        proposal = self.discussed(seat, **text)
        seconders = (number for number in range(1, len(self.people) + 1) if number != seat)
        while proposal.state == "discussion":
            number = next(seconders)
            proposal = actions.second(
                viewer=self.viewer(number), proposal=proposal, seat=self.seat(number)
            )
        return proposal

    def call(self, proposal: Proposal | None = None, rule: Rule | None = None, **more: Any) -> Vote:
        """Open a vote for a day."""
        more.setdefault("closes_at", database_now() + timedelta(days=1))
        return actions.call_vote(
            viewer=self.chair, proposal=proposal or self.seconded(), rule=rule, **more
        )

    def cast(self, vote: Vote, seat: int, position: str = "for", reason: str = "") -> Ballot:
        """Cast for a seat, as its holder."""
        if position == "recused" and not reason:
            reason = "We are concerned."
        return actions.cast_ballot(
            viewer=self.viewer(seat), vote_id=vote.pk, seat_number=seat, position=position,
            reason=reason, idempotency_key=uuid.uuid4().hex,
        )  # fmt: skip

    def cast_all(self, vote: Vote, positions: str) -> None:
        """Cast for seats 1, 2, …: f, a, b (abstain), r; a dash leaves a seat out."""
        words = {"f": "for", "a": "against", "b": "abstain", "r": "recused"}
        for number, letter in enumerate(positions, start=1):
            if letter != "-":
                self.cast(vote, number, words[letter])


def make_chamber(
    seats: int = 5, *, rule: Rule = MAJORITY, vacant: int = 0, code: str = "", **sheet: Any
) -> Chamber:
    """Make a body with so many filled seats, and so many vacant ones after them."""
    number = next(_numbers)
    code = code or f"BODY{number}"
    facts = {
        "kind": Body.Kind.BOARD, "name_en": f"Body {code}", "name_fr": f"Organe {code}",
        "purpose_en": "To decide.", "purpose_fr": "Décider.",
    } | sheet  # fmt: skip
    body = set_up_body(sheet=BodySheet(slug=code.lower(), code=code, rule=rule, **facts))
    people = []
    for index in range(1, seats + 1):
        organisation = Organisation.objects.create(
            slug=f"{code.lower()}-{index}", name=f"{code} organisation {index}",
            short_name=f"{code} organisation {index}", kind="research",
        )  # fmt: skip
        person = Person.objects.create(
            email=f"{code.lower()}-{index}@cast.example", full_name=f"Holder {index} of {code}"
        )
        people.append(person)
        seat_holder(body=body, number=index, organisation=organisation, person=person, since=SINCE)
    for index in range(seats + 1, seats + vacant + 1):
        Seat.objects.create(body=body, number=index)
    if people:
        appoint_officer(body=body, person=people[0], role="chair", since=SINCE)
    return Chamber(body, people)


def shift(vote: Vote, by: timedelta) -> Vote:
    """Move a vote's opening and close in time, which the database refuses to everybody else."""
    with pgtrigger.ignore("governance.Vote:vote_frozen"):
        Vote.objects.filter(pk=vote.pk).update(
            opens_at=F("opens_at") + by, closes_at=F("closes_at") + by
        )
    vote.refresh_from_db()
    return vote


def overdue(vote: Vote) -> Vote:
    """Let the deadline of a vote have passed a second ago."""
    now: datetime = database_now()
    return shift(vote, now - timedelta(seconds=1) - vote.closes_at)


def make_meeting(chamber: Chamber, **sheet: Any) -> Meeting:
    """Call a meeting for eight days from now, as the chair."""
    starts = sheet.pop("starts_at", database_now() + timedelta(days=8))
    facts = {"title_en": "Monthly meeting", "ends_at": starts + timedelta(hours=1)} | sheet
    return actions.schedule_meeting(
        viewer=chamber.chair,
        body=chamber.body,
        sheet=actions.MeetingSheet(starts_at=starts, **facts),
    )


def in_session(chamber: Chamber, present: str = "", **sheet: Any) -> Meeting:
    """Let a meeting have begun; `present` has a letter a seat: p, r(emote), e(xcused) or a dash for absent."""
    meeting = make_meeting(chamber, **sheet)
    now = database_now()
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=now, ends_at=now + timedelta(hours=1))
    meeting = actions.open_meeting(viewer=chamber.chair, meeting=meeting)
    words = {"p": Presence.PRESENT, "r": Presence.REMOTE, "e": Presence.EXCUSED}
    rows = [
        Attendance(number, words[letter])
        for number, letter in enumerate(present, start=1) if letter != "-"
    ]  # fmt: skip
    if rows:
        actions.record_attendance(viewer=chamber.chair, meeting=meeting, rows=rows)
    return meeting
