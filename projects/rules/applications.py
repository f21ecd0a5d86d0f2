"""How an application moves, when a review is due, and what a machine may hint: pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum


class State(StrEnum):
    """Where an application is."""

    DRAFT = "draft"
    COMMENT = "comment"
    PROPOSED = "proposed"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """Return the values a column may hold."""
        return [(state.value, state.value) for state in cls]


MOVES: Mapping[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.COMMENT, State.WITHDRAWN}),
    State.COMMENT: frozenset({State.PROPOSED, State.GRANTED, State.WITHDRAWN}),
    State.PROPOSED: frozenset({State.GRANTED, State.REFUSED, State.WITHDRAWN}),
    State.GRANTED: frozenset(),
    State.REFUSED: frozenset(),
    State.WITHDRAWN: frozenset(),
}
OPEN = frozenset({State.DRAFT, State.COMMENT, State.PROPOSED})
EVIDENCE_MAY_CHANGE = frozenset({State.DRAFT, State.COMMENT})


def may_apply_for(
    *, current: int | None, wanted: int, wanted_is_end: bool, current_is_end: bool
) -> bool:
    """Say whether a project may ask for a stage: the next one, the end from anywhere, or the first again from the end.

    Positions count from 1. Without a stage, the first one is next.
    """
    if current_is_end:
        return wanted == 1
    if wanted_is_end:
        return current is not None
    return wanted == (current or 0) + 1


def review_due_on(last: date, months: int) -> date:
    """Return the day a yearly review is due; the 29th of February becomes the 28th."""
    count = last.month - 1 + months
    year, month = last.year + count // 12, count % 12 + 1
    for day in (last.day, 30, 29, 28):
        try:
            return date(year, month, day)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def looks_met(found: int, least: int) -> bool:
    """Say what a machine would guess. It never decides."""
    return found >= least
