"""Bodies and seats, proposals, votes and ballots, decisions and what they did."""

from governance.models.acting import Acting, Alternate, LatePosition, Proxy
from governance.models.bodies import Appointment, Body, Office, Seat
from governance.models.decisions import Decision, DecisionEffect, Supersession
from governance.models.discussion import Amendment, Comment
from governance.models.documents import Document, DocumentVersion, GroupBrief
from governance.models.elections import (
    Answer,
    Candidate,
    Election,
    ElectionBallot,
    Question,
)
from governance.models.events import GovernanceEvent
from governance.models.groups import GroupMember
from governance.models.meetings import AgendaItem, Attendance, Meeting, Minutes
from governance.models.notices import Notice, NoticeChoice
from governance.models.proposals import Proposal, Revision, Second
from governance.models.votes import Ballot, Vote

__all__ = [
    "Acting",
    "AgendaItem",
    "Alternate",
    "Amendment",
    "Answer",
    "Appointment",
    "Attendance",
    "Ballot",
    "Body",
    "Candidate",
    "Comment",
    "Decision",
    "DecisionEffect",
    "Document",
    "DocumentVersion",
    "Election",
    "ElectionBallot",
    "GovernanceEvent",
    "GroupBrief",
    "GroupMember",
    "LatePosition",
    "Meeting",
    "Minutes",
    "Notice",
    "NoticeChoice",
    "Office",
    "Proposal",
    "Proxy",
    "Question",
    "Revision",
    "Seat",
    "Second",
    "Supersession",
    "Vote",
]
