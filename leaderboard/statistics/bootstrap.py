"""Percentile intervals of a mean by resampling: of single items, or of whole groups of them.

Items that share a passage, a language or a repository are not independent: resampling single items then makes the
interval too narrow (E. Miller, Adding Error Bars to Evals, arXiv 2411.00640). The cluster bootstrap draws whole groups
with replacement and divides sums by counts, so that groups of any size weigh as they do in the mean. Seeded: the same
numbers give the same interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from leaderboard.statistics.ranking import SEED

MOST_DRAWS, FEWEST_DRAWS, ALL_COUNTS = 2000, 200, 4_000_000
_TAIL = 0.025
_CHUNK = 1_000_000

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Resampled:
    """The mean with the middle 95 % of the draws, and how many things were drawn from."""

    mean: float
    low: float
    high: float
    units: int
    draws: int


def bootstrap(values: Sequence[float]) -> Resampled:
    """Return the interval of a mean of independent items."""
    return _resample(np.asarray(values, np.float64), np.ones(len(values), np.float64))


def cluster_bootstrap(values: Sequence[float], groups: Sequence[str]) -> Resampled:
    """Return the interval of a mean of items in groups; the order of the groups does not matter."""
    if len(values) != len(groups):
        raise ValueError("every item needs a group")
    names, places = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    weights = np.asarray(values, np.float64)
    sums: Floats = np.asarray(np.bincount(places, weights, len(names)), np.float64)
    counts: Floats = np.asarray(np.bincount(places, None, len(names)), np.float64)
    return _resample(sums, counts)


def draws_for(units: int) -> int:
    """Return the number of draws: fewer where there is much to draw from, for a reader waits."""
    return min(MOST_DRAWS, max(FEWEST_DRAWS, ALL_COUNTS // max(units, 1)))


def _resample(sums: Floats, counts: Floats) -> Resampled:
    units = len(sums)
    if units < 2:
        raise ValueError("an interval needs at least two things to draw from")
    if not np.all(np.isfinite(sums)):
        raise ValueError("scores are finite numbers")
    draws, random = draws_for(units), np.random.RandomState(SEED)
    means = np.empty(draws)
    step = max(1, _CHUNK // units)
    for at in range(0, draws, step):
        here = min(step, draws - at)
        chosen = random.randint(0, units, size=(here, units))
        means[at : at + here] = sums[chosen].sum(axis=1) / counts[chosen].sum(axis=1)
    low, high = np.quantile(np.round(means, 12), (_TAIL, 1 - _TAIL), method="nearest")
    return Resampled(float(sums.sum() / counts.sum()), float(low), float(high), units, draws)
