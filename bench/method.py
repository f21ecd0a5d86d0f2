"""Ratios on a noisy machine: slices of every arm in each round, in mirrored order, compared within the round.

Each round runs its arms forwards and backwards (A B C C B A), so that a machine that grows slower during the round
weighs on all alike. A round in which the two slices of the yardstick differ by more than `TOLERANCE` is thrown away
and repeated, up to twice as many rounds in all. The answer is the median of the per-round ratios, with their inner
half as the spread.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

ROUNDS = 7
TOLERANCE = 0.30

Slice = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Ratio:
    """The median of the per-round ratios of one arm to the yardstick, and the inner range of the rounds."""

    median: float
    low: float
    high: float
    rounds: int
    discarded: int

    @property
    def spread(self) -> str:
        """The inner half of the rounds, and how many were kept."""
        thrown = f", {self.discarded} discarded" if self.discarded else ""
        return f"{self.low:.2f} to {self.high:.2f}, {self.rounds} rounds{thrown}"


def interleave(
    arms: Mapping[str, Slice], yardstick: str, *, rounds: int = ROUNDS, seed: int = 1
) -> tuple[dict[str, Ratio], list[dict[str, tuple[float, float]]]]:
    """Measure every arm against the yardstick; return the ratios and the raw slices of the kept rounds.

    `arms` maps a name to a function that runs one slice and returns its rate. Where too few rounds hold still, the
    noisy ones count too rather than none: `discarded` then says how many there were.
    """
    order = list(arms)
    chance = random.Random(seed)
    kept: list[dict[str, tuple[float, float]]] = []
    noisy: list[dict[str, tuple[float, float]]] = []
    for _attempt in range(2 * rounds):
        if len(kept) == rounds:
            break
        chance.shuffle(order)
        slices = _round(arms, order)
        first, second = slices[yardstick]
        quiet = abs(first - second) <= TOLERANCE * max(first, second)
        (kept if quiet else noisy).append(slices)
    discarded = len(noisy)
    if len(kept) < 3:
        kept, discarded = kept + noisy, 0
    ratios = {
        name: summary([sum(each[name]) / sum(each[yardstick]) for each in kept], discarded)
        for name in arms
    }
    return ratios, kept


def _round(arms: Mapping[str, Slice], order: Sequence[str]) -> dict[str, tuple[float, float]]:
    there = {name: arms[name]() for name in order}
    back = {name: arms[name]() for name in reversed(order)}
    return {name: (there[name], back[name]) for name in order}


def summary(ratios: Sequence[float], discarded: int = 0) -> Ratio:
    """Return the median and the inner half of per-round ratios."""
    ordered = sorted(ratios)
    quarter = len(ordered) // 4
    return Ratio(
        median(ordered),
        ordered[quarter],
        ordered[len(ordered) - 1 - quarter],
        len(ordered),
        discarded,
    )
