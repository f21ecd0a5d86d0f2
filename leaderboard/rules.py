"""How a dispute of a result moves: pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class DisputeState(StrEnum):
    """Where a dispute is."""

    OPEN = "open"
    ANSWERED = "answered"
    UPHELD = "upheld"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


_ENDS = frozenset({DisputeState.UPHELD, DisputeState.REJECTED, DisputeState.WITHDRAWN})
DISPUTE_MOVES: Mapping[DisputeState, frozenset[DisputeState]] = {
    DisputeState.OPEN: _ENDS | {DisputeState.ANSWERED},
    DisputeState.ANSWERED: _ENDS,
    DisputeState.UPHELD: frozenset(),
    DisputeState.REJECTED: frozenset(),
    DisputeState.WITHDRAWN: frozenset(),
}
PENDING = frozenset(state for state, targets in DISPUTE_MOVES.items() if targets)
RULINGS = frozenset({DisputeState.UPHELD, DisputeState.REJECTED})


def may_become(old: str, new: str) -> bool:
    """Say whether a dispute may move like this."""
    return DisputeState(new) in DISPUTE_MOVES[DisputeState(old)]
