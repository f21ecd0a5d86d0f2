"""Demonstration meetings: one held, with a roll call and approved minutes, and one ahead. Invented, labelled so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta

from alliance.clock import database_now
from alliance.viewer import Viewer
from governance import actions, meeting_page
from governance.actions import Answer, Item, MeetingSheet
from governance.actions.minutes import approval_of
from governance.models import Body, Meeting, Proposal
from governance.rules.meetings import Attendance, Presence

HELD_EN, HELD_FR = "Monthly meeting of the board", "Réunion mensuelle du conseil"
NEXT_EN, NEXT_FR = "Next monthly meeting of the board", "Prochaine réunion mensuelle du conseil"
PRESENCE = "pprpe"
"""A letter a seat: present, remote, excused."""
WORDS = {"p": Presence.PRESENT, "r": Presence.REMOTE, "e": Presence.EXCUSED}
APPROVERS = (1, 2, 3)


def demo_meetings(board: Body, viewers: Mapping[int, Viewer], proposal: Proposal) -> Meeting:
    """Hold one meeting, in which `proposal` is voted on and whose minutes are approved, and call the next.

    `viewers` are the holders of the seats by their numbers; the first has the chair.
    """
    chair = viewers[1]
    held = Meeting.objects.filter(body=board, title_en=HELD_EN).first() or _begun(board, chair)
    if held.is_open:
        _hold(held, chair, proposal)
    minutes = held.minutes.order_by("-number").first()
    if minutes is None:
        minutes = actions.write_minutes(viewer=chair, meeting=held, **meeting_page.draft_of(held))
    if not minutes.is_approved:
        _approve(held, viewers)
    if not Meeting.objects.filter(body=board, title_en=NEXT_EN).exists():
        _next(board, chair)
    return held


def _begun(board: Body, chair: Viewer) -> Meeting:
    """Make a meeting of the last hour, which no officer could call: notice lies in the future."""
    now = database_now().replace(minute=0, second=0, microsecond=0)
    made = Meeting.objects.create(
        body=board, title_en=HELD_EN, title_fr=HELD_FR, starts_at=now - timedelta(hours=1), ends_at=now,
        time_zone="Europe/Paris", place="Zürich", called_by_id=chair.person_id, called_at=now, changed_at=now,
    )  # fmt: skip
    return actions.open_meeting(viewer=chair, meeting=made)


def _hold(held: Meeting, chair: Viewer, proposal: Proposal) -> None:
    rows = [Attendance(number, WORDS[letter]) for number, letter in enumerate(PRESENCE, start=1)]
    actions.record_attendance(viewer=chair, meeting=held, rows=rows)
    if proposal.state == "seconded":
        items = [
            Item(title_en="Welcome and agenda", title_fr="Accueil et ordre du jour"),
            Item(proposal=proposal.pk),
            Item(title_en="Any other business", title_fr="Divers"),
        ]
        actions.set_agenda(viewer=chair, meeting=held, items=items)
        answers = [Answer(seat=number, position="for") for number in (1, 2, 3)]
        answers.append(Answer(seat=4, position="against", reason="Twice a year is enough."))
        actions.enter_roll_call(viewer=chair, meeting=held, proposal=proposal, answers=answers)
    actions.close_meeting(viewer=chair, meeting=held)
    held.refresh_from_db()


def _approve(held: Meeting, viewers: Mapping[int, Viewer]) -> None:
    """Bring the latest version to its decision, by a vote that three seats settle."""
    minutes = held.minutes.latest("number")
    seats = {seat.number: seat for seat in held.body.seats.all()}
    proposal = approval_of(minutes) or actions.put_minutes(
        viewer=viewers[1], meeting=held, seat=seats[1]
    )
    if proposal.state == "discussion":
        proposal = actions.second(viewer=viewers[2], proposal=proposal, seat=seats[2])
    if proposal.state == "seconded":
        closes_at = database_now() + timedelta(days=1)
        actions.call_vote(viewer=viewers[1], proposal=proposal, closes_at=closes_at)
    vote = proposal.votes.open().get()
    for number in APPROVERS:
        actions.cast_ballot(
            viewer=viewers[number], vote_id=vote.pk, seat_number=number, position="for",
            idempotency_key=f"demonstration-{number}",
        )  # fmt: skip
    actions.close_vote(vote_id=vote.pk)


def _next(board: Body, chair: Viewer) -> None:
    day = (database_now() + timedelta(days=28)).date()
    starts = datetime.combine(day, time(14), UTC)
    sheet = MeetingSheet(
        title_en=NEXT_EN, title_fr=NEXT_FR, starts_at=starts, ends_at=starts + timedelta(minutes=90),
        time_zone="Europe/Paris", place="En ligne / Online",
    )  # fmt: skip
    made = actions.schedule_meeting(viewer=chair, body=board, sheet=sheet)
    items = [Item(proposal=item.proposal_id) for item in made.agenda.all()]
    items = [
        Item(title_en="Figures of the quarter", title_fr="Chiffres du trimestre"), *items,
        Item(title_en="Any other business", title_fr="Divers"),
    ]  # fmt: skip
    actions.set_agenda(viewer=chair, meeting=made, items=items)
