"""The pure rules of voting: no Django, no clock, no database; integers and fractions only."""

from governance.rules.counting import Outcome, Tally, early_outcome, tally
from governance.rules.options import OptionsTally, early_options, tally_options
from governance.rules.roll import Position, Positions, Roll, RollSeat
from governance.rules.rule import PRESETS, Base, Comparison, Rule, RuleError, Tie
from governance.rules.states import (
    AMENDMENT_MOVES,
    MAY_BE_AMENDED,
    MAY_LAPSE,
    PROPOSAL_MOVES,
    TEXT_MAY_CHANGE,
    VOTE_MOVES,
    AmendmentState,
    ProposalState,
    Right,
    VoteState,
    lapses_at,
    may_move,
)

__all__ = [
    "AMENDMENT_MOVES",
    "MAY_BE_AMENDED",
    "MAY_LAPSE",
    "PRESETS",
    "PROPOSAL_MOVES",
    "TEXT_MAY_CHANGE",
    "VOTE_MOVES",
    "AmendmentState",
    "Base",
    "Comparison",
    "OptionsTally",
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
    "early_options",
    "early_outcome",
    "lapses_at",
    "may_move",
    "tally",
    "tally_options",
]
