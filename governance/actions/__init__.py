"""Every change in this room: load and lock, ask the rules, write, note the event, and the rest after the commit."""

from governance.actions.amendments import accept_amendment, put_amendment, withdraw_amendment
from governance.actions.ballots import cast_ballot
from governance.actions.closing import close_due_votes, close_if_due, close_vote
from governance.actions.comments import comment, hide_comment
from governance.actions.proposals import (
    Draft,
    lapse,
    open_discussion,
    propose,
    revise,
    second,
    withdraw,
)
from governance.actions.votes import call_vote, cancel_vote

__all__ = [
    "Draft",
    "accept_amendment",
    "call_vote",
    "cancel_vote",
    "cast_ballot",
    "close_due_votes",
    "close_if_due",
    "close_vote",
    "comment",
    "hide_comment",
    "lapse",
    "open_discussion",
    "propose",
    "put_amendment",
    "revise",
    "second",
    "withdraw",
    "withdraw_amendment",
]
