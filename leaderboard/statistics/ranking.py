"""Which places a system can hold: a bootstrap of the whole ranking, repeatable bit for bit.

Each draw makes every system's score anew from the same data and ranks all of them: 1 + the number of better ones, so
that equals share a place. The range of a system covers the places it takes in the middle 95 % of the draws.
A system also has a *tie class*. The first class is anchored at the leader: it goes down the order until the test tells
a system from that anchor at 5 %; that system anchors the next class. Overlaps are never chained: everybody is compared
with a fixed anchor, not with a neighbour.

Systems whose outcomes are known item by item on the same items are drawn *together* (one choice of items for all, so
that a hard item is hard for everybody); each of the others is drawn for itself, from a binomial or, for a reported
error, a normal distribution. That is weaker, and labelled so; it does not take the pairs away from those who have them.

The generator is NumPy's `RandomState`, whose streams are frozen by NEP 19; seed and number of draws are fixed. Systems
are drawn in the order of their keys, so neither the database's order nor the display changes a bit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from leaderboard.statistics.comparison import (
    LEVEL,
    Outcomes,
    Test,
    fisher_exact,
    mcnemar_exact,
    normal_difference,
)

CODE_VERSION = "2"  # raise it whenever the same data could give another ranking
SEED = 1
DRAWS = 4000
FEWEST_DRAWS = 400
ALL_PLACES = 4_000_000  # systems x draws: above a thousand systems there are fewer draws
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


@dataclass(frozen=True, slots=True)
class Place:
    """Where a candidate stands: the range of its rank and its comparison with the leader."""

    key: str
    low: int
    high: int
    p: float | None
    test: Test
    tied: bool
    tie_class: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """Places from the leader down, and what is needed to repeat them."""

    places: tuple[Place, ...]
    drawing: Drawing
    draws: int
    seed: int
    digest: str


def rank(
    candidates: Sequence[Candidate],
    *,
    higher_is_better: bool = True,
    draws: int | None = None,
    seed: int = SEED,
) -> Ranking:
    """Rank by value; give each candidate its range, its comparison with the leader and its tie class."""
    by_key = sorted(candidates, key=lambda candidate: candidate.key)
    draws = draws_for(len(by_key)) if draws is None else draws
    if len({candidate.key for candidate in by_key}) != len(by_key):
        raise ValueError("every candidate needs a key of its own")
    drawing = _drawing(by_key)
    if not by_key:
        return Ranking((), drawing, draws, seed, _digest(drawing, [], np.empty((0, draws), "<u2")))
    scores = _draw(by_key, draws, seed)
    places = place_draws(scores if higher_is_better else -scores, _common_n(by_key))
    ranges = rank_ranges(places)
    order = _order(by_key, higher_is_better)
    classes = _classes([by_key[i] for i in order])
    leader = by_key[order[0]]
    return Ranking(
        places=tuple(
            _place(by_key[i], leader, ranges[i], found)
            for i, found in zip(order, classes, strict=True)
        ),
        drawing=drawing,
        draws=draws,
        seed=seed,
        digest=_digest(drawing, by_key, places),
    )


def _order(candidates: Sequence[Candidate], higher_is_better: bool) -> list[int]:
    """Return the indices from the best value down, equals as they come; floats sort fast, fractions decide exactly."""
    values = [(float(candidate.value), candidate.value) for candidate in candidates]
    return sorted(range(len(candidates)), key=values.__getitem__, reverse=higher_is_better)


def _common_n(candidates: Sequence[Candidate]) -> int | None:
    """Return the number of items where every score is a share of the same number."""
    numbers = {candidate.n if candidate.is_share else None for candidate in candidates}
    return numbers.pop() if len(numbers) == 1 else None


def draws_for(count: int) -> int:
    """Return the number of draws for a board of `count` systems."""
    return min(DRAWS, max(FEWEST_DRAWS, ALL_PLACES // max(count, 1)))


def _classes(ordered: Sequence[Candidate]) -> list[int]:
    """Give the tie class of each candidate, from the leader down; the first of a class is its anchor."""
    classes: list[int] = []
    anchor = ordered[0]
    for candidate in ordered:
        p, test = compare(candidate, anchor)
        told_apart = test is not Test.ANCHOR and p is not None and p < LEVEL
        classes.append(classes[-1] + told_apart if classes else 1)
        if told_apart:
            anchor = candidate
    return classes


def _pairs(candidates: Sequence[Candidate]) -> dict[tuple[str, int], list[int]]:
    """Return who answered the same items, by the items' name and number; nobody alone makes a pair."""
    groups: dict[tuple[str, int], list[int]] = {}
    for i, candidate in enumerate(candidates):
        if candidate.outcomes is not None:
            groups.setdefault((candidate.items, len(candidate.outcomes)), []).append(i)
    return {name: groups[name] for name in sorted(groups) if len(groups[name]) > 1}


def _drawing(candidates: Sequence[Candidate]) -> Drawing:
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
        rights = np.abs(np.rint(scores * common_n)).astype(np.int32).T.copy()
        step = 1 if scores.min() >= 0 else -1  # negative scores: fewer is better
        for draw, column in enumerate(rights):
            tally = np.bincount(column, minlength=common_n + 1)[::-step]
            better = (np.cumsum(tally) - tally)[::-step]
            places[draw] = better[column] + 1
    else:
        for draw, column in enumerate(np.ascontiguousarray(scores.T)):
            places[draw] = _places_of(column)
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


def _place(candidate: Candidate, leader: Candidate, span: tuple[int, int], tie_class: int) -> Place:
    p, test = compare(candidate, leader)
    tied = test is Test.ANCHOR or (p is not None and p >= LEVEL)
    return Place(candidate.key, span[0], span[1], p, test, tied, tie_class)


def compare(candidate: Candidate, leader: Candidate) -> tuple[float | None, Test]:
    """Test item by item where both answered the same items; else by counts; else by reported errors."""
    if candidate is leader:
        return None, Test.ANCHOR
    if candidate.same_items_as(leader):
        mine, theirs = candidate.bits, leader.bits
        both = mine & theirs
        p = mcnemar_exact((theirs ^ both).bit_count(), (mine ^ both).bit_count())
        return p, Test.MCNEMAR
    if leader.is_share and candidate.is_share:
        return fisher_exact(*_count(leader), *_count(candidate)), Test.FISHER
    return (
        normal_difference(
            float(leader.value), _error(leader), float(candidate.value), _error(candidate)
        ),
        Test.NORMAL,
    )


def _count(candidate: Candidate) -> tuple[int, int]:
    n = candidate.n or 0
    return round(candidate.value * n), n


def _error(candidate: Candidate) -> float:
    if candidate.stderr is not None:
        return candidate.stderr
    share = float(candidate.value)
    return float(np.sqrt(share * (1 - share) / (candidate.n or 1)))


def _digest(drawing: Drawing, candidates: Sequence[Candidate], places: Places) -> str:
    """Digest every place of every draw, with the keys they belong to: two machines agree on all or on nothing."""
    out = hashlib.sha256(f"{CODE_VERSION}\n{drawing}\n".encode())
    for candidate in candidates:
        out.update(f"{candidate.key}\n".encode())
    out.update(places.tobytes())
    return out.hexdigest()
