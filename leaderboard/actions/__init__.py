"""Every change of this room that a person or a decision makes.

What a pull brings is written by `leaderboard.pull.ingest`.
"""

from leaderboard.actions.benchmarks import adopt_benchmark, refresh_board
from leaderboard.actions.disputes import (
    Evidence,
    answer_dispute,
    raise_dispute,
    settle_dispute,
    withdraw_dispute,
)
from leaderboard.actions.nodes import (
    associate_benchmark,
    confirm_node,
    dissociate_benchmark,
    look_for_keys,
    move_node,
    pause_node,
    read_again,
    register_node,
    resume_node,
    revoke_key,
    wake_node,
)
from leaderboard.actions.standing import admit_node, retract_result, suspend_node

__all__ = [
    "Evidence",
    "admit_node",
    "adopt_benchmark",
    "answer_dispute",
    "associate_benchmark",
    "confirm_node",
    "dissociate_benchmark",
    "look_for_keys",
    "move_node",
    "pause_node",
    "raise_dispute",
    "read_again",
    "refresh_board",
    "register_node",
    "resume_node",
    "retract_result",
    "revoke_key",
    "settle_dispute",
    "suspend_node",
    "wake_node",
    "withdraw_dispute",
]
