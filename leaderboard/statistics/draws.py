"""Drawing the scores of all systems again and again, and placing them in each draw. Pure, and repeatable bit for bit.

Systems whose outcomes are known item by item on the same items are drawn together, each of the others for itself;
`leaderboard.statistics.ranking` says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from leaderboard.statistics.comparison import Outcomes

_COUNTED = 100_000  # shares of up to so many items are ranked by counting, others by sorting
_TAIL = 25  # of 1000 draws on each side: the middle 95 %

Scores = npt.NDArray[np.float64]
Places = npt.NDArray[np.uint16]


class Drawing(StrEnum):
    """How the draws were made."""

    PAIRED = "paired"
    MIXED = "mixed"
    INDEPENDENT = "independent"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A score that can be ranked: a share of n items, or a value with its standard error.

    `outcomes` says item by item what was right; `items` names those items, so that only equal lists are paired.
    """

    key: str
    value: Fraction
    n: int | None = None
    stderr: float | None = None
    outcomes: Outcomes | None = None
    items: str = ""
    bits: int = field(init=False, compare=False, repr=False, default=0)

    def __post_init__(self) -> None:
        """Keep the outcomes as one number, too: two systems are then compared in a few machine words."""
        if self.outcomes is not None:
            packed = np.packbits(self.outcomes).tobytes()
            object.__setattr__(self, "bits", int.from_bytes(packed, "big"))

    @property
    def is_share(self) -> bool:
        return self.n is not None and self.stderr is None

    def same_items_as(self, other: Candidate) -> bool:
        """Say whether both answered one list of items, item by item."""
        mine, theirs = self.outcomes, other.outcomes
        if mine is None or theirs is None:
            return False
        return self.items == other.items and len(mine) == len(theirs)


def draw_places(
    candidates: Sequence[Candidate],
    drawing: Drawing,
    draws: int,
    seed: int,
    *,
    higher_is_better: bool,
) -> Places:
    """Return the place by candidate and draw; where all share their items, right answers are counted, not scores."""
    common_n = _common_n(candidates)
    if drawing is Drawing.PAIRED and _shared_items(candidates) == common_n and common_n:
        rights = _draw_rights(candidates, draws, seed)
        return _place_counts(rights, common_n, 1 if higher_is_better else -1)
    scores = _draw(candidates, draws, seed)
    return place_draws(scores if higher_is_better else -scores, common_n)


def _shared_items(candidates: Sequence[Candidate]) -> int:
    """Return how many items a board in pairs shares; 0 where that is too many to count up to."""
    outcomes = candidates[0].outcomes
    return len(outcomes) if outcomes is not None and len(outcomes) <= _COUNTED else 0


def _draw_rights(candidates: Sequence[Candidate], draws: int, seed: int) -> npt.NDArray[np.float32]:
    """Return the number of right answers by draw and candidate; whole numbers, exact as floats."""
    random = np.random.RandomState(seed)
    outcomes = np.stack([c.outcomes for c in candidates if c.outcomes is not None])
    weights = _item_weights(random, outcomes.shape[1], draws)
    return weights.T @ outcomes.astype(np.float32).T


def _common_n(candidates: Sequence[Candidate]) -> int | None:
    """Return the number of items where every score is a share of the same number."""
    numbers = {candidate.n if candidate.is_share else None for candidate in candidates}
    return numbers.pop() if len(numbers) == 1 else None


def _pairs(candidates: Sequence[Candidate]) -> dict[tuple[str, int], list[int]]:
    """Return who answered the same items, by the items' name and number; nobody alone makes a pair."""
    groups: dict[tuple[str, int], list[int]] = {}
    for i, candidate in enumerate(candidates):
        if candidate.outcomes is not None:
            groups.setdefault((candidate.items, len(candidate.outcomes)), []).append(i)
    return {name: groups[name] for name in sorted(groups) if len(groups[name]) > 1}


def drawing_of(candidates: Sequence[Candidate]) -> Drawing:
    """Name how the draws are made."""
    groups = _pairs(candidates)
    if len(groups) == 1 and len(next(iter(groups.values()))) == len(candidates):
        return Drawing.PAIRED
    return Drawing.MIXED if groups else Drawing.INDEPENDENT


def _draw(candidates: Sequence[Candidate], draws: int, seed: int) -> Scores:
    """Return scores by candidate and draw: first the groups that share items, then each of the others."""
    random = np.random.RandomState(seed)
    scores = np.empty((len(candidates), draws))
    alone = set(range(len(candidates)))
    for (_items, count), members in _pairs(candidates).items():
        answered = [o for i in members if (o := candidates[i].outcomes) is not None]
        outcomes = np.stack(answered).astype(np.float32)  # counts below 2^24 are exact
        scores[members] = (outcomes @ _item_weights(random, count, draws)).astype(
            np.float64
        ) / count
        alone.difference_update(members)
    for i in sorted(alone):
        scores[i] = _draw_alone(random, candidates[i], draws)
    return scores


def _draw_alone(random: np.random.RandomState, candidate: Candidate, draws: int) -> Scores:
    value = float(candidate.value)
    if candidate.stderr is not None:
        return random.normal(value, candidate.stderr, draws)
    if candidate.n:
        return random.binomial(candidate.n, min(1.0, max(0.0, value)), draws) / candidate.n
    raise ValueError(f"{candidate.key} has no uncertainty and can't be ranked")


def _item_weights(random: np.random.RandomState, items: int, draws: int) -> npt.NDArray[np.float32]:
    """Return how often each item is chosen in each draw (items × draws); whole numbers, exact as floats."""
    weights = np.zeros((draws, items), np.float32)
    for row in weights:
        row += np.bincount(random.randint(0, items, items), minlength=items)
    return weights.T


def place_draws(scores: Scores, common_n: int | None = None) -> Places:
    """Return the place by candidate and draw: 1 + the number of better ones."""
    count, draws = scores.shape
    places = np.empty((draws, count), "<u2")
    if common_n is not None and common_n <= _COUNTED:
        rights = np.abs(np.rint(scores * common_n)).T
        step = 1 if scores.min() >= 0 else -1  # negative scores: fewer is better
        return _place_counts(rights, common_n, step)
    for draw, column in enumerate(np.ascontiguousarray(scores.T)):
        places[draw] = _places_of(column)
    return np.ascontiguousarray(places.T)


def _place_counts(rights: npt.NDArray[Any], n: int, step: int) -> Places:
    """Place whole numbers up to n, by draw and candidate, by counting; `step` is -1 where fewer is better."""
    places = np.empty(rights.shape, "<u2")
    for draw, numbers in enumerate(rights):
        column = numbers.astype(np.intp)
        tally = np.bincount(column, minlength=n + 1)[::-step]
        better = (np.cumsum(tally) - tally + 1)[::-step].astype("<u2")
        np.take(better, column, out=places[draw])
    return np.ascontiguousarray(places.T)


def _places_of(column: Scores) -> Places:
    """Rank one draw by sorting; equals take the place of the best among them."""
    order = np.argsort(column)
    ascending = column[order]
    last = np.flatnonzero(np.append(ascending[1:] != ascending[:-1], True))
    places = np.empty(len(column), "<u2")
    places[order] = np.repeat(len(column) - last, np.diff(last, prepend=-1))
    return places


def rank_ranges(places: Places) -> list[tuple[int, int]]:
    """Return the places taken in the middle 95 % of the draws."""
    last = places.shape[1] - 1
    tail = places.shape[1] * _TAIL // 1000
    ends = np.partition(places, (tail, last - tail), axis=1)
    return list(zip(ends[:, tail].tolist(), ends[:, last - tail].tolist(), strict=True))
