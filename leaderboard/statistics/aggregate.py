"""A mean over several boards that a reader chose, with what it hides: coverage, uncertainty, one board's weight.

There is no default aggregate. Scores are shares of the same scale, turned so that more is better; the aggregate is
their weighted mean. Only who has all of them is ranked: a mean over other tasks is another quantity. Ranges come from
draws of every score from its own board; the boards' items differ, so the draws are independent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from leaderboard.statistics.ranking import SEED, place_draws, rank_ranges

MOST_DRAWS, FEWEST_DRAWS, ALL_SCORES = 1000, 200, 400_000
_TAIL = 0.025

Draws = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Component:
    """A board and its weight; `higher_is_better` False turns a share round."""

    name: str
    weight: Fraction
    higher_is_better: bool = True


@dataclass(frozen=True, slots=True)
class Score:
    """A ranked share on one board."""

    value: Fraction
    n: int


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One system's mean: `low` to `high` hold the middle 95 % of the draws; `without` is the widest rank range when any
    one board is left out."""

    key: str
    value: Fraction
    low: float
    high: float
    rank_low: int
    rank_high: int
    without_low: int
    without_high: int


@dataclass(frozen=True, slots=True)
class Incomplete:
    """A system that lacks some of the boards."""

    key: str
    has: int
    of: int


def aggregate(
    components: Sequence[Component], scores: Mapping[str, Mapping[str, Score]]
) -> tuple[list[Aggregate], list[Incomplete]]:
    """Rank who is on every board; `scores` is by system and board. Order and names change nothing else."""
    if not components or any(part.weight <= 0 for part in components):
        raise ValueError("an aggregate needs boards with positive weights")
    names = [part.name for part in components]
    whole = sorted(key for key, found in scores.items() if all(name in found for name in names))
    partial = [
        Incomplete(key, sum(name in found for name in names), len(names))
        for key, found in sorted(scores.items())
        if key not in set(whole)
    ]
    if not whole:
        return [], partial
    drawn = _draw(components, [scores[key] for key in whole])
    values = [_mean(components, scores[key]) for key in whole]
    full = _weighted(components, drawn)
    ranges = rank_ranges(place_draws(full))
    left_out = _left_out(components, drawn) or [ranges]
    ends = np.quantile(full, (_TAIL, 1 - _TAIL), axis=1, method="nearest")
    rows = [
        Aggregate(
            key,
            values[i],
            float(ends[0, i]),
            float(ends[1, i]),
            *ranges[i],
            min(found[i][0] for found in left_out),
            max(found[i][1] for found in left_out),
        )
        for i, key in enumerate(whole)
    ]
    return sorted(rows, key=lambda row: (-row.value, row.key)), sorted(
        partial, key=lambda row: (-row.has, row.key)
    )


def draws_for(count: int) -> int:
    """Return the number of draws for so many systems: an aggregate is computed while its reader waits."""
    return min(MOST_DRAWS, max(FEWEST_DRAWS, ALL_SCORES // max(count, 1)))


def _mean(components: Sequence[Component], found: Mapping[str, Score]) -> Fraction:
    total = sum((part.weight for part in components), Fraction())
    return (
        sum(
            (part.weight * _turned(part, found[part.name].value) for part in components), Fraction()
        )
        / total
    )


def _turned(part: Component, value: Fraction) -> Fraction:
    return value if part.higher_is_better else 1 - value


def _draw(components: Sequence[Component], rows: Sequence[Mapping[str, Score]]) -> list[Draws]:
    """Return draws by board, each by system and draw."""
    random, draws = np.random.RandomState(SEED), draws_for(len(rows))
    found = []
    for part in components:
        shares = np.array([float(row[part.name].value) for row in rows])
        counts = np.array([row[part.name].n for row in rows])
        drawn = random.binomial(counts[:, None], shares[:, None], (len(rows), draws))
        scores = drawn / counts[:, None]
        found.append(scores if part.higher_is_better else 1 - scores)
    return found


def _weighted(components: Sequence[Component], drawn: Sequence[Draws]) -> Draws:
    weights = [float(part.weight) for part in components]
    total: Draws = sum(
        (weight * scores for weight, scores in zip(weights, drawn, strict=True)),
        np.zeros_like(drawn[0]),
    )
    return np.round(total / sum(weights), 12)


def _left_out(
    components: Sequence[Component], drawn: Sequence[Draws]
) -> list[list[tuple[int, int]]]:
    """Return the rank ranges without each board in turn; nothing to leave out where there is only one."""
    if len(components) < 2:
        return []
    found = []
    for i in range(len(components)):
        rest = [*components[:i], *components[i + 1 :]]
        scores = _weighted(rest, [*drawn[:i], *drawn[i + 1 :]])
        found.append(rank_ranges(place_draws(scores)))
    return found
