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
    register_node,
    resume_node,
    revoke_key,
    wake_node,
)

__all__ = [
    "adopt_benchmark",
    "associate_benchmark",
    "confirm_node",
    "dissociate_benchmark",
    "look_for_keys",
    "move_node",
    "pause_node",
    "refresh_board",
    "register_node",
    "resume_node",
    "revoke_key",
    "wake_node",
]
