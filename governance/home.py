"""This room's part of the home page: open votes, the next meetings and the latest decisions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from alliance.clock import database_now
from alliance.viewer import ANONYMOUS
from governance import vote_page, wording
from governance.models import Decision, Meeting, Vote
from governance.rollcall import RollCall, roll_call

OPEN_VOTES, LATEST, NEXT = 3, 5, 3


@dataclass(frozen=True, slots=True)
class OpenVote:
    """An open vote as the home page shows it."""

    vote: Vote
    roll: RollCall
    rule: str
    effect: vote_page.ShownEffect | None


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision as a list shows it."""

    decision: Decision
    line: str
    effects: list[vote_page.ShownEffect]


def home_context() -> dict[str, Any]:
    """Return open votes with roll and rule, the latest decisions, and the next meetings."""
    votes = Vote.objects.visible_to(ANONYMOUS).open().for_list()[:OPEN_VOTES]
    decisions = Decision.objects.visible_to(ANONYMOUS).for_list()[:LATEST]
    return {
        "open_votes": [_open(vote) for vote in votes],
        "decided": [decided(row) for row in decisions],
        "next_meetings": Meeting.objects.visible_to(ANONYMOUS)
        .ahead(database_now())
        .for_list()[:NEXT],
    }


def decided(decision: Decision) -> Decided:
    """Say a decision in a line."""
    line = wording.outcome_line(decision.outcome, decision.tally)
    return Decided(decision, line, vote_page.effects_of(decision))


def _open(vote: Vote) -> OpenVote:
    sentence = wording.rule_sentence(vote.frozen_rule, vote.frozen_roll)
    return OpenVote(vote, roll_call(vote), sentence, vote_page.effect_of(vote.revision))
