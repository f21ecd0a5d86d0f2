"""A vote held in the room, entered seat by seat: the same rule, tally, log and number as every other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.clock import database_now
from alliance.viewer import Viewer
from governance.actions.attendance import attending, refusal
from governance.actions.ballots import check_position, write_ballot
from governance.actions.closing import close_vote
from governance.actions.meetings import check_state, lock_meeting, note_meeting
from governance.actions.proposals import lock, move, note
from governance.actions.votes import check_call, open_vote
from governance.errors import CallRefused, MeetingRefused
from governance.models import Acting, Meeting, Proposal, Vote
from governance.rules import ProposalState, Rule
from governance.rules.meetings import AttendanceError, MeetingState, check_roll_call

INSTANT = timedelta(microseconds=1)
"""A roll call is open for the instant in which it is entered: its close has passed when it is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one seat said when it was called."""

    seat: int
    position: str
    reason: str = ""


@transaction.atomic
def enter_roll_call(
    *, viewer: Viewer, meeting: Meeting, proposal: Proposal, answers: Sequence[Answer],
    rule: Rule | None = None,
) -> Vote:  # fmt: skip
    """Enter a roll call held in a meeting: opened, cast, closed, counted and decided in one transaction."""
    meeting = lock_meeting(meeting.pk)
    proposal = lock(proposal.pk)
    now = database_now()
    check_call(viewer, proposal, now)
    check_state(meeting, MeetingState.OPEN)
    rule = rule or proposal.body.rule
    _check(meeting, proposal, rule, answers)
    vote = open_vote(
        proposal, rule, meeting.frozen_roll, now, now + INSTANT, viewer, meeting=meeting
    )
    move(proposal, ProposalState.CALLED, now)
    note("roll-call-entered", proposal, viewer, now, vote=vote, details={"meeting": meeting.pk})
    seats = {seat.number: seat for seat in meeting.body.seats.all()}
    for answer in answers:
        reason = answer.reason.strip()
        check_position(rule, answer.position, reason)
        ballot = write_ballot(
            vote, seats[answer.seat], 1, answer.position, {}, reason, uuid4().hex, viewer, Acting.MEETING, now
        )  # fmt: skip
        note(
            "ballot-cast", proposal, viewer, now, seat=ballot.seat, vote=vote,
            details={"sequence": ballot.sequence},
        )  # fmt: skip
    close_vote(vote_id=vote.pk)
    note_meeting("roll-call", meeting, viewer, now, vote=vote.pk)
    vote.refresh_from_db()
    return vote


def _check(meeting: Meeting, proposal: Proposal, rule: Rule, answers: Sequence[Answer]) -> None:
    if not meeting.agenda.filter(proposal=proposal).exists():
        raise MeetingRefused(
            _("This proposal is not on the agenda of the meeting. Put it there first."),
            code="not-on-agenda",
        )
    if rule.is_lazy:
        raise CallRefused(
            _("Silence can’t be counted in a room. Choose another rule."), code="lazy-in-meeting"
        )
    if rule.min_open_minutes:
        raise CallRefused(
            _("The rule asks for a vote that stays open longer. Call the vote instead of entering a roll call."),
            code="deadline-too-soon",
        )  # fmt: skip
    if proposal.amendments.open().exists():
        raise CallRefused(
            _("Amendments are open. Accept or withdraw them first, or call the vote for all texts on one ballot."),
            code="amendments-open",
        )  # fmt: skip
    there = attending(meeting)
    if not there:
        raise MeetingRefused(_("Enter first who attends."), code="attendance-missing")
    if not answers:
        raise MeetingRefused(_("Enter the answer of at least one seat."), code="roll-call-empty")
    try:
        check_roll_call((answer.seat for answer in answers), there)
    except AttendanceError as error:
        raise refusal(error) from error
