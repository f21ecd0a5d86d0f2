"""Every change in this room: load and lock, ask the rules, write, note the event, and the rest after the commit."""

from governance.actions.amendments import accept_amendment, put_amendment, withdraw_amendment
from governance.actions.attendance import record_attendance
from governance.actions.ballots import cast_ballot
from governance.actions.candidacies import (
    accept_nomination,
    answer_question,
    ask_candidates,
    decline_nomination,
    hide_question,
    nominate,
)
from governance.actions.closing import close_due_votes, close_if_due, close_vote
from governance.actions.comments import comment, hide_comment
from governance.actions.counting import settle_due_elections, settle_election, settle_if_due
from governance.actions.election_ballots import cast_election_ballot
from governance.actions.elections import (
    ElectionSheet,
    announce_election,
    cancel_election,
    open_election,
)
from governance.actions.group_members import answer_request, ask_to_join, leave_group
from governance.actions.letters import (
    announce_terms,
    choose_letters,
    remind_voters,
    send_letters,
)
from governance.actions.meetings import (
    Item,
    MeetingSheet,
    cancel_meeting,
    close_meeting,
    move_meeting,
    open_meeting,
    schedule_meeting,
    set_agenda,
)
from governance.actions.minutes import put_minutes, write_minutes
from governance.actions.proposals import (
    Draft,
    lapse,
    lapse_all_overdue,
    lapse_if_overdue,
    lapses_at,
    open_discussion,
    propose,
    revise,
    second,
    withdraw,
)
from governance.actions.roll_calls import Answer, enter_roll_call
from governance.actions.standins import give_proxy, record_late, revoke_proxy
from governance.actions.votes import call_vote, cancel_vote

__all__ = [
    "Answer",
    "Draft",
    "ElectionSheet",
    "Item",
    "MeetingSheet",
    "accept_amendment",
    "accept_nomination",
    "announce_election",
    "announce_terms",
    "answer_question",
    "answer_request",
    "ask_candidates",
    "ask_to_join",
    "call_vote",
    "cancel_election",
    "cancel_meeting",
    "cancel_vote",
    "cast_ballot",
    "cast_election_ballot",
    "choose_letters",
    "close_due_votes",
    "close_if_due",
    "close_meeting",
    "close_vote",
    "comment",
    "decline_nomination",
    "enter_roll_call",
    "give_proxy",
    "hide_comment",
    "hide_question",
    "lapse",
    "lapse_all_overdue",
    "lapse_if_overdue",
    "lapses_at",
    "leave_group",
    "move_meeting",
    "nominate",
    "open_discussion",
    "open_election",
    "open_meeting",
    "propose",
    "put_amendment",
    "put_minutes",
    "record_attendance",
    "record_late",
    "remind_voters",
    "revise",
    "revoke_proxy",
    "schedule_meeting",
    "second",
    "send_letters",
    "set_agenda",
    "settle_due_elections",
    "settle_election",
    "settle_if_due",
    "withdraw",
    "withdraw_amendment",
    "write_minutes",
]
