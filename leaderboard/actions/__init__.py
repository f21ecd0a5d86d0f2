"""Every change of this room that a person or a decision makes.

What a pull brings is written by `leaderboard.pull.ingest`.
"""

from leaderboard.actions.benchmarks import adopt_benchmark, refresh_board
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
    "admit_node",
    "adopt_benchmark",
    "associate_benchmark",
    "confirm_node",
    "dissociate_benchmark",
    "look_for_keys",
    "move_node",
    "pause_node",
    "read_again",
    "refresh_board",
    "register_node",
    "resume_node",
    "retract_result",
    "revoke_key",
    "suspend_node",
    "wake_node",
]
