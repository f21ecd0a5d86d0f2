"""The pure rules of voting: no Django, no clock, no database; integers and fractions only."""

from governance.rules.counting import Outcome, Tally, early_outcome, tally
from governance.rules.roll import Position, Positions, Roll, RollSeat
from governance.rules.rule import PRESETS, Base, Comparison, Rule, RuleError, Tie
from governance.rules.states import (
    PROPOSAL_MOVES,
    TEXT_MAY_CHANGE,
    VOTE_MOVES,
    ProposalState,
    Right,
    VoteState,
    may_move,
)

__all__ = [
    "PRESETS",
    "PROPOSAL_MOVES",
    "TEXT_MAY_CHANGE",
    "VOTE_MOVES",
    "Base",
    "Comparison",
    "Outcome",
    "Position",
    "Positions",
    "ProposalState",
    "Right",
    "Roll",
    "RollSeat",
    "Rule",
    "RuleError",
    "Tally",
    "Tie",
    "VoteState",
    "early_outcome",
    "may_move",
    "tally",
]
