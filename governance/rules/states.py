"""The states of proposals and votes, and who may move them. The tables also make the database's triggers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final


class Right(StrEnum):
    """What an actor needs in order to move something on."""

    AUTHOR = "author"
    SEAT = "seat"
    OFFICER = "officer"
    PORTAL = "portal"
    """Nobody asks for it: it follows from a count or a deadline."""


class ProposalState(StrEnum):
    DRAFT = "draft"
    DISCUSSION = "discussion"
    SECONDED = "seconded"
    CALLED = "called"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class VoteState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class AmendmentState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


PROPOSAL_MOVES: Final[Mapping[ProposalState, Mapping[ProposalState, Right]]] = {
    ProposalState.DRAFT: {
        ProposalState.DISCUSSION: Right.AUTHOR,
        ProposalState.WITHDRAWN: Right.AUTHOR,
        ProposalState.LAPSED: Right.PORTAL,  # nobody opened it in time
    },
    ProposalState.DISCUSSION: {
        ProposalState.SECONDED: Right.SEAT,
        ProposalState.WITHDRAWN: Right.AUTHOR,
        ProposalState.LAPSED: Right.OFFICER,
    },
    ProposalState.SECONDED: {
        ProposalState.CALLED: Right.OFFICER,
        ProposalState.WITHDRAWN: Right.AUTHOR,
        ProposalState.LAPSED: Right.OFFICER,
    },
    ProposalState.CALLED: {
        ProposalState.DECIDED: Right.PORTAL,
        ProposalState.SECONDED: Right.OFFICER,  # the vote was cancelled
    },
    ProposalState.DECIDED: {},
    ProposalState.WITHDRAWN: {},
    ProposalState.LAPSED: {},
}

VOTE_MOVES: Final[Mapping[VoteState, Mapping[VoteState, Right]]] = {
    VoteState.OPEN: {VoteState.CLOSED: Right.PORTAL, VoteState.CANCELLED: Right.OFFICER},
    VoteState.CLOSED: {},
    VoteState.CANCELLED: {},
}

AMENDMENT_MOVES: Final[Mapping[AmendmentState, Mapping[AmendmentState, Right]]] = {
    AmendmentState.OPEN: {
        AmendmentState.ACCEPTED: Right.AUTHOR,
        AmendmentState.WITHDRAWN: Right.SEAT,
    },
    AmendmentState.ACCEPTED: {},
    AmendmentState.WITHDRAWN: {},
}

MAY_LAPSE: Final = frozenset(
    {ProposalState.DRAFT, ProposalState.DISCUSSION, ProposalState.SECONDED}
)
"""Not opened, not seconded or not called in time. An officer may lapse the latter two earlier."""

TEXT_MAY_CHANGE: Final = frozenset({ProposalState.DRAFT, ProposalState.DISCUSSION})
"""Revising a seconded text would change what was seconded."""

MAY_BE_AMENDED: Final = frozenset({ProposalState.DISCUSSION, ProposalState.SECONDED})
"""Competing texts can be put until the vote is called."""


def lapses_at(state: ProposalState, moved_at: datetime, days: int) -> datetime | None:
    """Return when a proposal that nobody carries on lapses; None where it does not (`days` 0 is never)."""
    return moved_at + timedelta(days=days) if days and state in MAY_LAPSE else None


def may_move(old: ProposalState, new: ProposalState, rights: frozenset[Right]) -> bool:
    """Say whether somebody with these rights may move a proposal from one state to another."""
    needed = PROPOSAL_MOVES[old].get(new)
    return needed is not None and needed in rights
