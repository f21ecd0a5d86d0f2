"""Which places a system can hold: a bootstrap of the whole ranking, repeatable bit for bit.

Each draw makes every system's score anew from the same data and ranks all of them: 1 + the number of better ones, so
that equals share a place. The range of a system covers the places it takes in the middle 95 % of the draws.
Systems whose outcomes are known item by item on the same items are drawn *together* (one choice of items for all, so
that a hard item is hard for everybody); else each score is drawn for itself, from a binomial or, for reported errors, a
normal distribution. That is weaker, and labelled so.

The generator is NumPy's `RandomState`, whose streams are frozen by NEP 19; seed and number of draws are fixed. Systems
are drawn in the order of their keys, so neither the database's order nor the display changes a bit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from leaderboard.statistics.comparison import (
    LEVEL,
    Outcomes,
    Test,
    fisher_exact,
    mcnemar,
    normal_difference,
)

CODE_VERSION = "1"  # raise it whenever the same data could give another ranking
SEED = 1
DRAWS = 4000
_TAIL = 25  # of 1000 draws on each side: the middle 95 %

Scores = npt.NDArray[np.float64]
Places = npt.NDArray[np.uint16]


class Drawing(StrEnum):
    """How the draws were made."""

    PAIRED = "paired"
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

    @property
    def is_share(self) -> bool:
        return self.n is not None and self.stderr is None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a candidate stands: the range of its rank and its comparison with the leader."""

    key: str
    low: int
    high: int
    p: float | None
    test: Test
    tied: bool


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
    draws: int = DRAWS,
    seed: int = SEED,
) -> Ranking:
    """Rank by value; give each candidate its range and its tie with the leader. Only the leader is an anchor."""
    by_key = sorted(candidates, key=lambda candidate: candidate.key)
    if len({candidate.key for candidate in by_key}) != len(by_key):
        raise ValueError("every candidate needs a key of its own")
    drawing = _drawing(by_key)
    if not by_key:
        return Ranking((), drawing, draws, seed, _digest(drawing, [], np.empty((0, draws), "<u2")))
    scores = _draw(by_key, drawing, draws, seed)
    places = _places(scores if higher_is_better else -scores)
    ranges = _ranges(places)
    direction = -1 if higher_is_better else 1
    order = sorted(range(len(by_key)), key=lambda i: (direction * by_key[i].value, by_key[i].key))
    leader = by_key[order[0]]
    return Ranking(
        places=tuple(_place(by_key[i], leader, ranges[i], drawing) for i in order),
        drawing=drawing,
        draws=draws,
        seed=seed,
        digest=_digest(drawing, by_key, places),
    )


def _drawing(candidates: Sequence[Candidate]) -> Drawing:
    """Draw together only when everybody answered the same items and says how."""
    first = candidates[0] if candidates else None
    paired = first is not None and all(
        candidate.outcomes is not None
        and first.outcomes is not None
        and candidate.items == first.items
        and candidate.outcomes.shape == first.outcomes.shape
        for candidate in candidates
    )
    return Drawing.PAIRED if paired else Drawing.INDEPENDENT


def _draw(candidates: Sequence[Candidate], drawing: Drawing, draws: int, seed: int) -> Scores:
    """Return scores by candidate and draw."""
    random = np.random.RandomState(seed)
    if drawing is Drawing.PAIRED:
        outcomes = np.stack([candidate.outcomes for candidate in candidates]).astype(np.float64)
        return outcomes @ _item_weights(random, outcomes.shape[1], draws)
    rows = []
    for candidate in candidates:
        value = float(candidate.value)
        if candidate.stderr is not None:
            rows.append(random.normal(value, candidate.stderr, draws))
        elif candidate.n:
            rows.append(
                random.binomial(candidate.n, min(1.0, max(0.0, value)), draws) / candidate.n
            )
        else:
            raise ValueError(f"{candidate.key} has no uncertainty and can't be ranked")
    return np.stack(rows)


def _item_weights(random: np.random.RandomState, items: int, draws: int) -> Scores:
    """Return how often each item is chosen in each draw (items × draws); whole numbers, exact in float64."""
    weights = np.zeros((draws, items), np.float64)
    for row in weights:
        row += np.bincount(random.randint(0, items, items), minlength=items)
    return weights.T


def _places(scores: Scores) -> Places:
    """Return the place by candidate and draw: 1 + the number of better ones."""
    count, draws = scores.shape
    places = np.empty((count, draws), "<u2")
    for draw in range(draws):
        column = scores[:, draw]
        places[:, draw] = count + 1 - np.searchsorted(np.sort(column), column, "right")
    return places


def _ranges(places: Places) -> list[tuple[int, int]]:
    """Return the places taken in the middle 95 % of the draws."""
    ordered = np.sort(places, axis=1)
    tail = places.shape[1] * _TAIL // 1000
    return list(zip(ordered[:, tail].tolist(), ordered[:, -1 - tail].tolist(), strict=True))


def _place(
    candidate: Candidate, leader: Candidate, span: tuple[int, int], drawing: Drawing
) -> Place:
    p, test = _compare(candidate, leader, drawing)
    tied = test is Test.ANCHOR or (p is not None and p >= LEVEL)
    return Place(candidate.key, span[0], span[1], p, test, tied)


def _compare(
    candidate: Candidate, leader: Candidate, drawing: Drawing
) -> tuple[float | None, Test]:
    if candidate is leader:
        return None, Test.ANCHOR
    if drawing is Drawing.PAIRED:
        assert leader.outcomes is not None
        assert candidate.outcomes is not None
        return mcnemar(leader.outcomes, candidate.outcomes), Test.MCNEMAR
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
