"""The log of pulls as its readers see it: each with what it came to, in words that say how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from leaderboard import reasons
from leaderboard.models.pulls import Pull
from leaderboard.reasons import Reason

SHOWN = 50


@dataclass(frozen=True, slots=True)
class PullRow:
    """A pull and what it came to."""

    pull: Pull
    reason: Reason
    is_good: bool


def rows_of(pulls: Iterable[Pull]) -> list[PullRow]:
    """Put pulls into words; one that is still under way says so."""
    return [_row(pull) for pull in pulls]


def _row(pull: Pull) -> PullRow:
    reason = reasons.explain(pull.outcome) if pull.finished_at else reasons.running()
    return PullRow(pull, reason, pull.outcome in ("ok", "unchanged", "worker-lost"))
