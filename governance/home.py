"""This room's part of the home page: open votes and the latest decisions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from alliance.viewer import ANONYMOUS
from governance import vote_page, wording
from governance.models import Decision, Vote
from governance.rollcall import RollCall, roll_call

OPEN_VOTES, LATEST = 3, 5


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
    """Return open votes with roll and rule, and the latest decisions."""
    votes = Vote.objects.visible_to(ANONYMOUS).open().for_list()[:OPEN_VOTES]
    decisions = Decision.objects.visible_to(ANONYMOUS).for_list()[:LATEST]
    return {
        "open_votes": [_open(vote) for vote in votes],
        "decided": [decided(row) for row in decisions],
    }


def decided(decision: Decision) -> Decided:
    """Say a decision in a line."""
    line = wording.outcome_line(decision.outcome, decision.tally)
    return Decided(decision, line, vote_page.effects_of(decision))


def _open(vote: Vote) -> OpenVote:
    sentence = wording.rule_sentence(vote.frozen_rule, vote.frozen_roll)
    return OpenVote(vote, roll_call(vote), sentence, vote_page.effect_of(vote.revision))
