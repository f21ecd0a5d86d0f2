"""Every change in this room: load and lock, ask the rules, write, note the event, and the rest after the commit."""

from governance.actions.ballots import cast_ballot
from governance.actions.closing import close_due_votes, close_if_due, close_vote
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
    "call_vote",
    "cancel_vote",
    "cast_ballot",
    "close_due_votes",
    "close_if_due",
    "close_vote",
    "lapse",
    "open_discussion",
    "propose",
    "revise",
    "second",
    "withdraw",
]
