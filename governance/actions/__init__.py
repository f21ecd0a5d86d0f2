"""Every change in this room: load and lock, ask the rules, write, note the event, and the rest after the commit."""

from governance.actions.amendments import accept_amendment, put_amendment, withdraw_amendment
from governance.actions.ballots import cast_ballot
from governance.actions.closing import close_due_votes, close_if_due, close_vote
from governance.actions.comments import comment, hide_comment
from governance.actions.letters import (
    announce_terms,
    choose_letters,
    remind_voters,
    send_letters,
)
from governance.actions.proposals import (
    Draft,
    lapse,
    open_discussion,
    propose,
    revise,
    second,
    withdraw,
)
from governance.actions.standins import give_proxy, record_late, revoke_proxy
from governance.actions.votes import call_vote, cancel_vote

__all__ = [
    "Draft",
    "accept_amendment",
    "announce_terms",
    "call_vote",
    "cancel_vote",
    "cast_ballot",
    "choose_letters",
    "close_due_votes",
    "close_if_due",
    "close_vote",
    "comment",
    "give_proxy",
    "hide_comment",
    "lapse",
    "open_discussion",
    "propose",
    "put_amendment",
    "record_late",
    "remind_voters",
    "revise",
    "revoke_proxy",
    "second",
    "send_letters",
    "withdraw",
    "withdraw_amendment",
]
