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
from dataclasses import dataclass

import numpy as np

from leaderboard.statistics.comparison import (
    LEVEL,
    Test,
    fisher_exact,
    mcnemar_exact,
    normal_difference,
)
from leaderboard.statistics.draws import (
    Candidate,
    Drawing,
    Places,
    draw_places,
    drawing_of,
    place_draws,
    rank_ranges,
)

CODE_VERSION = "2"  # raise it whenever the same data could give another ranking
SEED = 1
DRAWS = 4000
FEWEST_DRAWS = 400
ALL_PLACES = 4_000_000  # systems x draws: above a thousand systems there are fewer draws


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
    drawing = drawing_of(by_key)
    if not by_key:
        return Ranking((), drawing, draws, seed, _digest(drawing, [], np.empty((0, draws), "<u2")))
    places = draw_places(by_key, drawing, draws, seed, higher_is_better=higher_is_better)
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


__all__ = [
    "CODE_VERSION",
    "DRAWS",
    "SEED",
    "Candidate",
    "Drawing",
    "Place",
    "Ranking",
    "compare",
    "draws_for",
    "place_draws",
    "rank",
    "rank_ranges",
]
